import BlockFile
import Entries

// What is made of the entries of a file beside its blocks, as Accumulo's writers lie over its writer of RFiles
// (`BloomFilterLayer`, `SummaryWriter`; the sample is a part of that writer):
//
//     entries ─┬─ summaries           Summaries/      of each group; meta blocks after the last one
//              ├─ Bloom filter        Bloom/          of all groups; a meta block after them
//              ├─ sample              Samples/        of each group; blocks behind those of the group
//              └─ data blocks and their index
//
// Every entry of the output passes here once: one by one, or with a block that is copied from an input. A file without
// any of this has no layers.

/// What a file gets beside its blocks.
final class WriterLayers {
  private let bloom: BloomFilterWriter?
  private let summaries: SummaryWriter?
  private let hasSample: Bool
  /// Of the group at hand.
  private var sample: SampleWriter?

  /// Nil when the options ask for nothing.
  init?(_ options: RFileWriter.Options) {
    guard options.bloom != nil || options.sampler != nil || options.summaries != nil else { return nil }
    bloom = options.bloom.map { BloomFilterWriter($0) }
    summaries = options.summaries.map { SummaryWriter($0) }
    hasSample = options.sampler != nil
  }

  func startGroup(_ group: LocalityGroupWriter) {
    sample = group.sample
    summaries?.startGroup(group.name)
  }

  func finishGroup() { summaries?.finishGroup() }

  /// The next entry of the group, before it is appended. Throws `RFileWriteError`.
  func add(_ entry: EntryPointer) throws {
    sample?.add(entry)
    summaries?.add(entry)
    try bloom?.add(entry)
  }

  /// The entries of a block that is about to be copied.
  func add(_ block: WholeBlock) throws {
    try block.forEachEntry(add)
  }

  /// Whether the file gets what an input has under this name.
  func makes(_ name: String) -> Bool {
    switch name {
    case BloomFilter.blockName: bloom != nil
    case MergeInputs.sampleName: hasSample
    default: summaries != nil && SummaryIndex.names(name)
    }
  }

  /// After the last group, before the index.
  func writeBlocks(to file: BCFileWriter) throws {
    if let summaries {
      for (name, block) in summaries.blocks() { try file.writeMetaBlock(name, block) }
    }
    if let bloom { try file.writeMetaBlock(BloomFilter.blockName, bloom.finish()) }
  }
}
