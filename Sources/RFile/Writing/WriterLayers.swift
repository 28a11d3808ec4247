import BlockFile
import Entries

// What is made of the entries of a file beside its blocks, in the order in which Accumulo writes it (`BloomFilterLayer` and
// `SummaryWriter` lie over its writer of RFiles):
//
//     entries ─┬─ data blocks and their index
//              └─ acu_bloom           Bloom/
//
// Every entry of the output passes here once: one by one, or with the block that was taken over from an input. A file that
// has none of it has no layers.

/// What a file gets beside its blocks.
final class WriterLayers {
  private let bloom: BloomFilterWriter?

  /// Nil when the options ask for nothing.
  init?(_ options: RFileWriter.Options) {
    guard options.bloom != nil else { return nil }
    bloom = options.bloom.map { BloomFilterWriter($0) }
  }

  /// The next entry of the file, before it is appended. Throws `RFileWriteError`.
  func add(_ entry: EntryPointer) throws {
    try bloom?.add(entry)
  }

  /// The entries of a block that is about to be taken over.
  func add(_ block: WholeBlock) throws {
    try block.forEachEntry(add)
  }

  /// Names of the meta blocks, sorted.
  var blockNames: [String] { bloom == nil ? [] : [BloomFilter.blockName] }

  /// After the last group, before the index.
  func writeBlocks(to file: BCFileWriter) throws {
    if let bloom { try file.writeMetaBlock(BloomFilter.blockName, bloom.finish()) }
  }
}
