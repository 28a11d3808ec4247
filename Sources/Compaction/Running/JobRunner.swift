internal import Dispatch
internal import Files
package import Records
internal import Synchronization
internal import SystemPackage

/// Runs jobs: as many at once as there are threads and as fit into memory, one at least.
///
/// A job whose thread cannot be made waits until another job ends; where none is running it runs on the calling thread.
package struct JobRunner: Sendable {
  let conditions: RunConditions
  /// Jobs at once.
  let threads: Int
  /// Bytes for all running jobs together.
  let memory: Int64

  package init(_ conditions: RunConditions, threads: Int, memory: Int64) {
    precondition(threads > 0)
    self.conditions = conditions
    self.threads = threads
    self.memory = memory
  }

  /// What there is to say while jobs run.
  package enum Event: Sendable {
    case started(CompactionJob)
    /// `ran` is false when it was never started.
    case ended(CompactionJob, CompactionResult, ran: Bool)
    /// Something went wrong that changes no result.
    case note(String)
  }

  /// Runs all jobs to their end. `report` is told of each as it happens, on the calling thread.
  ///
  /// A raised stop flag makes running jobs roll back, and no other starts. When `report` throws no other starts either,
  /// running jobs are finished, and the error is thrown.
  /// - Returns: true when every job finished.
  package func run(
    _ jobs: [CompactionJob], with execution: any JobExecution, report: (Event) throws -> Void
  ) throws -> Bool {
    var run = Run(self, jobs, execution)
    var problem: (any Error)?
    var everyJobFinished = true
    run.loop { event in
      if case .ended(_, let result, _) = event, result.state == .failed { everyJobFinished = false }
      guard problem == nil else { return true }
      do {
        try report(event)
        return true
      } catch {
        problem = error
        return false
      }
    }
    if let problem { throw problem }
    return everyJobFinished && conditions.stop.signal == nil
  }

  /// The state of one call of `run`; all of it belongs to the calling thread, except the box of ended jobs.
  private struct Run {
    private let runner: JobRunner
    private let execution: any JobExecution
    private var schedule: JobSchedule
    private var running = 0
    private var memoryInUse: Int64 = 0
    /// A job whose turn it is, but for which there is no room yet.
    private var waiting: Waiting?
    private let ended = EndedJobs()

    private struct Waiting {
      var index: Int
      var job: CompactionJob
      var prepared: any PreparedJob
    }

    init(_ runner: JobRunner, _ jobs: [CompactionJob], _ execution: any JobExecution) {
      self.runner = runner
      self.execution = execution
      schedule = JobSchedule(jobs)
    }

    /// `tell` answers false when no more jobs are to be started.
    mutating func loop(_ tell: (Event) -> Bool) {
      var mayStart = true
      while true {
        mayStart = mayStart && runner.conditions.stop.signal == nil
        if mayStart, running < runner.threads, startOne(tell, &mayStart) { continue }
        if running == 0 { return }
        let (index, job, end, memory) = ended.take()
        running -= 1
        memoryInUse -= memory
        schedule.finish(
          index, end.result.state == .failed ? .failed : end.wroteNothing ? .wroteNothing : .wrote)
        for note in end.notes where !tell(.note(note)) { mayStart = false }
        if !tell(.ended(job, end.result, ran: true)) { mayStart = false }
      }
    }

    /// True when something happened, so that there may be more to do at once.
    private mutating func startOne(_ tell: (Event) -> Bool, _ mayStart: inout Bool) -> Bool {
      if waiting == nil {
        switch schedule.next() {
        case .done, .wait: return false
        case .fail(let index, let reason):
          let job = schedule.current(index)
          mayStart = tell(.ended(job, .failed(job, reason), ran: false))
          return true
        case .run(let index):
          let job = schedule.current(index)
          do {
            if schedule.hasLostAllInputs(index) {
              // There is nothing left to do.
              schedule.finish(index, .wroteNothing)
              mayStart = tell(
                .ended(job, CompactionResult(ecid: job.ecid, extent: job.extent, state: .finished), ran: false))
              return true
            }
            waiting = Waiting(index: index, job: job, prepared: try execution.prepare(job))
          } catch {
            schedule.finish(index, .failed)
            mayStart = tell(.ended(job, .failed(job, "\(error)"), ran: false))
            return true
          }
        }
      }
      guard let next = waiting else { return false }
      let memory = min(max(next.prepared.memory, 0), .max / 4)
      guard running == 0 || memory <= runner.memory - memoryInUse else { return false }
      let (conditions, ended) = (runner.conditions, ended)
      let run: @Sendable () -> Void = {
        let end = JobRun(conditions: conditions).run(next.job, next.prepared)
        ended.put((next.index, next.job, end, memory))
      }
      let hasThread = conditions.supply.start(run)
      guard hasThread || running == 0 else { return false }
      waiting = nil
      running += 1
      memoryInUse += memory
      mayStart = tell(.started(next.job))
      if !hasThread { run() }
      return true
    }
  }

  /// Where the threads of jobs leave them for the thread that started them.
  private final class EndedJobs: Sendable {
    typealias Item = (index: Int, job: CompactionJob, end: JobRun.Ended, memory: Int64)
    private let items = Mutex<[Item]>([])
    private let count = DispatchSemaphore(value: 0)

    func put(_ item: Item) {
      items.withLock { $0.append(item) }
      count.signal()
    }

    /// Waits for one.
    func take() -> Item {
      count.wait()
      return items.withLock { $0.removeFirst() }
    }
  }
}
