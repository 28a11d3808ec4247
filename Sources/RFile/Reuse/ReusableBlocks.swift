internal import BlockFile

/// Which blocks of inputs may become blocks of an output.
package struct ReusableBlocks: Hashable, Sendable {
  /// The output's: only files of this codec have such blocks.
  let codec: Codec
  /// Raw bytes.
  let sizes: ClosedRange<Int>
}

extension RFileWriter.Options {
  /// Blocks half to twice as large as those of the output are to be. Nil when all blocks must be compressed again: who asks
  /// for a level wants every block to have it; with codec none there is nothing to save.
  package var reusableBlocks: ReusableBlocks? {
    guard codec != .none, level == nil else { return nil }
    return ReusableBlocks(codec: codec, sizes: (blockSize + 1) / 2...2 * blockSize)
  }
}
