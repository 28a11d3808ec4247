package import BlockFile
package import Entries

/// What the index says about one block. Accumulo: `MultiLevelIndex.IndexEntry`.
///
///     key | int32 entry count | region (version 6 and later)
///
/// On level 0 it describes a data block, on higher levels an index block. The key is at least every key of the block
/// and at most every key of the next.
package struct IndexEntry: Hashable, Sendable {
  package var key: Key
  /// Entries in the data block; 0 for an index block.
  package var entryCount: Int
  /// Nil in versions 3 and 4, where `BCFile.index` lists the regions.
  package var region: BlockRegion?

  init(key: Key, entryCount: Int, region: BlockRegion?) {
    self.key = key
    self.entryCount = entryCount
    self.region = region
  }

  init(from reader: inout ByteReader, version: RFileVersion) throws(DecodeError) {
    key = try Key(from: &reader, "index key")
    entryCount = Int(try reader.int32("entry count"))
    guard entryCount >= 0 else {
      throw DecodeError(at: reader.offset - 4, expected: "a count of entries", found: "\(entryCount)")
    }
    region = version >= .v6 ? try BlockRegion(from: &reader) : nil
  }

  func encode(into bytes: inout [UInt8]) {
    key.encode(into: &bytes)
    bytes.appendBigEndian(Int32(entryCount))
    region?.encode(into: &bytes)
  }
}
