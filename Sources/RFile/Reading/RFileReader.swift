package import BlockFile
package import Entries

/// An RFile open for reading. Accumulo: `RFile.Reader`.
///
/// Several threads can use it at the same time, each with its own `BlockLoader`.
package final class RFileReader: Sendable {
  package let file: BCFileReader
  let index: RFileIndex

  package var path: String { file.path }
  /// 3, 4, 6, 7 or 8.
  package var version: Int { Int(index.version.rawValue) }
  package var groups: [LocalityGroup] { index.groups }
  /// The samples of the groups, in the same order; empty when the file has none.
  package var sampleGroups: [LocalityGroup] { index.sampleGroups }
  package var sampler: SamplerConfiguration? { index.sampler }

  /// Opens a file. Reads its footer and index, but no data blocks. Throws `SystemError` or `FileError`.
  package convenience init(path: String, loader: BlockLoader = BlockLoader()) throws {
    try self.init(ByteSource(path: path), loader: loader)
  }

  package init(_ source: ByteSource, loader: BlockLoader = BlockLoader()) throws {
    file = try BCFileReader(source, loader: loader)
    index = try RFileIndex(of: file, loader: loader)
  }

  /// A cursor for each group that can contain entries of the range and families, in file order.
  ///
  /// Keys before `first` are left out. Entries of other families in the same group are included; `exceeds(_:)` says whether that can happen. The cursors
  /// keep the file open and little else: the reader itself can be freed.
  package func cursors(
    rows: RowRange = .all, from first: Key? = nil, families: FamilySelection = .all, _ kind: GroupKind = .data,
    loader: BlockLoader
  ) throws -> [GroupCursor] {
    // The first key that can be in the range: a row alone sorts before all its columns, and newer timestamps sort
    // first.
    let start = [rows.start.map { Key(row: rows.startIsInclusive ? $0 : $0 + [0]) }, first].compactMap(\.self).max()
    let groups = groups(kind)
    return try groups.indices.filter { groups[$0].intersects(families) }.map {
      try cursor(ofGroup: $0, kind, from: start, throughRow: rows.end, loader: loader)
    }
  }

  /// The entries of one group from `start` through the row `endRow`.
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

  /// True when `cursors` for these families can return entries of other families.
  package func exceeds(_ families: FamilySelection, _ kind: GroupKind = .data) -> Bool {
    groups(kind).contains { $0.intersects(families) && $0.exceeds(families) }
  }

  func indexRoot(ofGroup group: Int, _ kind: GroupKind) -> IndexRoot {
    let size = file.metaBlocks.first { $0.name == RFileIndex.blockName }?.region.rawSize ?? 0
    return IndexRoot(groups(kind)[group], at: group, kind, isKept: size <= IndexRoot.keptBytes)
  }
}
