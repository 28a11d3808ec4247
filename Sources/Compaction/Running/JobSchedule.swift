// Decides the order in which jobs run: the highest priority first (`CompactionJob.goesBefore`), equal priorities in
// stream order. But a job waits for the jobs whose output it reads (`plan --repeat` makes such chains), and fails when
// one of them fails.
//
//     pass 1:  A  F1 F2 -> C1      priority 5
//     pass 2:  B  C1 F3 -> C2      priority 9     waits for A, then runs before any job with less than 9
//
// Pure: it starts nothing. `next` returns a job that can run now, and `finish` records how it ended.

internal import Records

struct JobSchedule {
  enum Outcome {
    case wrote
    /// The job finished without anything to write.
    case wroteNothing
    case failed
  }

  private let jobs: [CompactionJob]
  /// The position of each job in the order in which they would run if none had to wait.
  private let rank: [Int]
  private var readers: [[Int]]
  /// For each job, how many jobs it still waits for.
  private var waits: [Int]
  /// The ranks of jobs that wait for nothing, in descending order: the next job to run is last.
  private var ready: [Int]
  private let byRank: [Int]
  private var left: Int
  private var running = 0
  /// Jobs that can no longer run, with reasons.
  private var hopeless: [(job: Int, reason: String, cause: Int?)] = []
  private var isDropped: [Bool]
  /// Outputs that were not written because they would be empty.
  private var absent: Set<Place>

  private struct Place: Hashable {
    var directory: String?
    var file: String
  }

  init(_ jobs: [CompactionJob]) {
    self.jobs = jobs
    let order = jobs.indices.sorted { jobs[$0].goesBefore(jobs[$1]) || (!jobs[$1].goesBefore(jobs[$0]) && $0 < $1) }
    var rank = Array(repeating: 0, count: jobs.count)
    for (position, job) in order.enumerated() { rank[job] = position }
    self.rank = rank
    byRank = order
    var writers: [Place: [Int]] = [:]
    for (i, job) in jobs.enumerated() {
      writers[Place(directory: job.directory, file: job.output), default: []].append(i)
    }
    var readers: [[Int]] = Array(repeating: [], count: jobs.count)
    var waits = Array(repeating: 0, count: jobs.count)
    for (i, job) in jobs.enumerated() {
      var sources: Set<Int> = []
      for input in job.inputs {
        sources.formUnion(writers[Place(directory: job.directory, file: input.file)] ?? [])
      }
      for source in sources.sorted() where source != i {
        readers[source].append(i)
        waits[i] += 1
      }
    }
    ready = order.filter { waits[$0] == 0 }.map { rank[$0] }.reversed()
    self.readers = readers
    self.waits = waits
    left = jobs.count
    isDropped = Array(repeating: false, count: jobs.count)
    absent = []
  }

  enum Next {
    case run(Int)
    /// The job will never run. `cause` is the job whose failure is the reason; nil: there is none.
    case fail(Int, reason: String, cause: Int?)
    /// No job can start until a running one ends.
    case wait
    case done
  }

  mutating func next() -> Next {
    if let (job, reason, cause) = hopeless.popLast() {
      left -= 1
      drop(readersOf: job)
      return .fail(job, reason: reason, cause: cause)
    }
    if let rank = ready.popLast() {
      running += 1
      left -= 1
      return .run(byRank[rank])
    }
    if running > 0 { return .wait }
    guard left > 0 else { return .done }
    // Nothing runs and nothing is ready, so the jobs wait for each other in a cycle.
    let job = byRank.first { waits[$0] > 0 && !isDropped[$0] }
    guard let job else { return .done }
    isDropped[job] = true
    hopeless.append((job, "it waits for the output of a job that waits for its own", nil))
    return next()
  }

  mutating func finish(_ job: Int, _ outcome: Outcome) {
    running -= 1
    switch outcome {
    case .failed:
      drop(readersOf: job)
      return
    case .wroteNothing: absent.insert(Place(directory: jobs[job].directory, file: jobs[job].output))
    case .wrote: break
    }
    for reader in readers[job] where !isDropped[reader] {
      waits[reader] -= 1
      guard waits[reader] == 0 else { continue }
      let rank = rank[reader]
      let place = ready.firstIndex { $0 < rank } ?? ready.endIndex
      ready.insert(rank, at: place)
    }
  }

  /// The job to run now: without inputs that do not exist because they turned out empty.
  func current(_ job: Int) -> CompactionJob {
    var current = jobs[job]
    if !absent.isEmpty {
      current.inputs.removeAll { absent.contains(Place(directory: current.directory, file: $0.file)) }
    }
    return current
  }

  /// True when every input turned out empty.
  func hasLostAllInputs(_ job: Int) -> Bool { !jobs[job].inputs.isEmpty && current(job).inputs.isEmpty }

  private mutating func drop(readersOf job: Int) {
    for reader in readers[job] where !isDropped[reader] && waits[reader] > 0 {
      isDropped[reader] = true
      hopeless.append((reader, "its input \(jobs[job].output) was not made: \(jobs[job].ecid) failed", job))
    }
  }
}
