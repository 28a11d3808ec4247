package import BlockFile
package import Entries
package import RFile

// Merges files into one. Accumulo: `org.apache.accumulo.server.compaction.FileCompactor`.
//
//     inputs -> cursors of the group -> MergeCursor -> [families] -> deletes -> majc iterators -> RFileWriter -> output
//
// Once for each locality group of the output, in the order in which they are configured, and once for the default group
// with all other families. An input whose groups are other ones is read for each of them.

/// A locality group as a table configures it.
package struct LocalityGroupDefinition: Hashable, Sendable {
  package var name: String
  package var families: Set<[UInt8]>
}

/// What a compaction did.
package struct CompactionStatistics: Hashable, Sendable {
  /// Entries that came out of the merge, and that were written.
  package var entriesRead: Int64 = 0
  package var entriesWritten: Int64 = 0
  /// Bytes of the output.
  package var fileSize: Int64 = 0
  /// Bytes read from the inputs' blocks.
  package var bytesRead: Int64 = 0
  /// Data blocks of the output, and how many of them were taken over from inputs without being compressed again.
  package var blocks = 0
  package var blocksReused = 0
  /// Names of meta blocks (Bloom filters, summaries, samples) that an input has and the output has not; sorted.
  var droppedMetaBlocks: [String] = []
}

/// One compaction: what to merge, and how.
package struct FileCompactor {
  /// Paths of the inputs, in the order in which equal keys are to come.
  package var inputs: [String]
  /// Only rows in it are read.
  package var rows: RowRange
  /// Write delete markers, too: right unless all files of the tablet take part.
  package var propagateDeletes: Bool
  /// Codec and block sizes of the output.
  package var output: RFileWriter.Options
  package var groups: [LocalityGroupDefinition]
  package var deletes: DeleteBehavior = .process
  /// Helpers for inflating and deflating; nil: the calling thread does it all. The output is the same. The caller occupies
  /// one of the pool's threads.
  package var pool: CodecPool?
  /// Larger blocks of inputs are refused.
  package var limit = BlockLimit.smallestDefault
  /// Takes over blocks of inputs that nothing would change: those of the output's codec, half to twice as large as blocks of
  /// the output are to be. Never when a level is asked for, or with codec none.
  package var reusesBlocks = true
  /// Puts the table's iterators over a stream.
  package var iterators: (any EntryCursor) throws -> any EntryCursor

  package init(
    inputs: [String], rows: RowRange = .all, propagateDeletes: Bool, output: RFileWriter.Options = .init(),
    groups: [LocalityGroupDefinition] = [], iterators: @escaping (any EntryCursor) throws -> any EntryCursor
  ) {
    self.inputs = inputs
    self.rows = rows
    self.propagateDeletes = propagateDeletes
    self.output = output
    self.groups = groups
    self.iterators = iterators
  }

  /// Merges the inputs into `sink` and finishes it: on return it was synced and closed.
  ///
  /// `onRead` and `onWrite` are called with the stored size (bytes) of each block that was read or written; what they
  /// throw ends the compaction. Throws `FileError`, `SystemError`, `RFileWriteError` and what the iterators throw; the sink then holds
  /// something useless.
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
    let writer = try RFileWriter(sink, options: output, pool: pool, onWrite: onWrite)
    var dropped: Set<String> = []

    for group in groups {
      try writer.startLocalityGroup(group.name, families: group.families)
      try merge(.only(group.families), into: writer, loader, &statistics, &dropped)
    }
    try writer.startDefaultLocalityGroup()
    let taken = Set(groups.flatMap(\.families))
    try merge(taken.isEmpty ? .all : .except(taken), into: writer, loader, &statistics, &dropped)

    statistics.fileSize = try writer.finish()
    statistics.entriesWritten = writer.entries
    statistics.bytesRead = bytesRead
    statistics.blocks = writer.blocks
    statistics.blocksReused = writer.blocksReused
    statistics.droppedMetaBlocks = dropped.sorted()
    return statistics
  }

  private func merge(
    _ families: FamilySelection, into writer: RFileWriter, _ loader: BlockLoader,
    _ statistics: inout CompactionStatistics, _ dropped: inout Set<String>
  ) throws {
    var cursors: [GroupCursor] = []
    var needsFilter = false
    for path in inputs {
      // The reader goes at the end of each round: a cursor keeps the file open, but not its whole index in memory.
      let reader = try RFileReader(path: path, loader: loader)
      let added = try reader.cursors(rows: rows, families: families, loader: loader)
      if mayReuse, reader.file.codec == output.codec { for cursor in added { cursor.keepBlocks(ofSize: reusedSizes) } }
      cursors += added
      needsFilter = needsFilter || reader.exceeds(families)
      dropped.formUnion(reader.extraMetaBlocks)
      if !reader.sampleGroups.isEmpty { dropped.insert("sample") }
    }
    let merged = MergeCursor(cursors)
    let counter = CountingIterator(source: needsFilter ? Self.filter(merged, families) : merged)
    let stream = try iterators(deletes.cursor(on: counter, propagateDeletes: propagateDeletes))
    let cells = needsFilter ? nil : CellStream(merged, for: stream, on: counter)
    try write(cells ?? stream, of: merged, to: writer)
    statistics.entriesRead += cells?.entriesRead ?? counter.count
  }

  private func write(_ stream: any EntryCursor, of merged: MergeCursor, to writer: RFileWriter) throws {
    if mayReuse, let reuse = BlockReuse(merged, under: stream) {
      try reuse.write(to: writer)
    } else {
      try writer.append(contentsOf: stream)
    }
  }

  private var mayReuse: Bool { reusesBlocks && output.admitsReuse }

  private var reusedSizes: ClosedRange<Int> { (output.blockSize + 1) / 2...2 * output.blockSize }

  static func filter(_ stream: any EntryCursor, _ families: FamilySelection) -> any EntryCursor {
    switch families {
    case .all: stream
    case .only(let families): ColumnFamilyFilter(source: stream, in: families)
    case .except(let families): ColumnFamilyFilter(source: stream, notIn: families)
    }
  }
}

extension FileCompactor {
  /// An upper bound of the memory (bytes) that a compaction needs, the inputs' blocks being of the output's size.
  ///
  /// A cursor holds one inflated block, the same compressed if it may be reused, and a window of its index. The writer holds a raw and a compressed block, and up
  /// to 10 MiB of index entries. Opening a file reads its index; only one is open at a time. With a pool some more blocks
  /// are on their way to and fro, raw and compressed.
  static func memoryNeeded(
    inputs: Int, groupsPerInput: Int = 1, output: RFileWriter.Options, pool: CodecPool? = nil
  ) -> Int {
    let block = output.blockSize + output.blockSize / 8
    let cursor = block + (48 << 10)
    var onTheirWay = 0
    if let pool = pool?.ifHelpful, output.codec != .none {
      onTheirWay = [pool.readAheadLimit, pool.writeBehindLimit].reduce(0) {
        $0 + 2 * min($1 * block, CodecPool.mostBytes + block)
      }
    }
    let kept = output.admitsReuse ? inputs * groupsPerInput * block : 0
    return inputs * groupsPerInput * cursor + kept + 3 * block + 2 * output.indexBlockSize + (16 << 20) + onTheirWay
  }
}

extension RFileWriter.Options {
  /// Who asks for a level wants every block to have it; with codec none there is nothing to save.
  fileprivate var admitsReuse: Bool { codec != .none && level == nil }
}
