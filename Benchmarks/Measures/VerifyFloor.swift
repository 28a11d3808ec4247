internal import BlockFile
internal import ContinuousIngest
internal import RFile

/// The least that a verification can cost, for comparison.
enum VerifyFloor {
  /// Decodes and merges all entries of a tablet's files and computes their checksums. Returns the number of entries,
  /// and how many of them are sound.
  static func read(_ files: [String]) throws -> (entries: Int64, sound: Int64) {
    let loader = BlockLoader()
    let merge = MergeCursor(
      try files.flatMap { try RFileReader(path: $0, loader: loader).cursors(loader: loader) })
    var entries: Int64 = 0
    var sound: Int64 = 0
    while let entry = try merge.next() {
      entries += 1
      if NodeReader.checksumFault(entry) == nil { sound += 1 }
    }
    return (entries, sound)
  }
}
