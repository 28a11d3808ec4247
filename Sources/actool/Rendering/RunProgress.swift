import Compaction
import Files
import Records
import Reporting

/// How far a run of jobs is, by the bytes that they read:
///
///     ███▊       38 %  3.2 GiB of 8.4 GiB read  140 MiB/s  38 s left  3 of 8 jobs
struct RunProgress {
  private let jobs: Int64
  /// Of all inputs, bytes; 0 when it is not known.
  private var total: Int64
  /// Of the inputs of jobs that have ended.
  private var done: Int64 = 0
  /// The bytes that each running job has read, by its id.
  private var running: [String: Int64] = [:]
  private(set) var finished: Int64 = 0
  private(set) var failed: Int64 = 0
  private let start = SystemClock.steady()

  /// How often a running job is asked.
  static let interval = Duration.milliseconds(400)

  /// - Parameter bytes: the sizes of all inputs; 0 when they are not known.
  init(jobs: Int, bytes: Int64) {
    self.jobs = Int64(jobs)
    total = bytes
  }

  mutating func add(_ event: JobRunner.Event) {
    switch event {
    case .started(let job): running[job.ecid] = 0
    case .progress(let job, let read, _): running[job.ecid] = min(read, job.bytes)
    case .ended(let job, let result, let ran):
      running[job.ecid] = nil
      if result.state == .finished { finished += 1 } else { failed += 1 }
      if ran && result.state == .finished && !result.already {
        done &+= job.bytes
      } else if total > 0 {
        // What was not read must not count as read in no time.
        total = max(1, total - job.bytes)
      }
    case .note: break
    }
  }

  var work: WorkProgress {
    let read = running.values.reduce(done) { $0 &+ $1 }
    var work = WorkProgress(
      unit: "read", done: read, total: total == 0 ? 0 : max(total, read), elapsed: SystemClock.steady() - start)
    work.text = { NumberText.bytes($0) }
    work.before = [
      (name: "jobs", value: jobs), (name: "running", value: Int64(running.count)),
      (name: "finished", value: finished), (name: "failed", value: failed),
    ]
    work.remark =
      "\(NumberText.count(finished)) of \(NumberText.count(jobs, "job"))" + (failed > 0 ? ", \(failed) failed" : "")
    return work
  }
}
