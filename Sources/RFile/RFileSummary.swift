public import BlockFile
public import Entries

// What a file says of itself, from its index alone: no data block is read.

/// Blocks of one kind, added up.
public struct BlockTotals: Hashable, Sendable {
  public var blocks = 0
  /// Bytes after decompression.
  public var rawBytes: Int64 = 0
  /// Bytes in the file.
  public var storedBytes: Int64 = 0

  mutating func add(_ region: BlockRegion) {
    blocks += 1
    rawBytes &+= region.rawSize
    storedBytes &+= region.compressedSize
  }
}

/// One level of the index of a group.
public struct IndexLevelSummary: Hashable, Sendable {
  /// 0 leads to data blocks.
  public var level: Int
  public var entries = 0
  /// The root counts as a block without stored bytes: it lies in `RFile.index`.
  public var totals = BlockTotals()
}

public struct GroupSummary: Hashable, Sendable {
  /// Nil for the default group.
  public var name: String?
  public var entries: Int64
  /// Sorted; nil when not tracked.
  public var families: [FamilyCount]?
  public var firstKey: Key?
  /// The last key of the index. Accumulo's writers put the last key of the group there.
  public var lastKey: Key?
  public var data: BlockTotals
  /// From level 0 up to the root.
  public var levels: [IndexLevelSummary]
}

public struct RFileSummary: Sendable {
  public var path: String
  /// Bytes.
  public var size: Int64
  public var bcFileVersion: String
  public var version: Int
  public var codec: Codec
  public var groups: [GroupSummary]
  public var sampleGroups: [GroupSummary]
  public var sampler: SamplerConfiguration?
  public var metaBlocks: [MetaBlock]

  public var entries: Int64 { groups.reduce(0) { $0 &+ $1.entries } }
  public var firstKey: Key? { groups.compactMap(\.firstKey).min() }
  public var lastKey: Key? { groups.compactMap(\.lastKey).max() }
  /// The data blocks of all groups.
  public var data: BlockTotals {
    groups.reduce(into: BlockTotals()) {
      $0.blocks += $1.data.blocks
      $0.rawBytes &+= $1.data.rawBytes
      $0.storedBytes &+= $1.data.storedBytes
    }
  }
}

extension RFileReader {
  /// Goes through the indexes of all groups. Throws `FileError`, `SystemError`.
  public func summary(loader: BlockLoader = BlockLoader()) throws -> RFileSummary {
    RFileSummary(
      path: path, size: file.source.count, bcFileVersion: "\(file.majorVersion).\(file.minorVersion)", version: version,
      codec: file.codec, groups: try groups.indices.map { try summary(ofGroup: $0, .data, loader) },
      sampleGroups: try sampleGroups.indices.map { try summary(ofGroup: $0, .sample, loader) }, sampler: sampler,
      metaBlocks: file.metaBlocks)
  }

  /// Calls `visit` for the index entry of each data block of a group, in order, with where the block lies.
  public func forEachDataBlock(
    ofGroup group: Int, _ kind: GroupKind = .data, loader: BlockLoader,
    _ visit: (_ entry: IndexEntry, _ region: BlockRegion) throws -> Void
  ) throws {
    var number = 0
    try forEachIndexBlock(ofGroup: group, kind, loader: loader) { block, _ in
      try forEachDataBlock(below: block, ofGroup: group, kind, number: &number, visit)
    }
  }

  /// `number`: data blocks of the group before those of this index block, and then with them.
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
        region ?? BlockRegion(offset: 0, compressedSize: 0, rawSize: Int64(block.serialized.count)))
      try forEachDataBlock(below: block, ofGroup: index, kind, number: &number) { entry, region in
        summary.entries &+= Int64(entry.entryCount)
        summary.data.add(region)
        summary.lastKey = entry.key
      }
    }
    return summary
  }
}
