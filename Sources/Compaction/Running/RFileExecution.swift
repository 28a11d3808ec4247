package import BlockFile
package import Files
package import RFile
package import Records
package import Settings
package import SystemPackage
package import TabletStore

/// Runs jobs on RFiles, each with the settings of its table.
///
/// If a job carries settings, it was planned with them, and this process's own settings override them. A job without
/// settings uses those of this process: `--config`, `table.properties`, `-p`. Without either, the job is refused,
/// because a wrong stack of iterators loses data.
package struct RFileExecution: JobExecution {
  package var configuration: Configuration
  /// Whether to use Accumulo's defaults for a table without known settings.
  package var acceptsDefaults: Bool
  /// A job whose codec does not have it fails.
  package var level: CompressionLevel
  /// Whether to take over blocks that the merge leaves unchanged.
  package var reusesBlocks: Bool
  /// Whether to account for every entry and compare the result with the output; see `Certificate`.
  package var certifies: Bool
  package var map: FileMap
  package var disk: Disk
  /// The threads of all jobs; nil: each job has just one.
  package var pool: CodecPool?
  /// Inputs with larger blocks are refused.
  package var limit = BlockLimit.smallestDefault
  /// Merges inputs in which something is wrong that does not keep them from being read.
  package var acceptsUnsound = false
  /// The clock, in ms since 1970.
  package var now: @Sendable () -> Int64

  package init(
    configuration: Configuration, acceptsDefaults: Bool, level: CompressionLevel = .auto, reusesBlocks: Bool = true,
    certifies: Bool = true,
    map: FileMap,
    disk: Disk,
    pool: CodecPool? = nil, now: @escaping @Sendable () -> Int64
  ) {
    self.configuration = configuration
    self.acceptsDefaults = acceptsDefaults
    self.level = level
    self.reusesBlocks = reusesBlocks
    self.certifies = certifies
    self.map = map
    self.disk = disk
    self.pool = pool
    self.now = now
  }

  package func prepare(_ job: CompactionJob) throws -> any PreparedJob {
    let settings = try settings(of: job)
    var prepared = try RFileJob(
      settings, level: level, inputs: job.inputs.count, inputBytes: job.bytes,
      inputEntries: job.inputs.reduce(0) { $0 &+ max(0, $1.entries) }, propagateDeletes: job.propagateDeletes,
      now: now(), disk: disk,
      pool: pool, limit: limit, reusesBlocks: reusesBlocks, certifies: certifies)
    prepared.acceptsUnsound = acceptsUnsound
    return prepared
  }

  private func settings(of job: CompactionJob) throws -> Settings {
    let table = job.extent.tableId
    if job.hasProperties { return configuration.settings(ofJob: job.properties, forTable: table) }
    let directory = try JobRun.directory(of: job, map)
    let file = try TableDirectory.properties(besideTablet: directory)
    let settings = configuration.settings(
      forTable: table, tableProperties: try file.map { try ConfigurationSource(path: $0.string) })
    guard settings.speaksOfTable || acceptsDefaults else { throw UnknownSettings(tableId: table) }
    return settings
  }
}

/// The settings of a table are unknown.
struct UnknownSettings: Error, Hashable, CustomStringConvertible {
  var tableId: String

  var description: String {
    "the settings of table \(tableId) are not known, and with the wrong iterators a compaction loses data: give its "
      + "`config -t` listing or properties with --config, put them into table.properties beside its tablets, or accept "
      + "Accumulo's defaults with --default-properties"
  }
}

