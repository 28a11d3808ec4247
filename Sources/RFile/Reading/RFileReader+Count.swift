package import BlockFile

extension RFileReader {
  /// The number of entries according to the file's index. Reads no data blocks.
  ///
  /// Accumulo: `RFile.Reader.estimateOverlappingEntries` sums the same numbers. Throws `FileError` and `SystemError`.
  package func countEntries(loader: BlockLoader = BlockLoader()) throws -> Int64 {
    var sum: Int64 = 0
    func add(_ count: Int64) throws {
      let (next, overflow) = sum.addingReportingOverflow(count)
      guard count >= 0, !overflow else {
        throw FileError(path: path, place: "index", cause: "counts of entries that are negative or too large")
      }
      sum = next
    }
    for group in groups.indices {
      if let families = groups[group].families {
        for family in families { try add(family.count) }
        continue
      }
      try forEachDataBlock(ofGroup: group, loader: loader) { entry, _ in try add(Int64(entry.entryCount)) }
    }
    return sum
  }
}
