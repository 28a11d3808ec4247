import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

@Suite("Planning until nothing is left")
struct RepeatedPlanTests {
  func planner(_ kind: CompactionKind, maxOpen: Int, ratio: String = "3", table: String = "2") throws -> TablePlanner {
    var configuration = Configuration()
    for service in ["default", "root"] {
      configuration.override("tserver.compaction.major.service.\(service).planner.opts.maxOpen", "\(maxOpen)")
    }
    configuration.override("table.compaction.major.ratio", ratio)
    return try TablePlanner(configuration.settings(forTable: table), kind: kind)
  }

  func tablet(_ sizes: [Int64]) -> Tablet {
    Tablet(
      extent: KeyExtent(tableId: "2"), directory: "t-1",
      files: sizes.enumerated().map { TabletFile(file: "F\($0).rf", size: $1, entries: 2) })
  }

  @Test(
    "for all small tablets: every entry is kept, USER and SELECTOR end with one file, SYSTEM ends quiet, CHOP takes each once"
  )
  func allSmall() throws {
    for maxOpen in 2...4 {
      for kind in CompactionKind.allCases {
        let planner = try planner(kind, maxOpen: maxOpen)
        for sizes in FileSelectionTests.ascending([0, 1, 3, 10], upTo: 7) where !sizes.isEmpty {
          var plan = try RepeatedPlan(tablet(sizes), planner)
          var chopped = 0
          while let choice = try plan.decide().choices.first {
            #expect(choice.files.count <= maxOpen)
            #expect(choice.nextFiles.count + choice.files.count <= plan.tablet.files.count)
            chopped += choice.files.filter { $0.file.hasPrefix("F") }.count
            try plan.finish([(choice, "C\(plan.passes).rf")])
            if plan.passes > sizes.count { break }
          }
          let files = plan.tablet.files
          #expect(files.map(\.size).reduce(0, +) == sizes.reduce(0, +))
          #expect(files.map(\.entries).reduce(0, +) == 2 * Int64(sizes.count))
          switch kind {
          case .user, .selector: #expect(files.count == 1 && plan.passes > 0, "\(sizes)")
          case .system: #expect(try planner.decide(plan.tablet).choices.isEmpty, "\(sizes)")
          case .chop: #expect(chopped == sizes.count, "\(sizes)")
          }
        }
      }
    }
  }

  @Test("a selection of some files does not touch the others and never drops delete markers")
  func selection() throws {
    var tablet = tablet([1, 2, 3, 100])
    tablet.candidates = ["F0.rf", "F2.rf"]
    var plan = try RepeatedPlan(tablet, planner(.user, maxOpen: 10))
    let choice = try #require(try plan.decide().choices.first)
    #expect(choice.files.map(\.file) == ["F0.rf", "F2.rf"] && !choice.selectedAll)
    try plan.finish([(choice, "C.rf")])
    #expect(plan.tablet.files.map(\.file) == ["F1.rf", "F3.rf", "C.rf"])
    #expect(try plan.decide().choices.isEmpty)
  }

  @Test("a compaction that would rewrite single files for ever is refused")
  func endless() throws {
    #expect(throws: PlanningError.self) { try RepeatedPlan(tablet([1, 2]), planner(.user, maxOpen: 1)) }
    #expect(throws: PlanningError.self) { try RepeatedPlan(tablet([1, 2]), planner(.selector, maxOpen: 1)) }
  }

  @Test("entries that add up to more than 64 bits are an error")
  func entries() throws {
    let files = ["a.rf", "b.rf"].map { TabletFile(file: $0, size: 1, entries: .max) }
    var plan = try RepeatedPlan(
      Tablet(extent: KeyExtent(tableId: "2"), files: files), planner(.user, maxOpen: 10))
    let choice = try #require(try plan.decide().choices.first)
    #expect(throws: PlanningError.self) { try plan.finish([(choice, "C.rf")]) }
  }

  @Test("a tablet of Accumulo's own tables is never sent to a queue")
  func metadata() throws {
    var configuration = Configuration()
    let executors = "tserver.compaction.major.service.root.planner.opts.executors"
    var tablet = tablet([1, 1, 1, 1])
    tablet.extent.tableId = "+r"
    let inside = try TablePlanner(configuration.settings(forTable: "+r"), kind: .user).decide(tablet)
    #expect(inside.choices.first?.executor == "i.root.small" && inside.choices.first?.priority == 30768 + 8)
    configuration.override(executors, #"[{"type":"external","queue":"q"}]"#)
    let outside = try TablePlanner(configuration.settings(forTable: "+r"), kind: .user).decide(tablet)
    #expect(outside.choices.isEmpty && outside.reason.contains("e.q"))
  }

  @Test("names are unique and of Accumulo's form, ids are UUIDs")
  func names() throws {
    var names = JobNames(SplitMix64(seed: 1))
    var seen: Set<String> = []
    for _ in 0..<1000 {
      let name = names.output(dropsDeletes: false, in: tablet([]))
      #expect(name.utf8.count == 11 && name.hasPrefix("C") && FileName.isDataFile(name))
      seen.insert(name)
      #expect(ExternalCompactionId(names.ecid()) != nil)
    }
    #expect(seen.count == 1000)
    // Even with a generator that repeats itself, no name is made twice or equals one of the tablet's.
    var stuck = JobNames(Repeating(numbers: [5, 5, 6, 6, 7]))
    let tablet = Tablet(
      extent: KeyExtent(tableId: "2"), files: [TabletFile(file: FileName.make(.compaction, 6), size: 1)])
    #expect(stuck.output(dropsDeletes: false, in: tablet) == FileName.make(.compaction, 5))
    #expect(stuck.output(dropsDeletes: false, in: tablet) == FileName.make(.compaction, 7))
  }

  struct Repeating: RandomNumberGenerator {
    var numbers: [UInt64]
    mutating func next() -> UInt64 { numbers.removeFirst() }
  }
}
