package import BlockFile
package import Entries

/// An RFile open for reading. Accumulo: `RFile.Reader`.
///
/// Safe for several threads, each with its own `BlockLoader`.
package final class RFileReader: Sendable {
  package let file: BCFileReader
  let index: RFileIndex

  package var path: String { file.path }
  /// 3, 4, 6, 7 or 8.
  package var version: Int { Int(index.version.rawValue) }
  package var groups: [LocalityGroup] { index.groups }
  /// Samples of the groups, in the same order; empty when the file has none.
  package var sampleGroups: [LocalityGroup] { index.sampleGroups }
  package var sampler: SamplerConfiguration? { index.sampler }

  /// Opens a file: reads its footer and index, no data. Throws `SystemError` or `FileError`.
  package convenience init(path: String, loader: BlockLoader = BlockLoader()) throws {
    try self.init(ByteSource(path: path), loader: loader)
  }

  package init(_ source: ByteSource, loader: BlockLoader = BlockLoader()) throws {
    file = try BCFileReader(source, loader: loader)
    index = try RFileIndex(of: file, loader: loader)
  }

  /// A cursor for each group that may hold entries of the range and families, in the order of the file.
  ///
  /// Entries of other families come along when they lie in the same group; `exceeds(_:)` tells whether that can be. The
  /// cursors keep the file open, and little else: the reader itself may go.
  package func cursors(
    rows: RowRange = .all, families: FamilySelection = .all, loader: BlockLoader
  ) throws -> [GroupCursor] {
    // The first key that can be in the range: a row sorts before all its columns, the newest time first.
    let start = rows.start.map { Key(row: rows.startIsInclusive ? $0 : $0 + [0]) }
    return try groups.indices.filter { groups[$0].intersects(families) }.map {
      try cursor(ofGroup: $0, from: start, throughRow: rows.end, loader: loader)
    }
  }

  /// The entries of one group from `start` on, up to and with the row `endRow`.
  package func cursor(
    ofGroup group: Int, _ kind: GroupKind = .data, from start: Key? = nil, throughRow endRow: [UInt8]? = nil,
    loader: BlockLoader
  ) throws -> GroupCursor {
    let root = indexRoot(ofGroup: group, kind)
    let walker = try IndexWalker(root, in: file, loader: loader, start: start, endRow: endRow)
    let name = (kind == .sample ? " of the sample" : "") + (groups(kind)[group].name.map { " of group \($0)" } ?? "")
    return try GroupCursor(
      BlockFeed(walker, of: file, loader: loader, endRow: endRow, groupName: name), start: start,
      of: groups(kind)[group])
  }

  /// Names of the meta blocks that are neither the index nor the container's own: Bloom filters, summaries; sorted.
  package var extraMetaBlocks: [String] {
    file.metaBlocks.map(\.name).filter { $0 != RFileIndex.blockName && $0 != "BCFile.index" }
  }

  /// All entries of all groups in a range, merged.
  package func merged(rows: RowRange = .all, loader: BlockLoader = BlockLoader()) throws -> MergeCursor {
    MergeCursor(try cursors(rows: rows, loader: loader))
  }

  /// True when `cursors` for these families may give entries of others.
  package func exceeds(_ families: FamilySelection) -> Bool {
    groups.contains { $0.intersects(families) && $0.exceeds(families) }
  }

  func indexRoot(ofGroup group: Int, _ kind: GroupKind) -> IndexRoot {
    let size = file.metaBlocks.first { $0.name == RFileIndex.blockName }?.region.rawSize ?? 0
    return IndexRoot(groups(kind)[group], at: group, kind, isKept: size <= IndexRoot.keptBytes)
  }
}
