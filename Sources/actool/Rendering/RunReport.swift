import Compaction
import Records

/// Prints the results of jobs as they end, and counts them.
struct RunReport {
  let total: Int
  let reporter: Reporter
  /// Nil when none was asked for, or after it could not be written.
  private var file: ProgressFile?
  private var progress: RunProgress
  /// Failed jobs that would fail again.
  private var failedForGood: Int64 = 0
  private var entriesRead: Int64 = 0
  private var entries: Int64 = 0
  private var warnings: Set<String> = []
  private var glance = RunGlance()

  /// - Parameters:
  ///   - total: the number of jobs.
  ///   - bytes: the sizes of all inputs; 0 when they are not known.
  init(total: Int, bytes: Int64, reporter: Reporter, file: ProgressFile?) {
    self.total = total
    progress = RunProgress(jobs: total, bytes: bytes)
    self.reporter = reporter
    self.file = file
  }

  init(of jobs: [CompactionJob], reporter: Reporter, file: ProgressFile?) {
    let bytes = jobs.reduce(Int64(0)) { $0.addingSaturated(max(0, $1.bytes)) }
    self.init(total: jobs.count, bytes: bytes, reporter: reporter, file: file)
  }

  mutating func report(_ event: JobRunner.Event) throws {
    // It is no reason for jobs to fail.
    do { try file?.write(event) } catch {
      file = nil
      reporter.warn("\(error): the progress of the other jobs is not written")
    }
    progress.add(event)
    var isStep = true
    switch event {
    case .progress: isStep = false
    case .started: break
    case .note(let text):
      // A warning that many jobs share is printed once.
      if warnings.insert(text).inserted { reporter.warn(text) }
    case .ended(let job, let result, _):
      if result.state == .failed {
        if result.retry != .later && result.retry != .now { failedForGood += 1 }
        reporter.warn("\(job.ecid) on \(job.extent): \(result.error ?? "failed")")
      }
      entriesRead &+= result.entriesRead
      entries &+= result.entries
      glance.add(result, of: job)
      try reporter.write(result)
      try reporter.flush()
    }
    reporter.progress(progress.work, always: isStep)
  }

  private var finished: Int64 { progress.finished }
  private var failed: Int64 { progress.failed }

  /// Runs jobs that tell what happens.
  /// - Throws: `UnreadResults` when the reader of the results has gone; what `body` throws.
  mutating func run(_ body: ((JobRunner.Event) throws -> Void) throws -> Bool) throws -> Bool {
    do {
      let isClean = try body { try report($0) }
      reporter.endProgress()
      return isClean
    } catch is ClosedOutput {
      reporter.endProgress()
      throw unreadResults
    }
  }

  /// How the program ends after a run that was not clean.
  var status: ExitStatus { failed > 0 && failedForGood == 0 ? .tryAgain : .found }

  /// The last lines.
  /// - Parameter summarizes: with a summary record.
  func end(summarizes: Bool) throws {
    if summarizes {
      try reporter.write(summary)
      try reporter.flush()
    }
    guard total > 0 else { return }
    reporter.show { glance.lines(summary, mayTryAgain: status == .tryAgain) }
  }

  var unreadResults: UnreadResults { UnreadResults(total: total, finished: finished, failed: failed) }

  var summary: Summary {
    Summary(
      command: "compact",
      counts: [
        ("jobs", Int64(total)), ("finished", finished), ("failed", failed), ("entriesRead", entriesRead),
        ("entries", entries),
      ])
  }
}

extension Reporter {
  /// Reports the result of a merge into one file.
  func tell(_ result: JobOutput, of output: String, inputs: Int, after elapsed: Duration) {
    for note in result.notes { warn(note) }
    let seconds = (elapsed / .milliseconds(1)).rounded() / 1000
    say(
      "\(output): \(result.entries) of \(result.entriesRead) entries from \(inputs) files, \(result.size) bytes, "
        + "\(result.blocksReused) of \(result.blocks) blocks reused, "
        + result.rungs.map { "\($0.blocks) by \($0.encoder)\($0.level.map { " \($0)" } ?? ""), " }.joined()
        + "\(seconds) s")
  }

  /// `--dry-run`: prints the jobs that would run, and why the others would not. True when all would run.
  func tell(dryRun told: [(job: CompactionJob, refusal: String?)]) throws -> Bool {
    for (job, refusal) in told {
      if let refusal {
        warn("would refuse \(job.ecid): \(refusal)")
      } else {
        say("would run \(job.ecid) on \(job.extent): \(job.inputs.map(\.file).joined(separator: " ")) -> \(job.output)")
        try write(job)
      }
    }
    try flush()
    return told.allSatisfy { $0.refusal == nil }
  }
}

extension JobOutput {
  func summary(inputs: Int) -> Summary {
    Summary(
      command: "compact",
      counts: [
        ("files", Int64(inputs)), ("entriesRead", entriesRead), ("entries", entries), ("fileSize", size),
        ("blocks", Int64(blocks)), ("blocksReused", Int64(blocksReused)),
      ], rungs: rungs)
  }
}

/// The reader of the results has gone, so no more jobs are begun. Other commands end quietly then; here work was done.
struct UnreadResults: Error, CustomStringConvertible {
  var total: Int
  var finished: Int64
  var failed: Int64

  var description: String {
    "the reader of the results has gone: of \(total) jobs \(finished) finished and \(failed) failed; plan again and run "
      + "the others"
  }
}
