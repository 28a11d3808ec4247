import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

/// The rules of the planner of 4.0, written down again without thought for speed, from the prose and not from the code.
private struct NaiveRatioPlanner {
  struct File: Hashable {
    var size: Int64
    /// Below 1000 a real file; predicted ones count on from there, and stand behind real ones of their size.
    var number: Int
  }

  var kind: CompactionKind
  var maxOpen: Int
  var ratio: Double
  var cap: Int64
  var limit: Int

  private func found(in pool: Set<File>) -> [File] {
    let sorted = pool.sorted { ($0.size, $0.number) < ($1.size, $1.number) }
    return Array(sorted[NaiveSelection.meetingRatio(sorted.map(\.size), ratio: ratio, maxOpen: maxOpen, cap: cap)])
  }

  func plan(_ candidates: [File], running: [(kind: CompactionKind, files: [File])], fileCount: Int) -> [[File]] {
    if candidates.isEmpty { return [] }
    var next = 1000
    func output(of files: [File]) -> File {
      next += 1
      return File(size: files.map(\.size).reduce(0, +), number: next)
    }
    var pool = Set(candidates)
    for job in running where job.kind == kind { pool.insert(output(of: job.files)) }
    var jobs: [[File]] = []
    while true {
      let set = found(in: pool)
      if set.isEmpty { break }
      if set.allSatisfy({ $0.number < 1000 }) { jobs.append(set) }
      pool.subtract(set)
      pool.insert(output(of: set))
      if set.count < maxOpen, !jobs.isEmpty { break }
    }
    let sorted = candidates.sorted { ($0.size, $0.number) < ($1.size, $1.number) }
    if kind == .user, jobs.count == 1, jobs[0].count < candidates.count, jobs[0].count <= maxOpen {
      if found(in: Set(candidates).subtracting(jobs[0]).union([output(of: jobs[0])])).isEmpty { jobs = [sorted] }
    }
    if !jobs.isEmpty { return jobs }
    if kind == .user {
      if running.contains(where: { $0.kind == .user }) { return [] }
      if sorted.count <= maxOpen { return [sorted] }
      let full = sorted.count / maxOpen - 1
      if full == 0 { return [Array(sorted.prefix(sorted.count - maxOpen + 1))] }
      return (0..<full).map { Array(sorted[$0 * maxOpen..<($0 + 1) * maxOpen]) }
    }
    guard running.isEmpty, fileCount == candidates.count, fileCount > limit else { return [] }
    let range = NaiveSelection.meetingLowerRatio(sorted.map(\.size), lowest: 1.1, maxOpen: maxOpen, cap: cap)
    return range.isEmpty ? [] : [Array(sorted[range])]
  }
}

