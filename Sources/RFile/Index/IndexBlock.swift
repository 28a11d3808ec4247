package import BlockFile
import Entries

/// One block of the index tree of a locality group. Accumulo: `MultiLevelIndex.IndexBlock`.
///
///     int32 level | int32 offset | boolean hasNext       (version 6 and later)
///     int32 n
///     n x int32 start of entry i in the data             (version 4 and later)
///     int32 data size                                    (version 4 and later)
///     data: n entries                                    (IndexEntry.swift)
///
/// An entry of level 0 describes a data block, an entry of level k > 0 an index block of level k - 1. Before version 6,
/// the whole index is one block of level 0.
///
/// The entries stay encoded: a search decodes only those that it visits.
package struct IndexBlock: Sendable {
  let version: RFileVersion
  package let level: Int
  /// The number of data blocks of the group before this block.
  package let offset: Int
  /// True when another block of this level follows.
  var hasNext: Bool
  package private(set) var count: Int

  /// Contains the entries (at `data`) and possibly other bytes.
  private var bytes: [UInt8]
  private var data: Range<Int>
  /// Where each entry starts in the data: a table at this place in `bytes`, or, if nil, the list.
  private var table: Int?
  private var list: [Int] = []

  /// An empty block, to be filled.
  init(level: Int, offset: Int) {
    self.init(version: .current, level: level, offset: offset, hasNext: false)
  }

  private init(version: RFileVersion, level: Int, offset: Int, hasNext: Bool) {
    self.version = version
    self.level = level
    self.offset = offset
    self.hasNext = hasNext
    count = 0
    bytes = []
    data = 0..<0
  }

  /// Reads a block and leaves the reader after it. Checks only where entries start and end, not the entries themselves.
  init(from reader: inout ByteReader, version: RFileVersion) throws(DecodeError) {
    if version >= .v6 {
      let at = reader.offset
      let level = Int(try reader.int32("index level"))
      let offset = Int(try reader.int32("index offset"))
      let hasNext = try reader.boolean("hasNext")
      guard level >= 0, level <= Self.highestLevel, offset >= 0 else {
        throw DecodeError(at: at, expected: "an index block", found: "level \(level), offset \(offset)")
      }
      self.init(version: version, level: level, offset: offset, hasNext: hasNext)
    } else {
      self.init(version: version, level: 0, offset: 0, hasNext: false)
    }
    if version >= .v4 { try readTable(from: &reader) } else { try readList(from: &reader) }
    bytes = reader.bytes
  }

  /// Real trees reach level 2 or 3. This bounds the memory that a hostile one can cost.
  private static let highestLevel = 63

  private mutating func readTable(from reader: inout ByteReader) throws(DecodeError) {
    count = try reader.count("count of index entries", ofSize: 4)
    table = reader.offset
    try reader.skip(4 * count, "starts of index entries")
    let size = try reader.count("size of index data", ofSize: 1)
    data = reader.offset..<reader.offset + size
    try reader.skip(size, "index data")
  }

  private mutating func readList(from reader: inout ByteReader) throws(DecodeError) {
    count = try reader.count("count of index entries", ofSize: 10)
    try reader.reserve(count, ofSize: MemoryLayout<Int>.stride, "starts of index entries")
    let first = reader.offset
    for _ in 0..<count {
      list.append(reader.offset - first)
      _ = try Key(from: &reader, "index key")
      _ = try reader.int32("entry count")
    }
    data = first..<reader.offset
  }

  func encode(into encoded: inout [UInt8]) {
    encoded.reserveCapacity(encoded.count + encodedSize)
    if version >= .v6 {
      encoded.appendBigEndian(Int32(level))
      encoded.appendBigEndian(Int32(offset))
      encoded.append(hasNext ? 1 : 0)
    }
    encoded.appendBigEndian(Int32(count))
    if version >= .v4 {
      for i in 0..<count { encoded.appendBigEndian(UInt32(start(i))) }
      encoded.appendBigEndian(Int32(data.count))
    }
    encoded += bytes[data]
  }

  /// The number of bytes that `encode` appends.
  var encodedSize: Int {
    switch version {
    case .v3: 4 + data.count
    case .v4: 8 + sizeInBytes
    case .v6, .v7, .v8: 17 + sizeInBytes
    }
  }

  /// Bytes of the entries and of the table of their starts: the size that is compared with the index block size.
  var sizeInBytes: Int { data.count + 4 * count }

  /// Appends an entry to a block that was created empty.
  mutating func append(_ entry: IndexEntry) {
    precondition(list.count == count && data.count == bytes.count, "a block that was read is not filled")
    list.append(bytes.count)
    entry.encode(into: &bytes)
    data = 0..<bytes.count
    count += 1
  }

  /// Entry `i`, from 0.
  package func entry(_ i: Int) throws(DecodeError) -> IndexEntry {
    precondition(i >= 0 && i < count)
    let start = start(i)
    guard start < data.count else {
      throw DecodeError(
        at: data.lowerBound, expected: "index entry \(i) within \(data.count) bytes", found: "start \(start)")
    }
    var reader = ByteReader(bytes, data.lowerBound + start..<data.upperBound)
    return try IndexEntry(from: &reader, version: version)
  }

  private func start(_ i: Int) -> Int {
    guard let table else { return list[i] }
    return (0..<4).reduce(0) { $0 << 8 | Int(bytes[table + 4 * i + $1]) }
  }

  /// The index of the first entry whose key is at least `key`, or `count`.
  func firstIndex(notBefore key: Key) throws(DecodeError) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if try entry(middle).key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
