import BlockFile
import Entries

// Builds the index tree of a group from the bottom up. Accumulo: `MultiLevelIndex.Writer` and `BufferedWriter`; the
// bytes are drawn in IndexBlock.swift.
//
// Entries of data blocks are first gathered (10 MiB of them) to keep index blocks together in the file. Then each goes
// into the block of level 0. A block of more than `indexBlockSize` bytes with at least two entries is written to the
// file like any other block and gets an entry with the same key one level up. After the last entry, all blocks below
// the top are written. The top block is the root, which is stored in `RFile.index`.

final class MultiLevelIndexWriter {
  private let file: BCFileWriter
  private let indexBlockSize: Int
  /// For each level, the block that is being filled.
  private var levels: [IndexBlock] = []
  private(set) var totalAdded = 0

  /// The gathered entries of data blocks, encoded.
  private var gathered: [UInt8] = []
  private let gatheredBytes: Int

  init(_ file: BCFileWriter, _ sizes: BlockSizes) {
    self.file = file
    indexBlockSize = sizes.index
    gatheredBytes = sizes.gathered
  }

  /// Adds a data block. `key` is at or after its last key and at or before the first key of the next block.
  func add(_ key: Key, entryCount: Int, region: BlockRegion, isLast: Bool) throws {
    if isLast || gathered.count > gatheredBytes { try flushGathered() }
    let entry = IndexEntry(key: key, entryCount: entryCount, region: region)
    if isLast { try add(entry, isLast: true) } else { entry.encode(into: &gathered) }
  }

  /// The root of the tree, once the last block was added.
  var root: IndexBlock { levels.last ?? IndexBlock(level: 0, offset: 0) }

  private func flushGathered() throws {
    var reader = ByteReader(gathered)
    gathered = []
    while reader.remaining > 0 { try add(try IndexEntry(from: &reader, version: .current), isLast: false) }
  }

  private func add(_ entry: IndexEntry, isLast: Bool) throws {
    totalAdded += 1
    append(entry, level: 0)
    try flush(0, key: entry.key, isLast: isLast)
  }

  private func append(_ entry: IndexEntry, level: Int) {
    if level == levels.count { levels.append(IndexBlock(level: level, offset: 0)) }
    levels[level].append(entry)
  }

  /// Writes the block of a level if it is due, and then its parents.
  private func flush(_ level: Int, key: Key, isLast: Bool) throws {
    if isLast && level == levels.count - 1 { return }
    guard isLast || (levels[level].sizeInBytes > indexBlockSize && levels[level].count > 1) else { return }
    levels[level].hasNext = !isLast
    var block: [UInt8] = []
    levels[level].encode(into: &block)
    let region = try block.withUnsafeBytes { try file.writeBlock($0) }
    append(IndexEntry(key: key, entryCount: 0, region: region), level: level + 1)
    try flush(level + 1, key: key, isLast: isLast)
    levels[level] = IndexBlock(level: level, offset: totalAdded)
  }
}
