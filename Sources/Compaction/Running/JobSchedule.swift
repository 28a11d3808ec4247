// In which order jobs run. Highest priority first (`CompactionJob.goesBefore`), equal ones in the order of the stream; but a
// job waits for the jobs whose output it reads (`plan --repeat` makes such chains), and fails when one of them does.
//
//     pass 1:  A  F1 F2 -> C1      priority 5
//     pass 2:  B  C1 F3 -> C2      priority 9     waits for A, then goes before everything with less than 9
//
// Pure: it starts nothing. `next` hands out what may run now, `finish` is told how it went.

internal import Records

struct JobSchedule {
  enum Outcome {
    case wrote
    /// Finished, but there was nothing to write.
    case wroteNothing
    case failed
  }

  private let jobs: [CompactionJob]
  /// Positions of jobs, in the order in which they would run if none had to wait.
  private let rank: [Int]
  private var readers: [[Int]]
  /// How many jobs a job still waits for.
  private var waits: [Int]
  /// Ranks of jobs that wait for nothing, highest first, so that the first to run is the last of the array.
  private var ready: [Int]
  private let byRank: [Int]
  private var left: Int
  private var running = 0
  /// Jobs that can no longer run, with the reason.
  private var hopeless: [(job: Int, reason: String)] = []
  private var isDropped: [Bool]
  /// Outputs that do not exist because they would be empty.
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
    /// Will never run.
    case fail(Int, reason: String)
    /// Nothing until a running job ends.
    case wait
    case done
  }

  mutating func next() -> Next {
    if let (job, reason) = hopeless.popLast() {
      left -= 1
      drop(readersOf: job)
      return .fail(job, reason: reason)
    }
    if let rank = ready.popLast() {
      running += 1
      left -= 1
      return .run(byRank[rank])
    }
    if running > 0 { return .wait }
    guard left > 0 else { return .done }
    // Nothing runs and nothing is ready: a circle.
    let job = byRank.first { waits[$0] > 0 && !isDropped[$0] }
    guard let job else { return .done }
    isDropped[job] = true
    hopeless.append((job, "it waits for the output of a job that waits for its own"))
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

  /// The job as it is to be run now: without inputs that turned out empty and so do not exist.
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
      hopeless.append((reader, "its input \(jobs[job].output) was not made: \(jobs[job].ecid) failed"))
    }
  }
}
