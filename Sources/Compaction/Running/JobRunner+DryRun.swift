package import Records
internal import SystemPackage
internal import TabletStore

extension JobRunner {
  /// The jobs in the order in which they would run, each with the reason if it would be refused. Changes nothing on
  /// disk.
  package func dryRun(
    _ jobs: [CompactionJob], with execution: any JobExecution
  ) -> [(job: CompactionJob, refusal: String?)] {
    var schedule = JobSchedule(jobs)
    var told: [(job: CompactionJob, refusal: String?)] = []
    var dry = DryTablets(conditions: conditions)
    while true {
      switch schedule.next() {
      case .done, .wait: return told
      case .fail(let index, let reason, _): told.append((schedule.current(index), reason))
      case .run(let index):
        let job = schedule.current(index)
        do {
          _ = try execution.prepare(job)
          try dry.take(job)
          schedule.finish(index, .wrote)
          told.append((job, nil))
        } catch {
          schedule.finish(index, .failed)
          told.append((job, "\(error)"))
        }
      }
    }
  }
}

/// The tablets as they would be after the previous jobs.
private struct DryTablets {
  let conditions: RunConditions
  /// `<directory>/<file>`: inputs that earlier jobs consume, and outputs that they make.
  private var taken: [FilePath: String] = [:]
  private var made: Set<FilePath> = []

  init(conditions: RunConditions) { self.conditions = conditions }

  mutating func take(_ job: CompactionJob) throws {
    let directory = try JobRun.checkedDirectory(of: job, conditions)
    let inputs = job.inputs.map { directory.appending($0.file) }
    for (input, path) in zip(job.inputs, inputs) {
      if let other = taken[path] {
        throw DryRefusal(description: "\(input.file) is an input of \(other), which runs before it")
      }
    }
    if !inputs.contains(where: made.contains) {
      let tablet = TabletDirectory(directory, access: conditions.access)
      do { try tablet.checkCanReserve(job) } catch let error as ReservationError {
        guard let done = try tablet.finished(job) else { throw error }
        throw DryRefusal(description: "it finished before\(done.output.map { ", as \($0)" } ?? "")")
      }
    }
    for path in inputs { taken[path] = job.ecid }
    made.insert(directory.appending(job.output))
  }
}

private struct DryRefusal: Error, CustomStringConvertible {
  var description: String
}
