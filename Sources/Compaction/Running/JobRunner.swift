internal import Dispatch
internal import Files
package import Records
internal import Synchronization
internal import SystemPackage

/// Runs jobs in parallel: as many as there are threads and as fit into memory, but at least one.
///
/// A small job mostly waits until the disk has synced its tablet. So there may be four of them for each thread, if there are
/// several threads; but no more of them merge at a time than there are threads.
///
/// A job whose thread cannot be started waits until another job ends. If none is running, it runs on the calling
/// thread.
package struct JobRunner: Sendable {
  let conditions: RunConditions
  /// The most jobs that run at the same time.
  let threads: Int
  /// The memory for all running jobs together, in bytes.
  let memory: Int64

  package init(_ conditions: RunConditions, threads: Int, memory: Int64) {
    precondition(threads > 0)
    self.conditions = conditions
    self.threads = threads
    self.memory = memory
  }

  /// Small jobs for each thread, and the bytes of inputs that they have at most.
  private static let places = 4
  private static let mostOfSmallJob: Int64 = 1 << 20

  /// Of how many places of its thread a job has need.
  private func places(of job: CompactionJob) -> Int {
    threads > 1 && 1...Self.mostOfSmallJob ~= job.bytes ? 1 : Self.places
  }

  /// What happens while jobs run.
  package enum Event: Sendable {
    case started(CompactionJob)
    /// `ran` is false when the job was never started.
    case ended(CompactionJob, CompactionResult, ran: Bool)
    /// How many bytes of blocks a job has read and written so far.
    case progress(CompactionJob, read: Int64, written: Int64)
    /// A problem that changes no result.
    case note(String)
  }

  /// Runs all jobs to their end. `report` gets each event as it happens, on the calling thread.
  ///
  /// A raised stop flag makes running jobs roll back, and no more jobs start. When `report` throws, no more jobs start,
  /// running jobs finish, and then the error is rethrown.
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

  /// The state of one call of `run`. Only the calling thread uses it, except for `ended`.
  private struct Run {
    private let runner: JobRunner
    private let merging: DispatchSemaphore
    private let execution: any JobExecution
    private var schedule: JobSchedule
    private var running = 0
    /// The places of running jobs, of which each thread has `JobRunner.places`.
    private var placesInUse = 0
    private var memoryInUse: Int64 = 0
    /// The next job, if it has no room yet.
    private var waiting: Waiting?
    private let mail = Mail()
    /// Whether it helps to run failed jobs again, by their indices.
    private var retries: [Int: CompactionResult.Retry] = [:]

    private struct Waiting {
      var index: Int
      var job: CompactionJob
      var prepared: any PreparedJob
    }

    init(_ runner: JobRunner, _ jobs: [CompactionJob], _ execution: any JobExecution) {
      self.runner = runner
      merging = DispatchSemaphore(value: runner.threads)
      self.execution = execution
      schedule = JobSchedule(jobs)
    }

    /// `tell` returns false when no more jobs should start.
    mutating func loop(_ tell: (Event) -> Bool) {
      var mayStart = true
      while true {
        mayStart = mayStart && runner.conditions.stop.signal == nil
        if mayStart, startOne(tell, &mayStart) { continue }
        if running == 0 { return }
        switch mail.take() {
        case .progress(let job, let read, let written):
          if !tell(.progress(job, read: read, written: written)) { mayStart = false }
          continue
        case .end(let ended): finish(ended, tell, &mayStart)
        }
      }
    }

    private mutating func finish(_ ended: Mail.Ended, _ tell: (Event) -> Bool, _ mayStart: inout Bool) {
      let (index, job, end, memory) = ended
      running -= 1
      placesInUse -= runner.places(of: job)
      memoryInUse -= memory
      retries[index] = end.result.retry
      schedule.finish(index, end.result.state == .failed ? .failed : end.wroteNothing ? .wroteNothing : .wrote)
      for note in end.notes where !tell(.note(note)) { mayStart = false }
      if !tell(.ended(job, end.result, ran: true)) { mayStart = false }
    }

    /// Returns true when something happened, in which case there can be more to do immediately.
    private mutating func startOne(_ tell: (Event) -> Bool, _ mayStart: inout Bool) -> Bool {
      guard placesInUse < runner.threads * JobRunner.places else { return false }
      if waiting == nil {
        switch schedule.next() {
        case .done, .wait: return false
        case .fail(let index, let reason, let cause):
          let job = schedule.current(index)
          // It helps if it helps the job that it waited for.
          let retry = cause.flatMap { retries[$0] } ?? .never
          retries[index] = retry
          mayStart = tell(.ended(job, .failed(job, reason, retry), ran: false))
          return true
        case .run(let index):
          let job = schedule.current(index)
          do {
            if schedule.hasLostAllInputs(index) {
              // All inputs turned out empty, so there is nothing to write.
              schedule.finish(index, .wroteNothing)
              var nothing = CompactionResult(ecid: job.ecid, extent: job.extent, state: .finished)
              nothing.inputs = []
              mayStart = tell(.ended(job, nothing, ran: false))
              return true
            }
            waiting = Waiting(index: index, job: job, prepared: try execution.prepare(job))
          } catch {
            schedule.finish(index, .failed)
            let result = CompactionResult.failed(job, error)
            retries[index] = result.retry
            mayStart = tell(.ended(job, result, ran: false))
            return true
          }
        }
      }
      guard let next = waiting else { return false }
      let memory = min(max(next.prepared.memory, 0), .max / 4)
      let places = runner.places(of: next.job)
      guard running == 0 || memory <= runner.memory - memoryInUse else { return false }
      guard placesInUse + places <= runner.threads * JobRunner.places else { return false }
      let (conditions, mail, merging) = (runner.conditions, mail, merging)
      let meter = conditions.meterInterval.map { interval in
        Pulse.Meter(interval: interval) { mail.put(.progress(next.job, read: $0, written: $1)) }
      }
      let run: @Sendable () -> Void = {
        let end = JobRun(conditions: conditions, merging: merging, meter: meter).run(next.job, next.prepared)
        mail.put(.end((next.index, next.job, end, memory)))
      }
      let hasThread = conditions.supply.start(run)
      guard hasThread || running == 0 else { return false }
      waiting = nil
      running += 1
      placesInUse += places
      memoryInUse += memory
      mayStart = tell(.started(next.job))
      if !hasThread { run() }
      return true
    }
  }

  /// Passes news of jobs from their threads to the thread that started them.
  private final class Mail: Sendable {
    typealias Ended = (index: Int, job: CompactionJob, end: JobRun.Ended, memory: Int64)
    enum Item: Sendable {
      case progress(CompactionJob, read: Int64, written: Int64)
      case end(Ended)
    }
    private let items = Mutex<[Item]>([])
    private let count = DispatchSemaphore(value: 0)

    func put(_ item: Item) {
      items.withLock { $0.append(item) }
      count.signal()
    }

    /// Waits for news.
    func take() -> Item {
      count.wait()
      return items.withLock { $0.removeFirst() }
    }
  }
}
