import BlockFile
import Entries

// Builds the index tree of a group from the bottom up. Accumulo: `MultiLevelIndex.Writer` and `BufferedWriter`; the bytes
// are drawn in IndexBlock.swift.
//
// Entries of data blocks are gathered (10 MiB of them) so that index blocks lie together in the file. Then each goes into
// the node of level 0. A node of more than `indexBlockSize` bytes and at least two entries is written out as an ordinary
// block and gets an entry one level up, with the same key. With the last entry all nodes below the top are written. The
// top is never written: it is the root, inline in `RFile.index`.

final class MultiLevelIndexWriter {
  private struct Node {
    /// Data blocks that were added before it.
    var offset: Int
    var starts: [Int] = []
    var data: [UInt8] = []
    var sizeInBytes: Int { data.count + 4 * starts.count }
  }

  private let file: BCFileWriter
  private let indexBlockSize: Int
  private var levels: [Node] = []
  private(set) var totalAdded = 0

  private var gathered: [UInt8] = []
  /// End of each gathered entry and of the key in it.
  private var gatheredEnds: [(key: Int, entry: Int)] = []
  private static let gatheredBytes = 10 << 20

  init(_ file: BCFileWriter, indexBlockSize: Int) {
    self.file = file
    self.indexBlockSize = indexBlockSize
  }

  /// Adds a data block: a key at or after its last and at or before the next block's first.
  func add(_ key: Key, entryCount: Int, region: BlockRegion, isLast: Bool) throws {
    if isLast || gathered.count > Self.gatheredBytes { try flushGathered() }
    let entry = Self.entry(key, entryCount: entryCount, region: region)
    if isLast {
      try add(entry.bytes[...], keySize: entry.keySize, isLast: true)
    } else {
      gatheredEnds.append((gathered.count + entry.keySize, gathered.count + entry.bytes.count))
      gathered += entry.bytes
    }
  }

  /// int32 totalAdded and the root; after the last block was added.
  func encodeRoot(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Int32(totalAdded))
    bytes += Self.encode(levels.last ?? Node(offset: 0), level: max(levels.count - 1, 0), hasNext: false)
  }

  private func flushGathered() throws {
    var start = 0
    for (key, end) in gatheredEnds {
      try add(gathered[start..<end], keySize: key - start, isLast: false)
      start = end
    }
    gathered.removeAll(keepingCapacity: true)
    gatheredEnds.removeAll(keepingCapacity: true)
  }

  private func add(_ entry: ArraySlice<UInt8>, keySize: Int, isLast: Bool) throws {
    totalAdded += 1
    append(entry, level: 0)
    try flush(0, key: entry.prefix(keySize), isLast: isLast)
  }

  private func append(_ entry: ArraySlice<UInt8>, level: Int) {
    if level == levels.count { levels.append(Node(offset: 0)) }
    levels[level].starts.append(levels[level].data.count)
    levels[level].data += entry
  }

  /// Writes the node of a level out when it is due, and then its parents.
  private func flush(_ level: Int, key: ArraySlice<UInt8>, isLast: Bool) throws {
    if isLast && level == levels.count - 1 { return }
    let node = levels[level]
    guard isLast || (node.sizeInBytes > indexBlockSize && node.starts.count > 1) else { return }
    let block = Self.encode(node, level: level, hasNext: !isLast)
    let region = try block.withUnsafeBytes { try file.writeBlock($0) }
    var entry = Array(key)
    entry.appendBigEndian(Int32(0))
    region.encode(into: &entry)
    append(entry[...], level: level + 1)
    try flush(level + 1, key: key, isLast: isLast)
    levels[level] = Node(offset: totalAdded)
  }

  private static func entry(
    _ key: Key, entryCount: Int, region: BlockRegion
  ) -> (bytes: [UInt8], keySize: Int) {
    var bytes: [UInt8] = []
    bytes.appendKey(key)
    let keySize = bytes.count
    bytes.appendBigEndian(Int32(entryCount))
    region.encode(into: &bytes)
    return (bytes, keySize)
  }

  private static func encode(_ node: Node, level: Int, hasNext: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(node.sizeInBytes + 17)
    bytes.appendBigEndian(Int32(level))
    bytes.appendBigEndian(Int32(node.offset))
    bytes.append(hasNext ? 1 : 0)
    bytes.appendBigEndian(Int32(node.starts.count))
    for start in node.starts { bytes.appendBigEndian(Int32(start)) }
    bytes.appendBigEndian(Int32(node.data.count))
    bytes += node.data
    return bytes
  }
}
