package import BlockFile

/// How many of a file's data blocks can tell that their bytes were changed.
package struct BlockChecksums: Hashable, Sendable {
  package var dataBlocks = 0
  package var withChecksum = 0
}

extension RFileReader {
  /// Asks every data block of every group whether it has a checksum (`BCFileReader.hasChecksum`); reads the indexes and
  /// some bytes of zstd blocks. Throws `FileError` and `SystemError`.
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
