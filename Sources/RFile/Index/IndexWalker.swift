import BlockFile
import Entries

// Lists the data blocks of a group in order, from its index tree.
//
// A compaction of a thousand files has a thousand of these, so a walker keeps little: its position in the tree and a
// window of the next data blocks, without their keys. While it hands out a window, it holds no index block: it reads
// one index block per 256 data blocks. Small roots are kept.

/// One data block, as its index entry describes it.
struct DataBlock {
  var region: BlockRegion
  var entryCount: Int
  /// Its number in the group, from 0.
  var number: Int
  /// False when no row of the block can be past the end of the range.
  var mayPassEnd: Bool
  /// The first 8 bytes, as a number, of the index entry's row, which no row of the block exceeds. A shorter row is
  /// padded with zeros.
  var endPrefix: UInt64
}

/// Lists the data blocks of one group that can contain entries of a range.
final class IndexWalker {
  private let file: BCFileReader
  private let root: IndexRoot
  private let endRow: [UInt8]?
  private var descent: IndexDescent
  private var window: [DataBlock] = []
  private var windowPosition = 0
  private var lastDataEnd: Int64 = 0

  private static let windowSize = 256

  /// Starts at the first block that can contain a key at or after `start`. Throws `FileError` and `SystemError`.
  init(_ root: IndexRoot, in file: BCFileReader, loader: BlockLoader, start: Key?, endRow: [UInt8]?) throws {
    self.file = file
    self.root = root
    self.endRow = endRow
    descent = IndexDescent(root, in: file, loader: loader)
    try descent.seek(start)
    descent.giveBack()
  }

  /// The next data block, or nil after the last.
  func next() throws -> DataBlock? {
    if windowPosition == window.count {
      try refill()
      guard !window.isEmpty else { return nil }
    }
    defer { windowPosition += 1 }
    return window[windowPosition]
  }

  private func refill() throws {
    window.removeAll(keepingCapacity: true)
    windowPosition = 0
    guard let (leaf, first) = try descent.leaf() else { return }
    let past = min(first + Self.windowSize, leaf.count)
    descent.advance(to: past)
    for i in first..<past {
      let entry = try FileError.locating(file.path, "index block of level 0") { try leaf.entry(i) }
      let block = try dataBlock(entry, number: leaf.offset + i)
      window.append(block)
      if block.mayPassEnd {
        // Every later block begins at or after this key.
        descent.finish()
        break
      }
    }
    descent.giveBack()
  }

  private func dataBlock(_ entry: IndexEntry, number: Int) throws -> DataBlock {
    let region = try entry.region ?? root.region(number, in: file)
    guard region.offset >= lastDataEnd else {
      throw FileError(
        path: file.path, place: "index",
        cause: "data block \(number) at offset \(region.offset) is before the end of the previous block")
    }
    if let refusal = file.refusal(of: region, "data block \(number)") { throw refusal }
    lastDataEnd = region.offset + region.compressedSize
    return DataBlock(
      region: region, entryCount: entry.entryCount, number: number,
      mayPassEnd: endRow.map { $0.lexicographicallyPrecedes(entry.key.row) } ?? false,
      endPrefix: (0..<8).reduce(0) { $0 << 8 | ($1 < entry.key.row.count ? UInt64(entry.key.row[$1]) : 0) })
  }
}
