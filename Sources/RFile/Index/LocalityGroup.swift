import BlockFile
package import Entries

/// The part of a file that contains the entries of certain column families. Accumulo: `RFile.LocalityGroupMetadata`.
///
///     boolean isDefault | name (writeUTF), unless default
///     int32 start block                                      (before version 8)
///     int32 number of families, -1 = not tracked | families
///     boolean hasFirstKey | first key, if so                 (Key+Coding.swift)
///     int32 number of data blocks                            (version 6 and later)
///     root of the index                                      (IndexBlock.swift)
package struct LocalityGroup: Sendable {
  /// Nil for the default group, which has all families that no other group has.
  package let name: String?
  /// The number of the group's first block in `BCFile.index`; 0 in version 8.
  let startBlock: Int
  /// Sorted by family; nil if there were too many to track (only in the default group).
  package let families: [FamilyCount]?
  package let firstKey: Key?
  /// The number of data blocks.
  let blockCount: Int
  package let root: IndexBlock

  package var isDefault: Bool { name == nil }

  /// In bytes, with the fields of the first key, but without families and index.
  static let sizeInMemory = MemoryLayout<LocalityGroup>.stride + 256

  init(name: String?, families: [FamilyCount]?, firstKey: Key?, blockCount: Int, root: IndexBlock) {
    self.name = name
    startBlock = 0
    self.families = families
    self.firstKey = firstKey
    self.blockCount = blockCount
    self.root = root
  }

  init(from reader: inout ByteReader, version: RFileVersion) throws(DecodeError) {
    name = try reader.boolean("default group flag") ? nil : try reader.javaUTF("name of a locality group")
    startBlock = version < .v8 ? Int(try reader.int32("start block")) : 0
    families = try FamilyCount.list(from: &reader, isDefault: name == nil)
    firstKey = try reader.boolean("first key flag") ? try Key(from: &reader, "first key") : nil
    if version >= .v6 {
      let total = Int(try reader.int32("count of data blocks"))
      guard total >= 0 else {
        throw DecodeError(at: reader.offset - 4, expected: "a count of data blocks", found: "\(total)")
      }
      root = try IndexBlock(from: &reader, version: version)
      blockCount = total
    } else {
      root = try IndexBlock(from: &reader, version: version)
      blockCount = root.count
    }
  }

  /// Appends the group in the format of the index's version.
  func encode(into bytes: inout [UInt8]) {
    bytes.append(isDefault ? 1 : 0)
    if let name { bytes.appendJavaUTF(name) }
    if root.version < .v8 { bytes.appendBigEndian(Int32(startBlock)) }
    FamilyCount.encode(families, into: &bytes)
    bytes.append(firstKey == nil ? 0 : 1)
    firstKey?.encode(into: &bytes)
    if root.version >= .v6 { bytes.appendBigEndian(Int32(blockCount)) }
    root.encode(into: &bytes)
  }
}

/// The number of entries of one column family in a group.
///
///     int32 length | bytes | int64 count
package struct FamilyCount: Hashable, Sendable {
  package var family: [UInt8]
  package var count: Int64
}

extension FamilyCount {
  /// In bytes, with an array for a family of moderate length.
  private static let sizeInMemory = MemoryLayout<FamilyCount>.stride + 64

  private init(from reader: inout ByteReader) throws(DecodeError) {
    let size = try reader.count("length of a column family", ofSize: 1)
    let family = Array(try reader.take(size, "column family"))
    self.init(family: family, count: try reader.int64("entries of a column family"))
  }

  private func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Int32(family.count))
    bytes += family
    bytes.appendBigEndian(count)
  }

  /// Reads the families of a group and sorts them; nil when they are not tracked.
  fileprivate static func list(from reader: inout ByteReader, isDefault: Bool) throws(DecodeError) -> [FamilyCount]? {
    let at = reader.offset
    let count = Int(try reader.int32("number of column families"))
    if count == -1 && isDefault { return nil }
    guard count >= 0, count <= reader.remaining / 12 else {
      throw DecodeError(at: at, expected: "a number of column families", found: "\(count)")
    }
    try reader.reserve(count, ofSize: sizeInMemory, "column families")
    var families: [FamilyCount] = []
    for _ in 0..<count { families.append(try FamilyCount(from: &reader)) }
    return families.sorted { $0.family.lexicographicallyPrecedes($1.family) }
  }

  fileprivate static func encode(_ families: [FamilyCount]?, into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Int32(families?.count ?? -1))
    for family in families ?? [] { family.encode(into: &bytes) }
  }
}
