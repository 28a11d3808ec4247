package import BlockFile

// The whole index of a group, node by node in order, every promise of its structure checked. `IndexWalker` is for reading
// entries with little memory; this is for looking at the index itself.

/// Why a group is read: for its entries or for its sample.
package enum GroupKind: Sendable {
  case data
  case sample
}

extension RFileReader {
  /// Calls `visit` for the root (region nil) and all other index blocks of a group, parents first, in key order.
  ///
  /// Throws `FileError` when levels do not fall by one, blocks of a level do not follow one another in the file, or the
  /// counts in the heads do not add up.
  package func forEachIndexBlock(
    ofGroup group: Int, _ kind: GroupKind = .data, loader: BlockLoader,
    _ visit: (_ block: IndexBlock, _ region: BlockRegion?) throws -> Void
  ) throws {
    let root = groups(kind)[group].root
    var tree = IndexTree(file: file, version: version, loader: loader, levels: root.level + 1)
    try visit(root, nil)
    try tree.descend(root, isLast: true, visit)
    guard tree.dataBlocks == groups(kind)[group].blockCount else {
      throw FileError(
        path: path, place: "index",
        cause: "expected \(groups(kind)[group].blockCount) data blocks, found \(tree.dataBlocks)")
    }
  }

  func groups(_ kind: GroupKind) -> [LocalityGroup] { kind == .sample ? sampleGroups : groups }
}

private struct IndexTree {
  let file: BCFileReader
  let version: Int
  let loader: BlockLoader
  /// Where the last block of each level ended.
  var ends: [Int64]
  var dataBlocks = 0

  init(file: BCFileReader, version: Int, loader: BlockLoader, levels: Int) {
    self.file = file
    self.version = version
    self.loader = loader
    ends = Array(repeating: 0, count: levels)
  }

  mutating func descend(
    _ node: IndexBlock, isLast: Bool, _ visit: (IndexBlock, BlockRegion?) throws -> Void
  ) throws {
    if version >= 6 {
      guard node.offset == dataBlocks || node.level > 0 else {
        throw damage("an index block says \(node.offset) data blocks come before it, found \(dataBlocks)")
      }
      guard node.hasNext != isLast else {
        throw damage("an index block of level \(node.level) says that it is \(node.hasNext ? "not " : "")the last one")
      }
    }
    if node.level == 0 {
      dataBlocks += node.count
      return
    }
    for i in 0..<node.count {
      let entry = try FileError.locating(file.path, "index block of level \(node.level)") { try node.entry(i) }
      guard let region = entry.region, entry.entryCount == 0, region.offset >= ends[node.level - 1] else {
        throw damage("entry \(i) of an index block of level \(node.level) does not follow the one before")
      }
      let child = try IndexRoot.loadNode(region, version: version, from: file, loader: loader)
      guard child.level == node.level - 1, child.count > 0, region.compressedSize > 0 else {
        throw damage("index block at offset \(region.offset): expected level \(node.level - 1), found \(child.level)")
      }
      ends[child.level] = region.offset + region.compressedSize
      try visit(child, region)
      try descend(child, isLast: isLast && i == node.count - 1, visit)
    }
  }

  private func damage(_ cause: String) -> FileError { FileError(path: file.path, place: "index", cause: cause) }
}
