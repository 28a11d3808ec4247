// The jobs of a plan, dealt out to machines. A job can read what an earlier job of its tablet wrote, so all jobs of a tablet
// stay together.
//
//     shares: the tablets with the most bytes first, each to the share that has the fewest
//
//         tablets  9 7 6 5 4        share 1:  9 5        share 2:  7 6 4
//
//     batches: the most urgent tablets first; a batch is closed when the next tablet would make it too large
//
//         tablets  5 4 | 9 | 7 | 6         batches of at most 9 bytes
//
// Both depend only on tablets, bytes and priorities, so a plan that is made again with other names is dealt out alike.

package import Records

package struct JobsByTablet {
  private struct Place: Hashable {
    var directory: String?
    var extent: KeyExtent
  }

  private struct Group {
    var jobs: [CompactionJob] = []
    /// What the jobs read; saturates.
    var bytes: Int64 = 0
    var priority = Int.min
  }

  private var numbers: [Place: Int] = [:]
  /// In the order in which the tablets came.
  private var groups: [Group] = []

  /// So that no line gets too long to be read.
  static let mostTablets = 1000

  package init() {}

  /// Takes a job; all are held.
  package mutating func add(_ job: CompactionJob) {
    let place = Place(directory: job.directory, extent: job.extent)
    let number = numbers[place] ?? groups.count
    if number == groups.count {
      numbers[place] = number
      groups.append(Group())
    }
    groups[number].jobs.append(job)
    groups[number].bytes = groups[number].bytes.addingSaturated(job.bytes)
    groups[number].priority = max(groups[number].priority, job.priority)
  }

  /// Keeps one share of all tablets, and forgets the others.
  /// - Parameter number: from 1 to `count`.
  package mutating func keep(share number: Int, of count: Int) {
    precondition(1...count ~= number)
    var shares = EmptiestFirst(count: count)
    var kept: [Int] = []
    let order = groups.indices.sorted { (groups[$1].bytes, $0) < (groups[$0].bytes, $1) }
    for index in order where shares.put(groups[index].bytes) == number - 1 { kept.append(index) }
    groups = kept.sorted().map { groups[$0] }
    numbers = [:]
  }

  /// All jobs, tablet after tablet.
  package var jobs: some Sequence<CompactionJob> { groups.lazy.flatMap(\.jobs) }

  /// The jobs in lines for an engine that gives a line to a task, the most urgent tablets first.
  /// - Parameter size: bytes that a batch reads at most, unless a single tablet has more.
  package func batches(ofBytes size: Int64) -> [JobBatch] {
    var batches: [JobBatch] = []
    var (bytes, tablets): (Int64, Int) = (0, 0)
    for index in groups.indices.sorted(by: { (groups[$1].priority, $0) < (groups[$0].priority, $1) }) {
      let group = groups[index]
      bytes = bytes.addingSaturated(group.bytes)
      tablets += 1
      if batches.isEmpty || bytes > size || tablets > Self.mostTablets {
        batches.append(JobBatch(group.jobs))
        (bytes, tablets) = (group.bytes, 1)
      } else {
        batches[batches.count - 1].jobs += group.jobs
      }
    }
    return batches
  }
}
