import Files
package import Records
import SystemPackage

/// Runs detached jobs into a directory, and goes on where an earlier run was interrupted.
package struct DetachedRun {
  private let runner: JobRunner
  private let journal: JobJournal

  /// - Parameter runner: whose jobs then go into the directory of the journal.
  package init(_ runner: JobRunner, _ journal: JobJournal) {
    var conditions = runner.conditions
    conditions.detached = .directory(journal.directory)
    self.runner = JobRunner(conditions, threads: runner.threads, memory: runner.memory)
    self.journal = journal
  }

  /// Runs the jobs that are not done yet, as `JobRunner` does. Those that are done come first, with their results.
  /// - Returns: whether all are done now.
  package func run(
    _ jobs: [CompactionJob], with execution: any JobExecution, report: (JobRunner.Event) throws -> Void
  ) throws -> Bool {
    var done: [String: CompactionJob] = [:]
    let open = try jobs.filter { job in
      guard try journal.isDone(job) else { return true }
      done[job.ecid] = job
      return false
    }
    // The journal is long, and most batches of a new run have nothing in it.
    if !done.isEmpty {
      try journal.forEachResult { result in
        guard let job = done.removeValue(forKey: result.ecid) else { return }
        var result = result
        result.already = true
        result.inputs = job.inputs.map(\.part)
        try report(.ended(job, result, ran: false))
      }
    }
    if open.isEmpty { return true }
    return try runner.run(open, with: execution) { event in
      if case .ended(let job, let result, _) = event, result.state == .finished {
        try journal.append(job, result)
        // Nobody hears of a job that a power failure could undo.
        try journal.sync()
      }
      try report(event)
    }
  }
}
