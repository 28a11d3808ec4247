package import BlockFile
import Entries
package import Files
import RFile
package import Records
package import Settings
package import SystemPackage

// A file made of entries that come from somewhere else than files.
//
//     in order, no locality groups    entries ────────────────────────────────────────────> file
//     in order                        entries ── one run ── merged, group by group ───────> file
//     sorted                          entries ── SortBuffer ── runs ── merged ────────────> file
//
// A file holds its groups one after the other, so entries in the order of their keys have to be read once for each: from
// a run, which is an RFile without compression beside the output.

/// Writes entries to a new RFile with the settings of a table. Every entry is written: delete markers and all versions.
package struct EntryFile {
  private let job: RFileJob
  /// Bytes for sorting; nil: the entries come in order.
  private let sortMemory: Int64?

  /// Throws if the settings ask for something that is not built in.
  /// - Parameters:
  ///   - level: of compression.
  ///   - sortMemory: bytes that sorting takes in memory; nil: the entries come in order.
  package init(
    _ settings: Settings, level: CompressionLevel = .auto, sortMemory: Int64? = nil, disk: Disk, pool: CodecPool?
  ) throws {
    job = try RFileJob(
      settings, level: level, inputs: 1, propagateDeletes: true, now: 0, disk: disk, pool: pool,
      limit: .none, keepsEveryEntry: true)
    self.sortMemory = sortMemory
  }

  /// Writes all entries to a new file, syncs it, reads it back and checks that it holds them.
  ///
  /// The caller removes the file when this throws: `RecordError` for a line that is no entry or is out of order,
  /// `SystemError`, and the errors of `ReadBack`.
  package func write(_ entries: EntryTextReader, to output: FilePath, pulse: Pulse) throws -> JobOutput {
    try write(entries, to: output, pulse: pulse) { error in
      // The writer sees the entry, not where it comes from.
      let wayOut = if case .outOfOrder = error { "; --sort sorts them" } else { "" }
      return entries.error(error.description + wayOut)
    }
  }

  /// The same for entries of any other kind; `explain` says what it means that the writer refuses one.
  func write(
    _ entries: any EntryCursor, to output: FilePath, pulse: Pulse,
    explain: (RFileWriteError) -> any Error = { $0 }
  ) throws -> JobOutput {
    guard let pool = job.pool else { return try run(entries, to: output, pulse, explain) }
    return try pool.occupy { try run(entries, to: output, pulse, explain) }
  }

  private func run(
    _ entries: any EntryCursor, to output: FilePath, _ pulse: Pulse, _ explain: (RFileWriteError) -> any Error
  ) throws -> JobOutput {
    let source = SummedEntries(entries)
    let hasGroups = !job.files.groups.isEmpty
    let runs = SortedRuns(beside: output, memory: Int(clamping: sortMemory ?? 0), disk: job.disk, pulse: pulse)
    defer { runs.remove() }
    if sortMemory != nil {
      let rest = try runs.sort(source)
      if runs.isEmpty, !hasGroups { return try write(rest, of: source, to: output, pulse) }
      try runs.add(rest)
      return try merge(runs, of: source, to: output, pulse)
    }
    do {
      if !hasGroups { return try write(source, of: source, to: output, pulse) }
      try runs.add(source)
    } catch let error as RFileWriteError {
      throw explain(error)
    }
    return try merge(runs, of: source, to: output, pulse)
  }

  /// Entries in order to a file without locality groups.
  private func write(
    _ entries: any EntryCursor, of source: SummedEntries, to output: FilePath, _ pulse: Pulse
  ) throws -> JobOutput {
    let sink = try ByteSink(creating: output.string, on: job.disk, pool: job.pool)
    sink.syncsLater = job.pool?.supply ?? ThreadSupply()
    let writer = try RFileWriter(sink, options: job.files.output, pool: job.pool) { try pulse.beat($0, .write) }
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: entries)
    var statistics = CompactionStatistics()
    statistics.fileSize = try writer.finish()
    (statistics.entriesRead, statistics.entriesWritten) = (source.sum.count, writer.entries)
    statistics.blocks = writer.blocks
    statistics.certificate = Certificate(
      inputs: [.init(name: "", sum: source.sum)], dropped: [], made: [], output: source.sum)
    try ReadBack(path: output, of: statistics).check(
      loader: BlockLoader(pool: job.pool, limit: .none) { _ in try pulse.beat(0, .read) })
    try sink.waitForSync()
    return JobOutput(
      size: statistics.fileSize, entries: statistics.entriesWritten, entriesRead: statistics.entriesRead,
      blocks: statistics.blocks, warnings: job.files.warnings)
  }

  /// Runs to the file. What they hold must be what was read.
  private func merge(
    _ runs: SortedRuns, of source: SummedEntries, to output: FilePath, _ pulse: Pulse
  ) throws -> JobOutput {
    let result = try job.merge(try runs.reduced().map { MergeInput($0.string) }, to: output, pulse: pulse)
    guard result.certificate?.output == source.sum else {
      throw LedgerError(path: output.string, problem: "the sorted entries are not those that were read")
    }
    return result
  }
}

/// Entries, each of which is added to a sum before it goes on.
private final class SummedEntries: EntryCursor {
  private let source: any EntryCursor
  private let total: UnsafeMutablePointer<EntrySum>

  init(_ source: any EntryCursor) {
    self.source = source
    total = .allocate(capacity: 1)
    total.initialize(to: EntrySum())
  }

  deinit { total.deallocate() }

  var sum: EntrySum { total.pointee }

  func next() throws -> EntryPointer? {
    guard let entry = try source.next() else { return nil }
    total.pointee.add(entry)
    return entry
  }
}