/// One compaction of RFiles with the settings of a table.
package struct RFileJob: PreparedJob {
  package let memory: Int64
  var files: FileSettings
  /// The settings of the table that are not Accumulo's defaults.
  let properties: [String: String]
  /// Nil: every entry is written as it is.
  let stack: MajcStack?
  var context: MajcContext
  let disk: Disk
  let pool: CodecPool?
  private let limit: BlockLimit
  let reusesBlocks: Bool
  let certifies: Bool
  /// Merges inputs in which something is wrong that does not keep them from being read.
  package var acceptsUnsound = false

  /// Throws if the settings ask for something that is not built in; `CodecLevelError` if their codec does not have the
  /// level.
  /// - Parameters:
  ///   - inputBytes: the size of all inputs, for the table's configurer.
  ///   - inputEntries: those of all inputs, for the memory of a Bloom filter; 0: not known.
  ///   - now: the time of the compaction for its iterators, ms since 1970.
  ///   - keepsEveryEntry: writes every entry as it is, whatever the table's iterators, delete markers or versions are.
  package init(
    _ settings: Settings, level: CompressionLevel, inputs: Int, inputBytes: Int64 = 0, inputEntries: Int64 = 0,
    propagateDeletes: Bool, now: Int64,
    disk: Disk,
    pool: CodecPool? = nil, limit: BlockLimit = .smallestDefault, reusesBlocks: Bool = true, certifies: Bool = true,
    keepsEveryEntry: Bool = false
  ) throws {
    self.certifies = certifies
    properties = settings.tableProperties
    files = try FileSettings(settings, level: level, inputBytes: inputBytes)
    stack = keepsEveryEntry ? nil : try MajcStack(settings)
    context = MajcContext(propagateDeletes: propagateDeletes, now: now)
    memory = Int64(FileCompactor.memoryNeeded(inputs: inputs, entries: inputEntries, output: files.output, pool: pool))
    self.disk = disk
    self.pool = pool
    self.limit = limit
    self.reusesBlocks = reusesBlocks
  }

  package func write(
    _ inputs: [MergeInput], to output: FilePath, pulse: Pulse, checkpoints: JobCheckpoints?
  ) throws -> JobOutput {
    guard let pool else { return try merge(inputs, to: output, pulse: pulse, checkpoints: checkpoints) }
    return try pool.occupy { try merge(inputs, to: output, pulse: pulse, checkpoints: checkpoints) }
  }

  /// `write` for a caller that occupies one of the pool's threads.
  func merge(
    _ inputs: [MergeInput], to output: FilePath, pulse: Pulse, checkpoints: JobCheckpoints? = nil
  ) throws -> JobOutput {
    // What is wrong with an input is not part of a checkpoint.
    if let checkpoints, !acceptsUnsound { return try merge(inputs, to: output, pulse: pulse, checkpoints) }
    let sink = try ByteSink(creating: output.string, on: disk, pool: pool)
    return try write(inputs, to: output, sink, pulse: pulse, nil, nil)
  }

  /// Merges into a sink for the file `output`.
  func write(
    _ inputs: [MergeInput], to output: FilePath, _ sink: ByteSink, pulse: Pulse, _ checkpointer: Checkpointer?,
    _ continuation: MergeContinuation?
  ) throws -> JobOutput {
    var compactor = FileCompactor(
      inputs: inputs, propagateDeletes: context.propagateDeletes,
      output: files.output, groups: files.groups, iterators: stack?.layers(in: context) ?? [])
    compactor.deletes = files.deletes
    compactor.keepsEveryEntry = stack == nil
    compactor.pool = pool
    compactor.limit = limit
    compactor.reusesBlocks = reusesBlocks
    compactor.certifies = certifies
    compactor.acceptsUnsound = acceptsUnsound
    sink.syncsLater = pool?.supply ?? ThreadSupply()
    sink.digests = certifies || checkpointer != nil
    if let checkpointer {
      compactor.pause = checkpointer.pause
      compactor.onPause = { try checkpointer.make($0, of: sink, now: context.now) }
      compactor.continuation = continuation
    }
    func beat(_ bytes: Int, _ direction: RateLimit.Direction) throws {
      try pulse.beat(sink.isRepeating ? 0 : bytes, direction)
      try checkpointer?.look(at: sink)
    }
    var statistics: CompactionStatistics
    do {
      statistics = try compactor.run(into: sink, onRead: { try beat($0, .read) }, onWrite: { try beat($0, .write) })
    } catch let error as FileError where error.kind == .unsound {
      throw UnsoundInput(error: error)
    }
    checkpointer?.finish()
    statistics.certificate?.digest = sink.digest
    try ReadBack(path: output, of: statistics).check(
      loader: BlockLoader(pool: pool, limit: .none) { _ in try pulse.beat(0, .read) })
    try sink.waitForSync()
    return JobOutput(
      size: statistics.fileSize, entries: statistics.entriesWritten, entriesRead: statistics.entriesRead,
      blocks: statistics.blocks, blocksReused: statistics.blocksReused, rungs: statistics.rungs,
      warnings: files.warnings + statistics.droppedMetaBlocks.map { "\($0) of an input is not written to the output" },
      unsound: statistics.unsound, certificate: statistics.certificate, problem: checkpointer?.problem)
  }
}

/// A file that can be read but is damaged: a merge of it would hide that.
struct UnsoundInput: Error, CustomStringConvertible {
  var error: FileError

  var description: String {
    "\(error): the input is damaged, and its merge would hide that; --accept-unsound merges it all the same"
  }
}
