package import BlockFile
internal import Entries
package import RFile
package import Records

// Merges files into one. Accumulo: `org.apache.accumulo.server.compaction.FileCompactor`.
//
//     inputs -> MergeInputs -> EntryStack: deletes, iterators of the table -> RFileWriter -> output
//
// Runs once for each locality group of the output, in the configured order, and once for the default group with all
// other families. An input with different groups is read for each of them.

/// A locality group from a table's configuration.
package struct LocalityGroupDefinition: Hashable, Sendable {
  package var name: String
  package var families: Set<[UInt8]>
}

/// What a compaction did.
package struct CompactionStatistics: Hashable, Sendable {
  /// Entries that came out of the merge, and entries that were written.
  package var entriesRead: Int64 = 0
  package var entriesWritten: Int64 = 0
  /// Bytes of the output.
  package var fileSize: Int64 = 0
  /// Bytes read from the inputs' blocks.
  package var bytesRead: Int64 = 0
  /// The number of data blocks of the output, and how many of them were taken over from inputs without compressing them
  /// again.
  package var blocks = 0
  package var blocksReused = 0
  /// What the others were compressed with, from cheap to dear.
  package var rungs: [CompressionRung] = []
  /// Names of meta blocks (Bloom filters, summaries, samples) that an input has and the output lacks; sorted.
  var droppedMetaBlocks: [String] = []
  /// What is wrong with inputs that were merged all the same.
  var unsound: [String] = []
  /// What became of every entry, without the digest of the file; nil if it was not requested.
  package var certificate: Certificate?
}

