import BlockFile

/// The version of an RFile. Accumulo: `RFile.RINDEX_VER_3` to `RINDEX_VER_8`.
enum RFileVersion: Int32, Comparable, Sendable {
  /// The first version: relative keys, locality groups, a list of index entries for each group.
  case v3 = 3
  /// Added a table of where index entries start, so an entry can be read without the ones before it.
  case v4 = 4
  /// Made the index a tree whose entries have the regions of their blocks. There is no version 5.
  case v6 = 6
  /// Added prefixes that keys share, and differences of timestamps, to relative keys.
  case v7 = 7
  /// Added samples. Index keys may be shorter than any key of the file. Groups no longer have a start block.
  case v8 = 8

  /// The version that we write.
  static let current = RFileVersion.v8

  static func < (a: RFileVersion, b: RFileVersion) -> Bool { a.rawValue < b.rawValue }

  /// Throws `DecodeError`, and `UnsupportedFormat` for other versions.
  init(from reader: inout ByteReader) throws {
    let number = try reader.int32("version")
    guard let version = RFileVersion(rawValue: number) else {
      throw UnsupportedFormat("RFile version \(number) is not supported (3, 4, 6, 7 and 8 are)")
    }
    self = version
  }

  func encode(into bytes: inout [UInt8]) { bytes.appendBigEndian(rawValue) }
}
