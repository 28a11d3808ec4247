package import BlockFile
package import Entries

// One node of the index tree of a locality group. Accumulo: `MultiLevelIndex.IndexBlock`.
//
// RFile version 6 and later:
//
//     int32 level | int32 offset | boolean hasNext
//     int32 n | n x int32 start of entry i in the data | int32 data size | data
//
//     entry:  key | int32 entry count | VLong-U block offset | VLong-U compressed size | VLong-U raw size
//
// An entry of level 0 stands for a data block, one of level k > 0 for an index block of level k - 1 (its count is 0).
// The key is at least every key of the block and at most every key of the next. `offset` is the number of data blocks
// of the group that were finished when the node was begun.
//
// Version 4: no level, offset and hasNext; entries without the region. Version 3: int32 n | n x entry, the same entries.
// The data blocks of these are listed in `BCFile.index`.

/// What the index says of one block.
package struct IndexEntry: Hashable, Sendable {
  package var key: Key
  /// Entries in the data block; 0 for an index block.
  package var entryCount: Int
  /// Nil in versions 3 and 4.
  package var region: BlockRegion?
}

/// A parsed head and the entries still in their bytes.
package struct IndexBlock: Sendable {
  package let level: Int
  /// Data blocks of the group before this node.
  package let offset: Int
  let hasNext: Bool
  package let count: Int
  /// Bytes of entries and their starts: what Accumulo compares with the index block size.
  let sizeInBytes: Int

  private let bytes: [UInt8]
  private let data: Range<Int>
  /// Place of the table of starts; nil for version 3, which has none.
  private let startsOffset: Int?
  private let scannedStarts: [Int]
  private let hasRegions: Bool
  private let extent: Range<Int>

  /// The node as it lies in the file.
  var serialized: ArraySlice<UInt8> { bytes[extent] }

  /// Reads a node and leaves the reader behind it.
  init(from reader: inout ByteReader, version: Int) throws(DecodeError) {
    let begin = reader.offset
    bytes = reader.bytes
    hasRegions = version >= 6
    if version >= 6 {
      let at = reader.offset
      level = Int(try reader.int32("index level"))
      offset = Int(try reader.int32("index offset"))
      hasNext = try reader.boolean("hasNext")
      guard level >= 0, level < 64, offset >= 0 else {
        throw DecodeError(at: at, expected: "an index block", found: "level \(level), offset \(offset)")
      }
    } else {
      level = 0
      offset = 0
      hasNext = false
    }
    if version == 3 {
      count = try reader.count("count of index entries", ofSize: 10)
      startsOffset = nil
      let first = reader.offset
      var starts: [Int] = []
      for _ in 0..<count {
        starts.append(reader.offset - first)
        _ = try reader.key("index key")
        _ = try reader.int32("entry count")
      }
      scannedStarts = starts
      data = first..<reader.offset
    } else {
      count = try reader.count("count of index entries", ofSize: 4)
      startsOffset = reader.offset
      scannedStarts = []
      try reader.skip(4 * count, "starts of index entries")
      let size = try reader.count("size of index data", ofSize: 1)
      data = reader.offset..<reader.offset + size
      try reader.skip(size, "index data")
    }
    sizeInBytes = data.count + 4 * count
    extent = begin..<reader.offset
  }

  /// Entry `i`, from 0.
  package func entry(_ i: Int) throws(DecodeError) -> IndexEntry {
    precondition(i >= 0 && i < count)
    let start =
      startsOffset.map { place in (0..<4).reduce(0) { $0 << 8 | Int(bytes[place + 4 * i + $1]) } }
      ?? scannedStarts[i]
    guard start < data.count else {
      throw DecodeError(
        at: data.lowerBound, expected: "index entry \(i) within \(data.count) bytes", found: "start \(start)")
    }
    var reader = ByteReader(bytes, data.lowerBound + start..<data.upperBound)
    let key = try reader.key("index key")
    let entryCount = Int(try reader.int32("entry count"))
    guard entryCount >= 0 else {
      throw DecodeError(at: reader.offset - 4, expected: "a count of entries", found: "\(entryCount)")
    }
    let region = hasRegions ? try BlockRegion(from: &reader) : nil
    return IndexEntry(key: key, entryCount: entryCount, region: region)
  }

  /// The first entry whose key is at least `key`; `count` when there is none.
  func firstIndex(notBefore key: Key) throws(DecodeError) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if try entry(middle).key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