/// One compaction: what to merge, and how.
package struct FileCompactor {
  /// Equal keys come out in the order of the inputs.
  package var inputs: [MergeInput]
  /// Whether delete markers are written: required unless all files of the tablet take part.
  package var propagateDeletes: Bool
  /// Codec and block sizes of the output.
  package var output: RFileWriter.Options
  package var groups: [LocalityGroupDefinition]
  package var deletes: DeleteBehavior = .process
  /// Helpers for inflating and deflating; nil: the calling thread does everything. The output is the same. The caller
  /// must occupy one of the pool's threads.
  package var pool: CodecPool?
  /// Inputs with larger blocks are refused.
  package var limit = BlockLimit.smallestDefault
  /// Whether to take over blocks of inputs that the merge leaves unchanged; see `ReusableBlocks`.
  package var reusesBlocks = true
  /// Whether to account for every entry; see `Certificate`.
  package var certifies = false
  /// Merges inputs in which something is wrong that does not keep them from being read.
  package var acceptsUnsound = false
  /// Writes every entry as it is, delete markers and what they hide too; iterators and `deletes` do nothing.
  package var keepsEveryEntry = false
  /// The iterators of the table, from the data upwards.
  package var iterators: [IteratorLayer]
  /// Pauses the merge on request; `onPause` is then called with its state, and the merge goes on. Nil: it never pauses.
  var pause: MergePause?
  var onPause: (MergeState) throws -> Void = { _ in }
  /// Where another merge of the same inputs paused; nil: this one begins at the start.
  var continuation: MergeContinuation?

  package init(
    inputs: [MergeInput], propagateDeletes: Bool, output: RFileWriter.Options = .init(),
    groups: [LocalityGroupDefinition] = [], iterators: [IteratorLayer]
  ) {
    self.inputs = inputs
    self.propagateDeletes = propagateDeletes
    self.output = output
    self.groups = groups
    self.iterators = iterators
  }

  /// Merges the inputs into `sink` and finishes it: on return, it was synced and closed.
  ///
  /// `onRead` and `onWrite` are called with the stored size (bytes) of each block that was read or written; an error
  /// that they throw ends the compaction. Throws `FileError`, `SystemError`, `RFileWriteError` and the errors of
  /// iterators. The contents of the sink are then useless.
  package func run(
    into sink: ByteSink, onRead: @escaping (Int) throws -> Void = { _ in },
    onWrite: @escaping (Int) throws -> Void = { _ in }
  ) throws -> CompactionStatistics {
    var statistics = CompactionStatistics()
    var bytesRead: Int64 = 0
    let loader = BlockLoader(pool: pool, limit: limit) {
      bytesRead += Int64($0)
      try onRead($0)
    }
    var options = output
    options.listsBlocks = pause != nil
    let writer = try RFileWriter(sink, options: options, pool: pool, onWrite: onWrite)
    let ledger = certifies ? EntryLedger() : nil
    let unsound = acceptsUnsound ? UnsoundInputs() : nil
    var dropped: Set<String> = []
    if let accounts = continuation?.state.accounts { ledger?.open(accounts) }
    statistics.entriesRead = continuation?.state.entriesRead ?? 0

    for number in 0...groups.count {
      let families: FamilySelection
      if number < groups.count {
        try writer.startLocalityGroup(groups[number].name, families: groups[number].families)
        families = .only(groups[number].families)
      } else {
        try writer.startDefaultLocalityGroup()
        let taken = Set(groups.flatMap(\.families))
        families = taken.isEmpty ? .all : .except(taken)
      }
      let progress = try continuation?.repeatGroup(number, to: writer, ledger, beat: { try onWrite(0) })
      if progress == .whole { continue }
      let start = progress == .part ? continuation?.state.next : nil
      try merge(families, from: start, into: writer, ledger, unsound, loader, &statistics, &dropped)
    }

    statistics.fileSize = try writer.finish()
    statistics.entriesWritten = writer.entries
    statistics.bytesRead = bytesRead
    statistics.blocks = writer.blocks
    statistics.blocksReused = writer.blocksReused
    statistics.rungs = writer.rungs.map { rung, blocks in
      CompressionRung(
        encoder: rung.encoder, level: rung.codec.levels == nil ? nil : Int64(rung.level), blocks: Int64(blocks))
    }
    statistics.droppedMetaBlocks = dropped.filter { !writer.makesAnew($0) }.sorted()
    statistics.unsound = unsound?.problems.map(\.description) ?? []
    statistics.certificate = ledger.map { Certificate($0, inputs: inputs.map(\.path)) }
    return statistics
  }

  private func merge(
    _ families: FamilySelection, from start: Key?, into writer: RFileWriter, _ ledger: EntryLedger?,
    _ unsound: UnsoundInputs?,
    _ loader: BlockLoader,
    _ statistics: inout CompactionStatistics, _ dropped: inout Set<String>
  ) throws {
    let reusable = reusesBlocks ? output.reusableBlocks : nil
    let inputs = try MergeInputs(
      inputs, families: families, reusable: reusable, ledger: ledger, unsound: unsound, from: start, pause: pause,
      loader: loader)
    let stack =
      keepsEveryEntry
      ? EntryStack(passing: inputs)
      : EntryStack(iterators, deletes: deletes, propagateDeletes: propagateDeletes, on: inputs, ledger: ledger)
    let account = ledger?.account(.output)
    do {
      while true {
        if reusable != nil, let passage = stack.passage {
          try writer.append(contentsOf: stack.entries, from: inputs, passage, account: account)
        } else {
          try writer.append(contentsOf: stack.entries, account: account)
        }
        guard let pause, pause.isPaused, let next = pause.next else { break }
        try onPause(
          MergeState(
            writer: try writer.state(), next: next, entriesRead: statistics.entriesRead + inputs.entriesRead,
            entriesWritten: writer.entries, accounts: ledger?.state))
        pause.goOn()
      }
    } catch let error as RFileWriteError {
      // The writer sees the entry, not the damaged file that it comes from.
      throw inputs.damage ?? unsound?.problems.first ?? error
    }
    statistics.entriesRead += inputs.entriesRead
    dropped.formUnion(inputs.extras)
  }
}

extension FileCompactor {
  /// An upper bound for the memory (bytes) of a compaction, if the inputs have the output's block size.
  ///
  /// A cursor holds one inflated block, its compressed bytes if it can be reused, and a window of the index. The writer
  /// holds a raw and a compressed block, and up to 10 MiB of index entries. Opening a file reads its index, one file at
  /// a time. With a pool, more blocks are read ahead and written behind, raw and compressed. A sample takes its buffer,
  /// which grows by doubling, and an index.
  ///
  /// - Parameter entries: those of all inputs, as far as they are known: there are no more keys for a Bloom filter.
  static func memoryNeeded(
    inputs: Int, groupsPerInput: Int = 1, entries: Int64 = 0, output: RFileWriter.Options, pool: CodecPool? = nil
  ) -> Int {
    let block = output.blockSize + output.blockSize / 8
    let cursor = block + (48 << 10)
    var onTheirWay = 0
    if let pool = pool?.ifHelpful, output.codec != .none {
      onTheirWay = [pool.readAheadLimit, pool.writeBehindLimit].reduce(0) {
        $0 + 2 * min($1 * block, CodecPool.mostBytes + block)
      }
    }
    let kept = output.reusableBlocks != nil ? inputs * groupsPerInput * block : 0
    return inputs * groupsPerInput * cursor + kept + 3 * block + 2 * output.indexBlockSize + (16 << 20) + onTheirWay
      + (output.bloom?.memory(forKeys: entries) ?? 0) + (output.sampler == nil ? 0 : 48 << 20)
  }
}
