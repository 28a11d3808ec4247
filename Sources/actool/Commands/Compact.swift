import ArgumentParser
import BlockFile
import Compaction
import Files
import Glibc
import Records
import Settings
import SystemPackage
import TabletStore

/// `actool compact`
struct Compact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Runs compaction jobs on tablet directories, merges RFiles into one, or compacts an exported table.",
    discussion: """
      Jobs come from actool plan, through a pipe or a file; each result is printed when its job ends. A run can be \
      killed at any moment: each tablet is then exactly as it was before the job or after it, and the next run cleans \
      up.

        actool plan tables/2 | actool compact --default-properties
        actool compact --queue DCQ1 jobs.json
        actool compact --output all.rf F1.rf F2.rf
        actool plan s3://bucket/tables/2 | actool compact --default-properties --into s3://bucket/out
        actool compact --export exported --into compacted -p table.file.compress.type=zstd
        actool compact --cancel ECID:5f0c... tables/2/t-0001

      A job that was killed goes on from its last checkpoint when it is run again, and ends with the same bytes; plan \
      prints such jobs again. One whose inputs or settings have changed since begins afresh, and its result says why.

      A job that is run again after it finished is not run: its result says "already", for the last 16 jobs of each \
      tablet. The result of a failed job says whether to run it again: "retry" is never, later or now.

      Exit status 1 when a job fails or is refused, or when --executor and --queue match none of the jobs; 75 when all \
      jobs that failed may be run again.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files of job records. Default: - (standard input). With --output: the RFiles to merge. With --cancel: the tablet directory.",
      valueName: "jobs"))
  var inputs: [String] = []

  @OptionGroup var jobs: JobOptions
  @OptionGroup var merge: MergeOptions
  @OptionGroup(title: "Detached jobs") var detached: DetachedOptions

  @Option(
    help: ArgumentHelp(
      "Withdraw a job's reservation in the tablet directory, even while another process runs the job.",
      valueName: "ECID"))
  var cancel: String?

  @OptionGroup var levelOption: LevelOption

  @OptionGroup var directories: DirectoryOptions
  @OptionGroup(title: "Settings") var settings: ConfigurationOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if cancel != nil {
      let others = [
        ("--output", merge.output != nil), ("--into", detached.into != nil), ("--level", levelOption.given != nil),
        ("--lease", directories.lease != nil),
      ]
      try OptionConflict.refuse(
        others + jobs.givenForJobs + jobs.givenForMerges + settings.given + reporting.given, beside: "--cancel")
      guard inputs.count == 1 else { throw ValidationError("--cancel goes with one tablet directory") }
    } else if detached.into != nil {
      try validateDetached()
    } else if merge.output != nil {
      let others = [("--lease", directories.lease != nil), ("--progress json=FILE", reporting.file != nil)]
      try OptionConflict.refuse(jobs.givenForJobs + others, beside: "--output")
      guard !inputs.isEmpty, !inputs.contains("-") else { throw ValidationError("--output needs the RFiles to merge") }
    } else if jobs.dryRun {
      let others = [
        ("--summary", jobs.summary), ("--wait", jobs.wait != nil), ("--no-space-check", jobs.noSpaceCheck),
      ]
      try OptionConflict.refuse(others + reporting.given, beside: "--dry-run")
    }
  }

  func run() throws {
    if let cancel {
      try runCancel(cancel)
    } else if let directory = detached.into {
      try runDetached(into: directory)
    } else if let output = merge.output {
      try runMerge(into: output)
    } else {
      try runJobs()
    }
  }

  /// `--cancel`. The id of a reservation can be one that Accumulo would not accept.
  private func runCancel(_ ecid: String) throws {
    let access = try directories.access(disk: TestFault.disk())
    let directory = TabletDirectory(try access.map.path(of: inputs[0]), access: access)
    let isPrefixed = ["ecid:", "ecid-"].contains { ecid.lowercased().hasPrefix($0) }
    let uuid = isPrefixed ? String(ecid.dropFirst(5)) : ecid
    let known = [AccumuloVersion.v2, .v4].compactMap { ExternalCompactionId(typed: uuid, of: $0)?.description }
    var failure: (any Error)?
    for id in known + [ecid] {
      do { return try directory.cancel(ecid: id) } catch let error as ReservationError {
        guard case .noReservation = error else { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// `--output`: merges files into one.
  private func runMerge(into output: String) throws {
    Signals.install()
    let conditions = try jobs.conditions(directories.access(disk: TestFault.disk()))
    let paths = try inputs.map { try conditions.access.map.path(of: $0) }
    let bytes = try paths.reduce(Int64(0)) { $0.addingSaturated(try FileStatus.of($1)?.size ?? 0) }
    var job = try LevelOption.checking {
      try RFileJob(
        settings.configuration().settings(), level: levelOption.level, inputs: inputs.count, inputBytes: bytes,
        propagateDeletes: merge.propagateDeletes, now: SystemClock.milliseconds(), disk: conditions.access.disk,
        pool: jobs.threads.makePool(), limit: try jobs.limit(), reusesBlocks: !jobs.noReuse, certifies: jobs.certifies)
    }
    job.acceptsUnsound = jobs.acceptUnsound
    let start = SystemClock.steady()
    let result: JobOutput
    do {
      result = try OutputMerge(conditions: conditions).run(
        job, inputs: paths, rows: merge.rows, to: FilePath(output))
    } catch let stopped as Stopped {
      throw ExitStatus.endedBySignal(stopped.signal)
    }
    let reporter = reporting.reporter(of: "compact")
    reporter.tell(result, of: output, inputs: inputs.count, after: SystemClock.steady() - start)
    guard jobs.summary else { return }
    try reporter.write(result.summary(inputs: inputs.count))
    try reporter.flush()
  }

  /// How jobs are run.
  func execution(_ conditions: RunConditions, _ configuration: Configuration) throws -> RFileExecution {
    var execution = RFileExecution(
      configuration: configuration, acceptsDefaults: jobs.defaultProperties, level: levelOption.level,
      reusesBlocks: !jobs.noReuse, certifies: jobs.certifies, map: conditions.access.map, disk: conditions.access.disk,
      pool: jobs.threads.makePool(), now: SystemClock.milliseconds)
    execution.limit = try jobs.limit()
    execution.acceptsUnsound = jobs.acceptUnsound
    return execution
  }

  /// `--progress json=FILE`. The jobs tell how far they are if that is shown or written.
  func progressFile(_ conditions: inout RunConditions) throws -> ProgressFile? {
    if reporting.showsProgress { conditions.meterInterval = RunProgress.interval }
    guard let path = reporting.file else { return nil }
    conditions.meterInterval = conditions.meterInterval ?? ProgressFile.interval
    return try ProgressFile(FilePath(path), host: conditions.access.owner.host, disk: conditions.access.disk)
  }

  func refuseTerminal() throws {
    guard inputs.isEmpty, isatty(0) == 1 else { return }
    throw ValidationError("standard input is a terminal; expected jobs: actool plan DIR | actool compact")
  }

  /// Runs the jobs that the inputs hold.
  private func runJobs() throws {
    try refuseTerminal()
    var conditions = try jobs.conditions(directories.access(disk: TestFault.disk()))
    let file = try progressFile(&conditions)
    let work = try JobInput(reading: inputs.isEmpty ? ["-"] : inputs)
    let (selected, mismatch) = jobs.select(from: work.jobs)
    let execution = try execution(conditions, settings.configuration())
    let runner = try jobs.runner(conditions)
    let reporter = reporting.reporter(of: "compact")
    if let mismatch { reporter.warn(mismatch) }
    if jobs.dryRun {
      let wouldAllRun = try reporter.tell(dryRun: runner.dryRun(selected, with: execution))
      guard wouldAllRun, mismatch == nil else { throw ExitStatus.found }
      return
    }
    Signals.install()
    let unclean = work.leftovers.compactMap { leftovers in
      // Files left by dead processes in tablets that have nothing more to plan.
      do {
        let directory = try conditions.access.map.path(of: leftovers.directory)
        if try FileStatus.of(directory) != nil { try conditions.checkLocks(at: directory) }
        try TabletDirectory.clean(leftovers, access: conditions.access)
      } catch { return "\(error)" }
      return nil
    }
    for problem in unclean { reporter.warn(problem) }
    var report = RunReport(of: selected, reporter: reporter, file: file)
    let isClean = try report.run { try runner.run(selected, with: execution, report: $0) }
    try report.end(summarizes: jobs.summary)
    if let signal = Signals.stop.signal { throw ExitStatus.endedBySignal(signal) }
    if !unclean.isEmpty || mismatch != nil { throw ExitStatus.found }
    if !isClean { throw report.status }
  }
}
