package import BlockFile
package import Entries

// What a file's index says about the file. No data block is read.

/// The totals of all blocks of one kind.
package struct BlockTotals: Hashable, Sendable {
  package var blocks = 0
  /// Bytes after decompression.
  package var rawBytes: Int64 = 0
  /// Bytes in the file.
  package var storedBytes: Int64 = 0

  mutating func add(_ region: BlockRegion) {
    blocks += 1
    rawBytes &+= region.rawSize
    storedBytes &+= region.compressedSize
  }
}

/// One level of the index of a group.
package struct IndexLevelSummary: Hashable, Sendable {
  /// The entries of level 0 describe data blocks.
  package var level: Int
  package var entries = 0
  /// The root counts as a block without stored bytes, because it is part of `RFile.index`.
  package var totals = BlockTotals()
}

package struct GroupSummary: Hashable, Sendable {
  /// Nil for the default group.
  package var name: String?
  package var entries: Int64
  /// Sorted by family; nil when not tracked.
  package var families: [FamilyCount]?
  package var firstKey: Key?
  /// The last key of the index. Accumulo's writers put the last key of the group there.
  package var lastKey: Key?
  package var data: BlockTotals
  /// From level 0 up to the root.
  package var levels: [IndexLevelSummary]
}

package struct RFileSummary: Sendable {
  package var path: String
  /// In bytes.
  package var size: Int64
  package var bcFileVersion: String
  package var version: Int
  package var codec: Codec
  package var groups: [GroupSummary]
  package var sampleGroups: [GroupSummary]
  package var sampler: SamplerConfiguration?
  package var metaBlocks: [MetaBlock]

  package var entries: Int64 { groups.reduce(0) { $0 &+ $1.entries } }
  package var firstKey: Key? { groups.compactMap(\.firstKey).min() }
  package var lastKey: Key? { groups.compactMap(\.lastKey).max() }
  /// The data blocks of all groups.
  package var data: BlockTotals {
    groups.reduce(into: BlockTotals()) {
      $0.blocks += $1.data.blocks
      $0.rawBytes &+= $1.data.rawBytes
      $0.storedBytes &+= $1.data.storedBytes
    }
  }
}

extension RFileReader {
  /// Reads the indexes of all groups. Throws `FileError`, `SystemError`.
  package func summary(loader: BlockLoader = BlockLoader()) throws -> RFileSummary {
    RFileSummary(
      path: path, size: file.source.count, bcFileVersion: "\(file.version)", version: version,
      codec: file.codec, groups: try groups.indices.map { try summary(ofGroup: $0, .data, loader) },
      sampleGroups: try sampleGroups.indices.map { try summary(ofGroup: $0, .sample, loader) }, sampler: sampler,
      metaBlocks: file.metaBlocks)
  }

  /// Calls `visit` for the index entry and the region of each data block of a group, in order.
  package func forEachDataBlock(
    ofGroup group: Int, _ kind: GroupKind = .data, loader: BlockLoader,
    _ visit: (_ entry: IndexEntry, _ region: BlockRegion) throws -> Void
  ) throws {
    var number = 0
    try forEachIndexBlock(ofGroup: group, kind, loader: loader) { block, _ in
      try forEachDataBlock(below: block, ofGroup: group, kind, number: &number, visit)
    }
  }

  /// `number` is the number of data blocks of the group before this index block; those of this block are added.
  private func forEachDataBlock(
    below block: IndexBlock, ofGroup group: Int, _ kind: GroupKind, number: inout Int,
    _ visit: (_ entry: IndexEntry, _ region: BlockRegion) throws -> Void
  ) throws {
    guard block.level == 0 else { return }
    let root = indexRoot(ofGroup: group, kind)
    for i in 0..<block.count {
      let entry = try FileError.locating(path, "index block of level 0") { try block.entry(i) }
      try visit(entry, try entry.region ?? root.region(number, in: file))
      number += 1
    }
  }

  private func summary(ofGroup index: Int, _ kind: GroupKind, _ loader: BlockLoader) throws -> GroupSummary {
    let group = groups(kind)[index]
    var summary = GroupSummary(
      name: group.name, entries: 0, families: group.families, firstKey: group.firstKey, lastKey: nil,
      data: BlockTotals(), levels: (0...group.root.level).map { IndexLevelSummary(level: $0) })
    var number = 0
    try forEachIndexBlock(ofGroup: index, kind, loader: loader) { block, region in
      summary.levels[block.level].entries += block.count
      summary.levels[block.level].totals.add(
        region ?? BlockRegion(offset: 0, compressedSize: 0, rawSize: Int64(block.encodedSize)))
      try forEachDataBlock(below: block, ofGroup: index, kind, number: &number) { entry, region in
        summary.entries &+= Int64(entry.entryCount)
        summary.data.add(region)
        summary.lastKey = entry.key
      }
    }
    return summary
  }
}
