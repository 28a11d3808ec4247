// How much waits where: the jobs of a plan by queue, which in 2.1 is an executor and in 4.0 a group of compactors.
//
// Compactors take the most urgent job that waits whenever they are free (`CompactionJob.goesBefore`), so a queue with jobs
// of 9, 7, 6, 5 and 4 GB, in that order, is drained by two of them like this:
//
//     1:  9 9 9 9 9 9 9 9 9 5 5 5 5 5 .
//     2:  7 7 7 7 7 7 7 6 6 6 6 6 6 4 4 4 4          17 GB at the rate of a compactor
//
// No number of compactors is faster than the largest job.

package import Records

/// The jobs that wait, by queue.
package struct WaitingJobs {
  package struct Queue {
    /// The id of the executor: `i.<service>.<name>`, `e.<queue>`; in 4.0 the name of the group.
    package var name: String
    package var isGroup: Bool
    package var total = Amount()
    /// Bytes of the largest job.
    package var largest: Int64 = 0
    /// By priority, the most urgent first.
    package var byPriority: [(priority: Int, amount: Amount)] {
      amounts.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
    }
    private var amounts: [Int: Amount] = [:]
    private var jobs: [Job] = []

    init(name: String, isGroup: Bool) { (self.name, self.isGroup) = (name, isGroup) }
  }

  package struct Amount: Hashable, Sendable {
    package var jobs: Int64 = 0
    /// Inputs of the jobs.
    package var files: Int64 = 0
    /// Bytes of the inputs; saturates.
    package var bytes: Int64 = 0
  }

  fileprivate struct Job {
    var priority: Int
    var inputs: Int
    var bytes: Int64

    func goesBefore(_ other: Job) -> Bool { (priority, inputs) > (other.priority, other.inputs) }
  }

  private struct Place: Hashable {
    var name: String
    var isGroup: Bool
  }

  private var found: [Place: Queue] = [:]

  package init() {}

  /// Sorted by name.
  package var queues: [Queue] { found.values.sorted { ($0.name, $1.isGroup ? 1 : 0) < ($1.name, $0.isGroup ? 1 : 0) } }

  /// Names the queues of a service, which may all be empty.
  package mutating func add(_ service: CompactionService) {
    for executor in service.executors {
      let place = Place(name: executor.id, isGroup: service.version == .v4)
      found[place] = found[place] ?? Queue(name: place.name, isGroup: place.isGroup)
    }
  }

  package mutating func add(_ job: CompactionJob) {
    let place = Place(name: job.group ?? job.executor, isGroup: job.group != nil)
    found[place, default: Queue(name: place.name, isGroup: place.isGroup)].add(job)
  }
}

extension WaitingJobs.Amount {
  fileprivate mutating func add(_ job: CompactionJob) {
    jobs += 1
    files += Int64(job.inputs.count)
    bytes = bytes.addingSaturated(job.bytes)
  }
}

extension WaitingJobs.Queue {
  fileprivate mutating func add(_ job: CompactionJob) {
    total.add(job)
    largest = max(largest, job.bytes)
    amounts[job.priority, default: .init()].add(job)
    jobs.append(.init(priority: job.priority, inputs: job.inputs.count, bytes: job.bytes))
  }

  /// The fewest compactors that work it off in time, or as soon as the largest job permits, and how long they take.
  /// - Parameters:
  ///   - rate: bytes per second that a compactor reads, more than 0.
  ///   - time: ms.
  /// - Returns: no compactors for an empty queue.
  package func drain(at rate: Int64, within time: Int64) -> (compactors: Int, seconds: Double) {
    precondition(rate > 0 && time > 0)
    guard !jobs.isEmpty else { return (0, 0) }
    let inTime = (Double(rate) * Double(time) / 1000).rounded(.down)
    let goal = max(largest, inTime < 0x1p63 ? Int64(inTime) : .max)
    let sizes = jobs.enumerated().sorted { a, b in
      a.element.goesBefore(b.element) || (!b.element.goesBefore(a.element) && a.offset < b.offset)
    }.map(\.element.bytes)
    func bytes(with compactors: Int) -> Int64 {
      var bins = EmptiestFirst(count: compactors)
      for size in sizes { _ = bins.put(size) }
      return bins.fullest
    }
    // Fewer cannot do it; one for each job can.
    var (least, most) = (Int(clamping: max(1, (total.bytes - 1) / max(1, goal) + 1)), jobs.count)
    while least < most {
      let middle = (least + most) / 2
      if bytes(with: middle) <= goal { most = middle } else { least = middle + 1 }
    }
    return (most, (Double(bytes(with: most)) / Double(rate) * 1000).rounded(.up) / 1000)
  }
}
