// A key in JSON, the same in every record that has one:
//
//     "row":"r\\x00","family":"f","qualifier":"q","visibility":"A|B","timestamp":1700000000000,"deleted":false
//
// Bytes are in the text form of Accumulo's shell (`ByteText`), then escaped for JSON. `deleted` is written where
// entries can be delete markers: in `entry` and `file` records, not in those of `verify`.

package import Entries

/// A writer of the fields of a key. Names are `StaticString`s, which the writer of a scan copies as they are.
protocol KeyFieldWriter: ~Copyable {
  associatedtype Bytes

  mutating func keyField(_ name: StaticString, _ bytes: Bytes)
  mutating func keyField(_ name: StaticString, _ number: Int64)
  mutating func keyField(_ name: StaticString, _ flag: Bool)
}

extension KeyFieldWriter where Self: ~Copyable {
  /// Writes the fields of a key in their order; leaves out `deleted` when it is nil.
  @inline(__always) mutating func keyFields(
    row: Bytes, family: Bytes, qualifier: Bytes, visibility: Bytes, timestamp: Int64, deleted: Bool?
  ) {
    keyField("row", row)
    keyField("family", family)
    keyField("qualifier", qualifier)
    keyField("visibility", visibility)
    keyField("timestamp", timestamp)
    if let deleted { keyField("deleted", deleted) }
  }
}

extension JSONLine: KeyFieldWriter {
  typealias Bytes = [UInt8]

  mutating func keyField(_ name: StaticString, _ bytes: [UInt8]) { field(name.description, bytes: bytes) }
  mutating func keyField(_ name: StaticString, _ number: Int64) { field(name.description, number) }
  mutating func keyField(_ name: StaticString, _ flag: Bool) { field(name.description, flag) }

  /// Writes the fields of a key that is not a delete marker, among the other fields of an object.
  package mutating func fields(of key: Key) { write(key, deleted: nil) }

  /// Writes an object with the fields of a key, including `deleted`.
  package mutating func field(_ name: String, _ key: Key) {
    object(name) { $0.write(key, deleted: key.deleted) }
  }

  private mutating func write(_ key: Key, deleted: Bool?) {
    keyFields(
      row: key.row, family: key.family, qualifier: key.qualifier, visibility: key.visibility, timestamp: key.timestamp,
      deleted: deleted)
  }
}

extension Key {
  /// Reads the key whose fields are among those of a record. `deleted` is false when absent.
  package init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      row: try fields.bytes("row"), family: try fields.bytes("family"), qualifier: try fields.bytes("qualifier"),
      visibility: try fields.bytes("visibility"),
      timestamp: try fields.integer("timestamp", in: Int64.min...Int64.max),
      deleted: try fields.boolean("deleted", ifAbsent: false))
  }
}
