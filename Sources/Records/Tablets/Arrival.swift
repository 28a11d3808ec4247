// A file that comes to a tablet from outside: not from a compaction.
//
// {"type":"arrival","time":60000,"extent":{..},"file":"F0001.rf","size":1234,"entries":56,"kind":"flush"}

package struct Arrival: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// It was there from the beginning.
    case start
    case flush
    /// A bulk import.
    case bulk
    /// It came with the rows of a tablet that was split.
    case split
  }

  /// Milliseconds since the start.
  package var time: Int64
  package var extent: KeyExtent
  package var file: String
  /// Bytes.
  package var size: Int64
  package var entries: Int64
  package var kind: Kind

  package init(time: Int64, extent: KeyExtent, file: String, size: Int64, entries: Int64, kind: Kind) {
    (self.time, self.extent, self.file) = (time, extent, file)
    (self.size, self.entries, self.kind) = (size, entries, kind)
  }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("arrival") { line in
      line.field("time", time)
      extent.write(to: &line)
      line.field("file", file)
      line.field("size", size)
      line.field("entries", entries)
      line.field("kind", kind.rawValue)
    }
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    let text = try fields.string("kind")
    guard let kind = Kind(rawValue: text) else {
      throw FieldError("kind", expected: "start, flush, bulk or split", found: "\"\(text.prefix(40))\"")
    }
    self.init(
      time: try fields.integer("time"), extent: try KeyExtent(fields), file: try fields.string("file"),
      size: try fields.integer("size"), entries: try fields.integer("entries", ifAbsent: 0), kind: kind)
  }
}
