package import BlockFile

// Walks the whole index of a group, block by block, and checks everything that its structure promises.

/// Why a group is read: for its entries or for its sample.
package enum GroupKind: Sendable {
  case data
  case sample
}

extension RFileReader {
  /// Calls `visit` for the root (region nil) and then all other index blocks of a group, parents first, in key order.
  ///
  /// Throws `FileError` when levels do not fall by one, blocks of a level do not follow one another in the file, or the
  /// counts in the block headers do not add up.
  package func forEachIndexBlock(
    ofGroup group: Int, _ kind: GroupKind = .data, loader: BlockLoader,
    _ visit: (_ block: IndexBlock, _ region: BlockRegion?) throws -> Void
  ) throws {
    let metadata = groups(kind)[group]
    var descent = IndexDescent(IndexRoot(metadata, at: group, kind, isKept: true), in: file, loader: loader)
    var dataBlocks = 0
    while let block = try descent.next() {
      try visit(block, descent.region)
      if let problem = Self.problem(with: block, after: dataBlocks, isLastOfLevel: descent.isLastOfLevel) {
        throw FileError(path: path, place: "index", cause: problem)
      }
      if block.level == 0 { dataBlocks += block.count }
    }
    guard dataBlocks == metadata.blockCount else {
      throw FileError(
        path: path, place: "index", cause: "expected \(metadata.blockCount) data blocks, found \(dataBlocks)")
    }
  }

  /// The problem with the header of an index block that comes after `dataBlocks` data blocks, or nil.
  private static func problem(with block: IndexBlock, after dataBlocks: Int, isLastOfLevel: Bool) -> String? {
    guard block.version >= .v6 else { return nil }
    if block.level == 0 && block.offset != dataBlocks {
      return "an index block says \(block.offset) data blocks come before it, found \(dataBlocks)"
    }
    if block.hasNext == isLastOfLevel {
      return "an index block of level \(block.level) says that it is \(block.hasNext ? "not " : "")the last one"
    }
    return nil
  }

  func groups(_ kind: GroupKind) -> [LocalityGroup] { kind == .sample ? sampleGroups : groups }
}
