package import BlockFile
package import Entries

// Reads a whole file and compares everything in it with everything else that speaks of it: what a reader of Accumulo relies
// on, and what the writer of a compaction must have done before its inputs may go.

/// What was found in a sound file.
package struct RFileCheck: Hashable, Sendable {
  package var entries: Int64 = 0
  var dataBlocks = 0
  /// Bytes of the data blocks in the file, and inflated.
  package var storedBytes: Int64 = 0
  package var rawBytes: Int64 = 0
  var sampleEntries: Int64 = 0
  /// All entries but those of samples, when they were asked for.
  package var sum = EntrySum()
}

extension RFileReader {
  /// Inflates every block and decodes every entry. Throws `FileError` with the first thing that is wrong:
  ///
  /// keys out of order (in a block or from block to block), an index key below a key of its block or above one of the
  /// next, counts of entries, blocks and families that differ, a wrong first key, a broken index, a meta block that does
  /// not inflate.
  ///
  /// - Parameter sums: adds up the entries, too.
  package func check(loader: BlockLoader = BlockLoader(), sums: Bool = false) throws -> RFileCheck {
    var result = RFileCheck()
    for block in file.metaBlocks { _ = try file.metaBlock(block.name, loader: loader) }
    for i in groups.indices {
      try check(group: i, .data, sums: sums, loader, &result)
      if i < sampleGroups.count {
        var sample = RFileCheck()
        try check(group: i, .sample, sums: false, loader, &sample)
        result.sampleEntries += sample.entries
      }
    }
    return result
  }

  private func check(
    group i: Int, _ kind: GroupKind, sums: Bool, _ loader: BlockLoader, _ result: inout RFileCheck
  ) throws {
    let group = groups(kind)[i]
    let checker = GroupChecker(group, in: file, kind, sums: sums)
    let stream = CheckedBlocks(of: file, loader: loader, checker)
    do {
      try forEachDataBlock(ofGroup: i, kind, loader: loader) { entry, region in
        try stream.add(entry, region)
        result.dataBlocks += 1
        result.storedBytes += region.compressedSize
        result.rawBytes += region.rawSize
      }
    } catch {
      // The index may be wrong behind blocks that were not looked at yet: the first thing that is wrong is told.
      try stream.finish()
      throw error
    }
    try stream.finish()
    try checker.finish()
    result.entries += checker.entries
    result.sum += checker.sum
  }
}
