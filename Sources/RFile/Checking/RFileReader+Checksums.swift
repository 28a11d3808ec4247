package import BlockFile

/// How many of a file's data blocks have a checksum that reveals changed bytes.
package struct BlockChecksums: Hashable, Sendable {
  package var dataBlocks = 0
  package var withChecksum = 0
}

extension RFileReader {
  /// Counts the data blocks of all groups that have a checksum (`BCFileReader.hasChecksum`). Reads only the indexes and
  /// a few bytes of each zstd block. Throws `FileError` and `SystemError`.
  package func checksums(loader: BlockLoader) throws -> BlockChecksums {
    var found = BlockChecksums()
    for group in groups.indices {
      try forEachDataBlock(ofGroup: group, loader: loader) { _, region in
        if try file.hasChecksum(region, "data block \(found.dataBlocks)") { found.withChecksum += 1 }
        found.dataBlocks += 1
      }
    }
    return found
  }
}