@Suite("The planner of 4.0 and its rules")
struct RatioBasedPlannerTests {
  private func planner(_ kind: CompactionKind, maxOpen: Int, ratio: Double = 3, maxSize: Int64? = nil) throws
    -> TablePlanner
  {
    var configuration = Configuration()
    let service = "compaction.service.default.planner.opts."
    configuration.override(service + "maxOpen", "\(maxOpen)")
    if let maxSize { configuration.override(service + "groups", #"[{"group":"g","maxSize":"\#(maxSize)"}]"#) }
    configuration.override("table.compaction.major.ratio", "\(ratio)")
    configuration.override("table.file.max", "4")
    return try TablePlanner(configuration.settings(forTable: "2"), version: .v4, kind: kind)
  }

  /// Compares the plans of a tablet whose first files run in jobs; returns the number of jobs.
  private func check(
    _ sizes: [Int64], _ kind: CompactionKind, maxOpen: Int, ratio: Double, cap: Int64?, running: [(CompactionKind, Int)]
  ) throws -> Int {
    func name(_ number: Int) -> String { "F\(100 + number).rf" }
    let files = sizes.enumerated().map { NaiveRatioPlanner.File(size: $1, number: $0) }
    var rest = files[...]
    var jobs: [(kind: CompactionKind, files: [NaiveRatioPlanner.File])] = []
    for (kind, count) in running {
      jobs.append((kind, Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    let naive = NaiveRatioPlanner(
      kind: kind, maxOpen: maxOpen, ratio: ratio, cap: kind == .system ? cap ?? .max : .max, limit: 4)
    let expected = naive.plan(Array(rest), running: jobs, fileCount: files.count).map {
      Set($0.map { name($0.number) })
    }
    let tablet = Tablet(
      extent: KeyExtent(tableId: "2"), files: files.map { TabletFile(file: name($0.number), size: $0.size) },
      running: jobs.map { job in
        RunningJob(kind: job.kind, group: "g", files: job.files.map { FilePart(name($0.number)) })
      })
    let decision = try planner(kind, maxOpen: maxOpen, ratio: ratio, maxSize: cap).decide(tablet)
    let found = decision.choices.map { Set($0.files.map(\.file)) }
    if found != expected {
      Issue.record("\(sizes) \(kind) \(maxOpen) \(ratio) \(running): \(decision.reason) \(found) \(expected)")
    }
    return found.count
  }

  @Test("all small tablets are planned as the rules say, whatever runs on them")
  func allSmall() throws {
    var jobs = 0
    for sizes in FileSelectionTests.ascending([0, 1, 3, 10], upTo: 6) where !sizes.isEmpty {
      for maxOpen in 1...3 {
        for kind in [CompactionKind.system, .user] {
          for running in [[], [(CompactionKind.system, 2)], [(.user, 1), (.user, 1)]] {
            jobs += try check(sizes, kind, maxOpen: maxOpen, ratio: 1.5, cap: nil, running: running)
          }
        }
      }
    }
    #expect(jobs > 3000)
  }

  @Test("large random tablets are planned as the rules say")
  func random() throws {
    var random = SplitMix64(seed: 4)
    var jobs = 0
    for _ in 0..<400 {
      let most = Int64(1) << Int64.random(in: 1...20, using: &random)
      let sizes = (0..<Int.random(in: 1...60, using: &random)).map { _ in Int64.random(in: 0...most, using: &random) }
      let running = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        (Bool.random(using: &random) ? CompactionKind.system : .user, Int.random(in: 1...6, using: &random))
      }
      jobs += try check(
        sizes, Bool.random(using: &random) ? .system : .user, maxOpen: Int.random(in: 2...12, using: &random),
        ratio: Double.random(in: 1...4, using: &random), cap: Bool.random(using: &random) ? most : nil,
        running: running.reduce(0) { $0 + $1.1 } < sizes.count ? running : [])
    }
    #expect(jobs > 400)
  }

  @Test("for all small tablets: every entry is kept, USER ends with one file, SYSTEM ends quiet")
  func repeated() throws {
    for maxOpen in 2...4 {
      for kind in [CompactionKind.system, .user] {
        let planner = try planner(kind, maxOpen: maxOpen)
        for sizes in FileSelectionTests.ascending([0, 1, 3, 10], upTo: 7) where !sizes.isEmpty {
          for isSelected in [false, true] {
            var tablet = Tablet(
              extent: KeyExtent(tableId: "2"),
              files: sizes.enumerated().map { TabletFile(file: "F\($0).rf", size: $1, entries: 2) })
            if isSelected { tablet.selected = SelectedFiles(files: tablet.files.map(\.part), all: true, ageMs: .max) }
            var plan = try RepeatedPlan(tablet, planner)
            var last: Decision.Choice?
            var names = 0
            while plan.passes <= sizes.count {
              let choices = try plan.decide().choices
              if choices.isEmpty { break }
              last = choices.last
              try plan.finish(
                choices.map { choice in
                  names += 1
                  return (choice, "C\(names).rf")
                })
            }
            let files = plan.tablet.files
            #expect(files.map(\.size).reduce(0, +) == sizes.reduce(0, +))
            #expect(files.map(\.entries).reduce(0, +) == 2 * Int64(sizes.count))
            if kind == .user {
              #expect(files.count == 1 && last?.selectedAll == true && plan.tablet.selected == nil, "\(sizes)")
            } else {
              #expect(try planner.decide(plan.tablet).choices.isEmpty, "\(sizes)")
            }
          }
        }
      }
    }
  }

  @Test("parts of one path with one size go by their rows, wherever they are listed")
  func ties() throws {
    let ranges = [(nil, "b"), ("b", "c"), ("c", "d"), ("d", nil)].map { (first: String?, last: String?) in
      FileRange(prevEndRow: first.map { Array($0.utf8) }, endRow: last.map { Array($0.utf8) })
    }
    var random = SplitMix64(seed: 8)
    for _ in 0..<20 {
      let files = ranges.map { TabletFile(file: "C1.rf", size: 5, range: $0) }.shuffled(using: &random)
      let choices = try planner(.user, maxOpen: 3).decide(Tablet(extent: KeyExtent(tableId: "2"), files: files)).choices
      #expect(choices.map { Set($0.files.map(\.range)) } == [Set(ranges.prefix(2))])
    }
  }
}
