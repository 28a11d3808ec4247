import ArgumentParser
import BlockFile
import Compaction
import Files
import Glibc
import Records
import SystemPackage
import TabletStore

extension Compact {
  /// Runs the jobs of the streams.
  func runJobs() throws {
    if inputs.isEmpty, isatty(0) == 1 {
      throw ValidationError("standard input is a terminal; expected jobs: actool plan DIR | actool compact")
    }
    let access = try directories.access(disk: TestFault.disk())
    let work = try Self.read(inputs.isEmpty ? ["-"] : inputs)
    let selected = work.jobs.filter(jobs.selection.contains)
    var execution = RFileExecution(
      configuration: try settings.configuration(), acceptsDefaults: jobs.defaultProperties, level: level,
      reusesBlocks: !jobs.noReuse,
      map: directories.map, disk: access.disk, pool: jobs.threads.makePool(), now: currentMilliseconds)
    execution.limit = try jobs.limit()
    let runner = try jobs.runner(access)
    if jobs.dryRun { return try tell(selected, runner, execution) }
    Signals.install()
    let reporter = reporting.reporter(of: "compact")
    clean(work.leftovers, access, reporter)
    var run = RunReport(total: selected.count, reporter: reporter)
    let isClean = try runner.run(selected, with: execution) { try run.report($0) }
    reporter.endProgress()
    if jobs.summary {
      try reporter.write(run.summary)
      try reporter.flush()
    }
    if let signal = Signals.stop.signal { throw ExitStatus.endedBySignal(signal) }
    if !isClean { throw ExitStatus.found }
  }

  /// All jobs and directories to clean up: jobs run by priority, so the streams are read to their ends first.
  private static func read(_ sources: [String]) throws -> (jobs: [CompactionJob], leftovers: [String]) {
    var jobs: [CompactionJob] = []
    var leftovers: [String] = []
    var tablets = 0
    for source in sources {
      try RecordInput.forEach(in: source) { record, _ in
        switch record {
        case .job(let job): jobs.append(job)
        case .leftovers(let found): leftovers.append(found.directory)
        case .tablet: tablets += 1
        default: break
        }
      }
    }
    if jobs.isEmpty && tablets > 0 {
      Messages.write("actool compact: no jobs, but \(tablets) tablet records: actool plan makes jobs of them")
    }
    return (jobs, leftovers)
  }

  /// What dead processes left where there is nothing more to plan. Not worth a failure.
  private func clean(_ directories: [String], _ access: DirectoryAccess, _ reporter: Reporter) {
    for directory in directories {
      do {
        try TabletDirectory(access.map.path(of: directory), access: access).clean()
      } catch {
        reporter.warn("\(error)")
      }
    }
  }

  /// `--dry-run`
  private func tell(_ selected: [CompactionJob], _ runner: JobRunner, _ execution: RFileExecution) throws {
    let reporter = reporting.reporter(of: "compact")
    var everyJobWouldRun = true
    for (job, refusal) in runner.dryRun(selected, with: execution) {
      if let refusal {
        everyJobWouldRun = false
        Messages.write("actool compact: would refuse \(job.ecid): \(refusal)")
      } else {
        reporter.say(
          "would run \(job.ecid) on \(job.extent): \(job.inputs.map(\.file).joined(separator: " ")) -> \(job.output)")
        try reporter.write(job)
      }
    }
    try reporter.flush()
    if !everyJobWouldRun { throw ExitStatus.found }
  }
}

/// Prints results as they come, and counts.
struct RunReport {
  let total: Int
  let reporter: Reporter
  private var finished: Int64 = 0
  private var failed: Int64 = 0
  private var running = 0
  private var entriesRead: Int64 = 0
  private var entries: Int64 = 0
  private var warnings: Set<String> = []

  init(total: Int, reporter: Reporter) {
    self.total = total
    self.reporter = reporter
  }

  mutating func report(_ event: JobRunner.Event) throws {
    switch event {
    case .started: running += 1
    case .note(let text):
      // Once for all the jobs that have the same to say.
      if warnings.insert(text).inserted { reporter.warn(text) }
    case .ended(let job, let result, let ran):
      if ran { running -= 1 }
      switch result.state {
      case .finished: finished += 1
      case .failed:
        failed += 1
        reporter.warn("\(job.ecid) on \(job.extent): \(result.error ?? "failed")")
      }
      entriesRead &+= result.entriesRead
      entries &+= result.entries
      try reporter.write(result)
      try reporter.flush()
    }
    reporter.progress([
      ("jobs", Int64(total)), ("running", Int64(running)), ("finished", finished), ("failed", failed),
    ])
  }

  var summary: Summary {
    Summary(
      command: "compact",
      counts: [
        ("jobs", Int64(total)), ("finished", finished), ("failed", failed), ("entriesRead", entriesRead),
        ("entries", entries),
      ])
  }
}
