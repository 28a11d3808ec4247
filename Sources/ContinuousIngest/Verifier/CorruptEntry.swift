package import Entries

// As bytes, in scratch files and in those of a shard; numbers are big endian:
//
//     size of what follows 8 | row | family | qualifier | visibility | timestamp 8 | file | reason
//     each text              size 8 | bytes

/// An entry that is not a sound node.
package struct CorruptEntry: Hashable, Sendable {
  package var key: Key
  /// The path of the file that contains it.
  package var file: String
  package var fault: NodeFault
}

extension CorruptEntry: Comparable {
  package static func < (a: CorruptEntry, b: CorruptEntry) -> Bool {
    if a.key != b.key { return a.key < b.key }
    return a.file != b.file ? a.file < b.file : a.fault.rawValue < b.fault.rawValue
  }
}

extension CorruptEntry {
  func append(to bytes: inout [UInt8]) {
    let start = bytes.count
    func add(_ number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
    add(0)
    for field in [key.row, key.family, key.qualifier, key.visibility] {
      add(UInt64(field.count))
      bytes += field
    }
    add(UInt64(bitPattern: key.timestamp))
    for text in [file, fault.rawValue] {
      add(UInt64(text.utf8.count))
      bytes += text.utf8
    }
    withUnsafeBytes(of: UInt64(bytes.count - start - 8).bigEndian) {
      bytes.replaceSubrange(start..<start + 8, with: $0)
    }
  }

  /// Reads an entry at a position and moves behind it. Nil when there is none.
  init?(_ bytes: UnsafeRawBufferPointer, at position: inout Int) {
    var place = position
    func number() -> Int? {
      guard bytes.count - place >= 8 else { return nil }
      defer { place += 8 }
      return Int(truncatingIfNeeded: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
    }
    func field() -> [UInt8]? {
      guard let count = number(), 0...(bytes.count - place) ~= count else { return nil }
      defer { place += count }
      return Array(bytes[place..<place + count])
    }
    guard let size = number(), 0...(bytes.count - place) ~= size else { return nil }
    let end = place + size
    guard let row = field(), let family = field(), let qualifier = field(), let visibility = field(),
      let timestamp = number(), let file = field(), let reason = field(), place == end,
      let fault = NodeFault(rawValue: String(decoding: reason, as: UTF8.self))
    else { return nil }
    self.init(
      key: Key(
        row: row, family: family, qualifier: qualifier, visibility: visibility, timestamp: Int64(timestamp)),
      file: String(decoding: file, as: UTF8.self), fault: fault)
    position = place
  }
}
