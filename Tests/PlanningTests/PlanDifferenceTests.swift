import TestSupport
import Testing

@testable import Planning
@testable import Records

@Suite("Two plans of one tablet")
struct PlanDifferenceTests {
  private let extent = KeyExtent(tableId: "2")

  private func choice(_ files: [Int], place: String = "x", priority: Int = 1) -> Decision.Choice {
    Decision.Choice(
      files: files.map { TabletFile(file: "F\($0).rf", size: 10) }, executor: place, priority: priority,
      bytes: 10 * Int64(files.count), selectedAll: false, nextFiles: [], reason: "")
  }

  private func decision(_ choices: [Decision.Choice]) -> Decision { Decision(choices: choices, reason: "why") }

  /// All ways to put files 0..<4 into jobs, each of its own files.
  private func partitions() -> [[[Int]]] {
    var found: [[[Int]]] = [[]]
    for file in 0..<4 {
      found = found.flatMap { jobs in
        [jobs, jobs + [[file]]]
          + jobs.indices.map { place in
            var more = jobs
            more[place].append(file)
            return more
          }
      }
    }
    return found
  }

  @Test("for all pairs of small plans, a job is in one, in the other, or in both")
  func allSmall() {
    var random = SplitMix64(seed: 2)
    var changes = 0
    let plans = partitions()
    for a in plans {
      for b in plans {
        let ours = a.map { choice($0, priority: Int.random(in: 1...2, using: &random)) }
        let theirs = b.shuffled(using: &random).map { choice($0, priority: Int.random(in: 1...2, using: &random)) }
        let difference = PlanDifference(extent, decision(ours), decision(theirs))
        let (sets, others) = (Set(a), Set(b))
        #expect(Set(difference.onlyA.map { $0.files.map(\.file) }) == Set(sets.subtracting(others).map(names)))
        #expect(Set(difference.onlyB.map { $0.files.map(\.file) }) == Set(others.subtracting(sets).map(names)))
        let changed = ours.filter { job in theirs.contains { $0.files == job.files && $0.priority != job.priority } }
        #expect(difference.changed.map(\.a) == changed)
        #expect((difference.idleA == nil) == !a.isEmpty && (difference.idleB == nil) == !b.isEmpty)
        changes += changed.count
      }
    }
    #expect(changes > 20)
  }

  private func names(_ files: [Int]) -> [String] { files.map { "F\($0).rf" } }

  @Test("a job that another place takes is changed, and the totals count everything once")
  func totals() {
    let a = decision([choice([1, 2], place: "i.cs1.small"), choice([3, 4])])
    let b = decision([choice([2, 1], place: "small"), choice([5, 6, 7])])
    let idle = decision([])
    var total = ComparisonTotal()
    let difference = PlanDifference(extent, a, b)
    #expect(difference.changed.map(\.b.executor) == ["small"] && difference.onlyA == [choice([3, 4])])
    total.add(difference, a, b)
    total.add(PlanDifference(extent, idle, idle), idle, idle)
    total.add(PlanDifference(extent, idle, b), idle, b)
    #expect(
      total.summary.counts.map { "\($0.name) \($0.value)" } == [
        "tablets 3", "different 2", "jobsA 2", "jobsB 4", "onlyA 1", "onlyB 3", "changed 1", "bytesA 40", "bytesB 100",
        "idleA 2", "idleB 1",
      ])
    var full = choice([1])
    full.bytes = .max
    total.add(difference, decision([full]), decision([full]))
    #expect(total.summary.counts[7].value == .max)
  }

  @Test("jobs that no compactor takes now are none")
  func drains() {
    var held = decision([choice([1, 2])])
    held.remark = .drains
    let difference = PlanDifference(extent, held, decision([choice([1, 2])]))
    #expect(
      difference.onlyA.isEmpty && difference.idleA?.hasPrefix("a user compaction waits") == true
        && difference.onlyB.count == 1)
  }
}
