internal import Planning
internal import Records

/// An executor and what waits and runs there: in 2.1 a pool of threads on each server, or the compactors of a queue; in 4.0
/// the compactors of a group.
struct ExecutorState {
  let id: String
  /// `cs1.small`, `DCQ1`
  let name: String
  /// Threads on each server; nil for compactors.
  let threads: Int?
  /// Bytes a second of one thread or compactor.
  let rate: Double
  let compactors: Compactors
  /// One for each server, or one in all.
  var queues: [JobQueue]
  /// How many jobs run, at the same places.
  var running: [Int]
  /// Compactors that are up, busy or not.
  var up: Int
  /// Compactors on their way.
  var starting = 0
  /// Busy compactors that will go after their job.
  var leaving = 0
  /// The slots of the jobs that compactors run.
  var jobs: [Int] = []
  /// Bytes of the jobs that wait and run.
  var bytes: Int64 = 0
  /// What the jobs that wait weigh in the memory of a manager of 4.0.
  var weight = 0
  /// When its number of compactors last changed.
  var lastScaled: Int64 = 0
  private(set) var waiting = 0
  private(set) var longest: (jobs: Int, time: Int64) = (0, 0)
  private(set) var finished = 0

  /// - Parameters:
  ///   - compactors: where it is not a pool of threads.
  ///   - servers: at least 1.
  init(_ executor: Executor, compactors: Compactors?, rate: Double, servers: Int) {
    id = executor.id
    name = Self.name(of: executor)
    self.rate = rate
    self.compactors = compactors ?? Compactors(least: 0, most: 0)
    if case .threads(let count) = executor.place { threads = count } else { threads = nil }
    let places = threads == nil ? 1 : servers
    queues = Array(repeating: JobQueue(), count: places)
    running = Array(repeating: 0, count: places)
    up = threads == nil ? self.compactors.least : 0
  }

  /// Without the `i.` or `e.` of 2.1.
  static func name(of executor: Executor) -> String {
    if case .group = executor.place { return executor.id }
    return String(executor.id.dropFirst(2))
  }

  /// Where the jobs of a server's tablets wait.
  func place(of server: Int) -> Int { threads == nil ? 0 : server }

  func hasRoom(at place: Int) -> Bool { running[place] < (threads ?? up - leaving) }

  var runningCount: Int { running.reduce(0, +) }
  var capacity: Int { threads.map { $0 * running.count } ?? up }

  mutating func wait(_ job: JobQueue.Waiting, bytes: Int64, at place: Int, now: Int64) {
    queues[place].push(job)
    waiting += 1
    self.bytes += bytes
    if waiting > longest.jobs { longest = (waiting, now) }
  }

  /// The next job of a queue; it is no longer waiting.
  mutating func take(at place: Int, where isWaiting: (JobQueue.Waiting) -> Bool) -> Int? {
    guard let job = queues[place].pop(where: isWaiting) else { return nil }
    waiting -= 1
    return job.slot
  }

  /// One of the waiting jobs was cancelled.
  mutating func cancelled(bytes: Int64, at place: Int, isWaiting: (JobQueue.Waiting) -> Bool) {
    queues[place].cancelled(isWaiting: isWaiting)
    waiting -= 1
    self.bytes -= bytes
  }

  mutating func begin(_ slot: Int, at place: Int) {
    running[place] += 1
    if threads == nil { jobs.append(slot) }
  }

  /// A job has ended, well or not.
  mutating func end(_ slot: Int, bytes: Int64, at place: Int, isFinished: Bool) {
    running[place] -= 1
    self.bytes -= bytes
    if isFinished { finished += 1 }
    guard threads == nil else { return }
    if let index = jobs.firstIndex(of: slot) { jobs.swapAt(index, jobs.count - 1) }
    jobs.removeLast()
    if leaving > 0 {
      leaving -= 1
      up -= 1
    }
  }
}
