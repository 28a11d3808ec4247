// The jobs that wait for an executor: those of higher priority first, then
//
//     in a tablet server of 2.1, those of more files             CompactionJobPrioritizer.JOB_COMPARATOR
//     in an external queue of 2.1, those that came first         ExternalCompactionExecutor
//     in a group of 4.0, those of more files, then as they came  CompactionJobPriorityQueue
//
// and in the end those that came first. A job that is cancelled stays in the heap until it comes out, and is skipped then.

struct JobQueue {
  struct Waiting: HeapElement {
    /// The job's place in the table of jobs, and its number, which tells whether it is still that job.
    var slot: Int
    var number: Int
    var priority: Int32
    /// 0 where it does not count.
    var files: Int32

    func precedes(_ other: Waiting) -> Bool {
      if priority != other.priority { return priority > other.priority }
      if files != other.files { return files > other.files }
      return number < other.number
    }
  }

  private var heap = PriorityHeap<Waiting>()
  /// Without the cancelled ones.
  private(set) var count = 0

  mutating func push(_ job: Waiting) {
    heap.push(job)
    count += 1
  }

  /// The next job for which `isWaiting` holds.
  mutating func pop(where isWaiting: (Waiting) -> Bool) -> Waiting? {
    while let job = heap.pop() {
      guard isWaiting(job) else { continue }
      count -= 1
      return job
    }
    return nil
  }

  /// One of them was cancelled. Cancelled jobs are thrown out when they are many.
  mutating func cancelled(isWaiting: (Waiting) -> Bool) {
    count -= 1
    if heap.elements.count > 64, heap.elements.count > 4 * count { heap.removeAll { !isWaiting($0) } }
  }

  /// The one that would come out last; nil when none waits.
  func last(where isWaiting: (Waiting) -> Bool) -> Waiting? {
    var last: Waiting?
    for job in heap.elements where isWaiting(job) {
      if last.map({ $0.precedes(job) }) ?? true { last = job }
    }
    return last
  }
}
