internal import BlockFile

/// Which blocks of inputs can become blocks of an output.
package struct ReusableBlocks: Hashable, Sendable {
  /// The output's codec. Only files of the same codec have reusable blocks.
  let codec: Codec
  /// Raw bytes of a block.
  let sizes: ClosedRange<Int>
}

extension RFileWriter.Options {
  /// Blocks of half to twice the output's block size. Nil when all blocks must be compressed again: a level given as a
  /// number applies to every block, and with codec none there is nothing to save.
  package var reusableBlocks: ReusableBlocks? {
    guard codec != .none else { return nil }
    if case .number = level { return nil }
    return ReusableBlocks(codec: codec, sizes: (blockSize + 1) / 2...2 * blockSize)
  }
}
