package import BlockFile
package import Entries

// Reads a whole file and checks every part against every other part that describes it: everything that Accumulo's
// readers rely on, and everything that must hold for a compaction's output before its inputs can go.

/// What was found in a sound file.
package struct RFileCheck: Hashable, Sendable {
  package var entries: Int64 = 0
  package var dataBlocks = 0
  /// Data blocks with a checksum that reveals changed bytes, if requested.
  package var blocksWithChecksum = 0
  /// Bytes of the data blocks, stored and inflated.
  package var storedBytes: Int64 = 0
  package var rawBytes: Int64 = 0
  var sampleEntries: Int64 = 0
  /// The sum of all entries except those of samples, if requested.
  package var sum = EntrySum()
}

extension RFileReader {
  /// Inflates every block and decodes every entry. Throws `FileError` for the first problem found:
  ///
  /// keys out of order (in a block or from block to block), an index key below a key of its block or above one of the
  /// next, wrong counts of entries, blocks or families, a wrong first key, a broken index, a meta block that does not
  /// inflate, summaries that do not decode, or a Bloom filter that denies a key of the file. Filters and summaries of
  /// other versions are not looked at.
  ///
  /// - Parameters:
  ///   - sums: whether to sum the entries, too.
  ///   - checksums: whether to count the blocks with checksums (`BCFileReader.hasChecksum`), which takes a few bytes of
  ///     each zstd block once more. They are asked for with their block, when a file on a server has them at hand.
  package func check(
    loader: BlockLoader = BlockLoader(), sums: Bool = false, checksums: Bool = false
  ) throws -> RFileCheck {
    var result = RFileCheck()
    try checkMetaBlocks(loader)
    let bloom = try usableBloomFilter(loader: loader)
    do { _ = try summaries(loader: loader) } catch let error as FileError where error.kind == .unsupported {}
    for i in groups.indices {
      try check(group: i, .data, sums: sums, checksums: checksums, bloom, loader, &result)
      if i < sampleGroups.count {
        var sample = RFileCheck()
        try check(group: i, .sample, sums: false, checksums: false, nil, loader, &sample)
        result.sampleEntries += sample.entries
      }
    }
    return result
  }

  /// Blocks that overlap could make a small file inflate without end.
  private func checkMetaBlocks(_ loader: BlockLoader) throws {
    var stored: Int64 = 0
    for block in file.metaBlocks {
      stored = stored.addingReportingOverflow(max(block.region.compressedSize, 0)).partialValue
      guard 0...file.blocksEnd ~= stored else {
        throw FileError(path: path, place: "meta index", cause: "its blocks overlap: they take more than the file has")
      }
      _ = try file.metaBlock(block.name, loader: loader)
    }
  }

  private func check(
    group i: Int, _ kind: GroupKind, sums: Bool, checksums: Bool, _ bloom: BloomFilter?, _ loader: BlockLoader,
    _ result: inout RFileCheck
  ) throws {
    let group = groups(kind)[i]
    let checker = GroupChecker(group, in: file, kind, sums: sums, bloom: bloom)
    let stream = CheckedBlocks(of: file, loader: loader, checker)
    do {
      try forEachDataBlock(ofGroup: i, kind, loader: loader) { entry, region in
        try stream.add(entry, region)
        if checksums, try file.hasChecksum(region, "data block \(result.dataBlocks)") { result.blocksWithChecksum += 1 }
        result.dataBlocks += 1
        result.storedBytes += region.compressedSize
        result.rawBytes += region.rawSize
      }
    } catch {
      // The index can be wrong after blocks that were not checked yet. Their errors come first.
      try stream.finish()
      throw error
    }
    try stream.finish()
    try checker.finish()
    result.entries += checker.entries
    result.sum += checker.sum
  }
}
