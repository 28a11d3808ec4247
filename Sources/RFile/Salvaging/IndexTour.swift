import BlockFile
import Entries

/// What an index says about a data block, and where its keys should lie.
struct BlockClaim {
  var region: BlockRegion
  var entryCount: Int
  /// No key of the block is below the one or above the other; nil: not known.
  var previousKey: Key?
  var key: Key
}

/// Goes through the index tree of a group as far as it can be read. `IndexDescent` refuses a tree with an error in it;
/// this one leaves out what is damaged, and says so.
final class IndexTour {
  private let units: UnitReader
  private let end: Int64
  /// Where the blocks of files of versions 3 and 4 are.
  private let region: (Int) throws -> BlockRegion
  /// False once a part of the tree could not be read.
  private(set) var isWhole = true
  /// Index blocks that were read, and those that are damaged: neither holds entries.
  private(set) var indexBlocks: [BlockRegion] = []
  private var visited: Set<Int64> = []
  private var blocks = 0

  init(_ units: UnitReader, end: Int64, region: @escaping (Int) throws -> BlockRegion) {
    self.units = units
    self.end = end
    self.region = region
  }

  /// Calls `visit` for every data block that can be found, in key order. Throws `SystemError`.
  func forEachBlock(of group: LocalityGroup, _ visit: (BlockClaim) throws -> Void) throws {
    var previous = group.firstKey
    try walk(group.root, &previous, visit)
    if blocks != group.blockCount { isWhole = false }
  }

  private func walk(_ block: IndexBlock, _ previous: inout Key?, _ visit: (BlockClaim) throws -> Void) throws {
    for i in 0..<block.count {
      guard let entry = try? block.entry(i) else {
        isWhole = false
        previous = nil
        continue
      }
      if block.level > 0 {
        try enter(entry, below: block, &previous, visit)
      } else if let region = try? entry.region ?? region(blocks) {
        blocks += 1
        try visit(
          BlockClaim(region: region, entryCount: entry.entryCount, previousKey: previous, key: entry.key))
      } else {
        isWhole = false
      }
      previous = entry.key
    }
  }

  private func enter(
    _ entry: IndexEntry, below parent: IndexBlock, _ previous: inout Key?, _ visit: (BlockClaim) throws -> Void
  ) throws {
    // Each block once, so that no damage makes this endless.
    guard let region = entry.region, visited.insert(region.offset).inserted else {
      isWhole = false
      return
    }
    let buffer = BlockBuffer()
    guard try units.load(region, end: end, into: buffer) == nil else {
      if region.offset >= 0, region.compressedSize > 0, region.compressedSize <= end - region.offset {
        indexBlocks.append(region)
      }
      isWhole = false
      return
    }
    var reader = ByteReader([UInt8](buffer.bytes), limit: units.limit)
    guard let child = try? IndexBlock(from: &reader, version: parent.version), reader.remaining == 0,
      child.level == parent.level - 1
    else {
      isWhole = false
      return
    }
    indexBlocks.append(region)
    try walk(child, &previous, visit)
  }
}
