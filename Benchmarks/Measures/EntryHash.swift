import Entries
import RFile

/// FNV-1a: the same contents give the same number.
struct Hash {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  var text: String { String(value, radix: 16) }

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  mutating func add(_ number: Int64) { value = (value ^ UInt64(bitPattern: number)) &* 0x0000_0100_0000_01b3 }

  /// The whole entry, including where its fields end.
  mutating func add(_ entry: EntryPointer) {
    for field in [entry.pointee.row, entry.pointee.family, entry.pointee.qualifier, entry.pointee.visibility] {
      add(Int64(field.count))
      add(field.bytes)
    }
    add(entry.pointee.timestamp)
    add(entry.pointee.deleted ? 1 : 0)
    add(Int64(entry.pointee.value.count))
    add(entry.pointee.value.bytes)
  }

  /// The hash of all entries of a file, independent of its codec and blocks.
  static func ofEntries(_ path: String) throws -> String {
    var hash = Hash()
    let cursor = try RFileReader(path: path).merged()
    while let entry = try cursor.next() { hash.add(entry) }
    return hash.text
  }
}
