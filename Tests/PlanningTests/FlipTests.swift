import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

/// Every change that an explanation names is made again here, in the settings' text and in the tablet's record.
@Suite("What flips a decision")
struct FlipTests {
  /// A table and one of its tablets.
  struct Bed {
    var version = AccumuloVersion.v2
    var kind = CompactionKind.system
    var maxOpen = 10
    var maxSize: Int64?
    var ratio = "3"
    var fileMax = 15
    var tablet: Tablet

    func planner() throws -> TablePlanner {
      var configuration = Configuration()
      let service: String
      switch version {
      case .v2:
        service = "tserver.compaction.major.service.default.planner.opts."
        let last = maxSize.map { #","maxSize":"\#($0)""# } ?? ""
        configuration.override(
          service + "executors",
          #"[{"name":"small","type":"internal","maxSize":"20","numThreads":1},{"name":"l","type":"internal"\#(last),"numThreads":1}]"#
        )
      case .v4:
        service = "compaction.service.default.planner.opts."
        let last = maxSize.map { #","maxSize":"\#($0)""# } ?? ""
        configuration.override(service + "groups", #"[{"group":"small","maxSize":"20"},{"group":"l"\#(last)}]"#)
      }
      configuration.override(service + "maxOpen", "\(maxOpen)")
      configuration.override("table.compaction.major.ratio", ratio)
      configuration.override("table.file.max", "\(fileMax)")
      return try TablePlanner(configuration.settings(forTable: "2"), version: version, kind: kind)
    }

    func explanation() throws -> Explanation {
      let planner = try planner()
      return planner.explain(try planner.decide(tablet), of: tablet)
    }

    func compacts() throws -> Bool { try !planner().decide(tablet).startable.isEmpty }

    func compacts(atRatio ratio: Double) throws -> Bool {
      var bed = self
      bed.ratio = "\(ratio)"
      return try bed.compacts()
    }

    func compacts(withFileMax limit: Int) throws -> Bool {
      var bed = self
      bed.fileMax = limit
      return try bed.compacts()
    }

    func compacts(withMore count: Int, of size: Int64) throws -> Bool {
      var bed = self
      for number in 0..<count {
        bed.tablet.files.append(TabletFile(file: "F999999\(number).rf", size: size))
        bed.tablet.candidates?.append(FilePart("F999999\(number).rf"))
      }
      return try bed.compacts()
    }

    func compactsAfterRunningJobs() throws -> Bool {
      var bed = self
      bed.tablet.running = []
      for (number, job) in tablet.running.enumerated() {
        let taken = Set(job.files)
        let size = tablet.files.filter { taken.contains($0.part) }.reduce(0) { $0 + $1.size }
        bed.tablet.files.removeAll { taken.contains($0.part) }
        bed.tablet.files.append(TabletFile(file: "C999999\(number).rf", size: size))
        bed.tablet.candidates?.append(FilePart("C999999\(number).rf"))
      }
      return try bed.compacts()
    }
  }

  private func bed(sizes: [Int64], running: [(CompactionKind, Int)] = []) -> Bed {
    let files = sizes.enumerated().map { TabletFile(file: "\($0 % 3 == 2 ? "C" : "F")00\($0 + 100).rf", size: $1) }
    var rest = files[...]
    let jobs = running.map { kind, count in
      defer { rest = rest.dropFirst(count) }
      return RunningJob(kind: kind, executor: "i.default.l", group: "l", files: rest.prefix(count).map(\.part))
    }
    return Bed(tablet: Tablet(extent: KeyExtent(tableId: "2"), files: files, running: jobs))
  }

  private func randomBed(_ random: inout SplitMix64) -> Bed {
    // Two files in three tablets of a size, so that ties and sums at the edge are common; then sizes beyond 2^53.
    let most = [6, 40, 5_000_000, Int64(1) << 57][Int.random(in: 0..<4, using: &random)]
    let sizes = (0..<Int.random(in: 0...14, using: &random)).map { _ in Int64.random(in: 0...most, using: &random) }
    let kinds: [CompactionKind] = [.system, .system, .user]
    let running = (0..<[0, 0, 1, 2][Int.random(in: 0..<4, using: &random)]).map { _ in
      (kinds.randomElement(using: &random)!, Int.random(in: 1...4, using: &random))
    }
    var bed = bed(sizes: sizes, running: running.reduce(0) { $0 + $1.1 } <= sizes.count ? running : [])
    bed.version = Bool.random(using: &random) ? .v2 : .v4
    bed.kind = [.system, .system, .system, .user][Int.random(in: 0..<4, using: &random)]
    bed.maxOpen = Int.random(in: 2...12, using: &random)
    bed.maxSize = Bool.random(using: &random) ? Int64.random(in: max(21, most)...most * 8 + 21, using: &random) : nil
    bed.ratio = ["3", "2", "1.1", "\(Double.random(in: 1...4, using: &random))"].randomElement(using: &random)!
    bed.fileMax = Int.random(in: 2...12, using: &random)
    if Int.random(in: 0..<5, using: &random) == 0 {
      let taken = Set(bed.tablet.running.flatMap(\.files))
      bed.tablet.candidates = bed.tablet.files.map(\.part).filter { !taken.contains($0) }.dropLast()
    }
    return bed
  }

  @Test("every flip of thousands of random tablets is true, and just beside it nothing flips")
  func everyFlip() throws {
    var random = SplitMix64(seed: 1)
    var counts: [String: Int] = [:]
    for number in 0..<3000 {
      let bed = randomBed(&random)
      let compacts = try bed.compacts()
      let explanation = try bed.explanation()
      func check(_ flips: Bool, _ beside: Bool, _ what: String) {
        counts["\(what) of one that \(compacts ? "compacts" : "does not")", default: 0] += 1
        if !flips || beside { Issue.record("tablet \(number): \(bed): \(what) \(explanation.flips)") }
      }
      for flip in explanation.flips {
        switch flip {
        case .ratio(let ratio):
          let isBelow = ratio.to < ratio.from
          let beside = isBelow ? ratio.to.nextUp : ratio.to.nextDown
          check(
            try bed.compacts(atRatio: ratio.to) != compacts, try bed.compacts(atRatio: beside) != compacts, "ratio")
          #expect(try bed.compacts(atRatio: ratio.short) != compacts)
          #expect(isBelow ? ratio.short <= ratio.to : ratio.short >= ratio.to)
          // Between the ratio now and that one, nothing flips; beyond it everything, if that is said.
          let between = Double.random(in: min(beside, ratio.from)...max(beside, ratio.from), using: &random)
          #expect(try bed.compacts(atRatio: between) == compacts)
          let beyond = isBelow ? ratio.to * Double.random(in: 0...1, using: &random) : ratio.to * 3
          if ratio.andBeyond { #expect(try bed.compacts(atRatio: beyond) != compacts) }
        case .moreFiles(let count, let size):
          check(
            try bed.compacts(withMore: count, of: size) != compacts,
            try bed.compacts(withMore: count - 1, of: size) != compacts, "files")
        case .fileLimit(let from, let to):
          #expect(from == bed.fileMax)
          check(
            try bed.compacts(withFileMax: to) != compacts,
            try bed.compacts(withFileMax: to < from ? to + 1 : to - 1) != compacts, "file limit")
        case .runningJobsEnd: check(try bed.compactsAfterRunningJobs(), compacts, "running jobs")
        }
      }
      // What is not said is not so.
      let limits = explanation.flips.contains { if case .fileLimit = $0 { true } else { false } }
      if !limits {
        for limit in [1, max(1, bed.tablet.files.count - 1), bed.tablet.files.count + 1] {
          #expect(try bed.compacts(withFileMax: limit) == compacts, "\(bed)")
        }
      }
      let ends = explanation.flips.contains(.runningJobsEnd)
      if !compacts, !bed.tablet.running.isEmpty { #expect(try ends == bed.compactsAfterRunningJobs(), "\(bed)") }
    }
    for what in [
      "ratio of one that compacts", "ratio of one that does not", "files of one that does not",
      "file limit of one that compacts", "file limit of one that does not", "running jobs of one that does not",
    ] {
      #expect(counts[what, default: 0] > 30, "\(what): \(counts)")
    }
  }

  @Test("no ratio nearer than the one named flips a small tablet, and if none is named, none at all")
  func nearest() throws {
    var random = SplitMix64(seed: 2)
    var found = 0
    for _ in 0..<150 {
      let sizes = (0..<Int.random(in: 2...6, using: &random)).map { _ in Int64.random(in: 0...4, using: &random) }
      let running = Int.random(in: 0...2, using: &random)
      var bed = bed(sizes: sizes, running: running > 0 && running < sizes.count ? [(.system, running)] : [])
      bed.version = Bool.random(using: &random) ? .v2 : .v4
      bed.maxOpen = Int.random(in: 2...6, using: &random)
      bed.ratio = ["1.5", "2", "3"].randomElement(using: &random)!
      let compacts = try bed.compacts()
      let flips = try bed.explanation().flips.compactMap { if case .ratio(let flip) = $0 { flip } else { nil } }
      found += flips.count
      let from = Double(bed.ratio)!
      // All ratios at which sums of these sizes can be compared differently.
      let total = Int(sizes.reduce(0, +))
      var edges: Set<Double> = [0]
      for sum in 1...max(1, total) { for size in 1...max(1, total) { edges.insert(Double(sum) / Double(size)) } }
      let grid = edges.flatMap { [$0, $0.nextDown] }.filter { $0 >= 0 }
      func check(_ flip: RatioFlip?, _ nearer: (Double) -> Bool) throws {
        for ratio in grid where nearer(ratio) {
          let differs = try bed.compacts(atRatio: ratio) != compacts
          if differs { Issue.record("\(bed): \(ratio) is nearer than \(flip.map { "\($0.to)" } ?? "none")") }
        }
      }
      let (below, above) = (flips.first { $0.to < $0.from }, flips.first { $0.to > $0.from })
      try check(below) { $0 < from && $0 > below?.to ?? -1 }
      try check(above) { $0 > from && $0 < above?.to ?? .infinity }
    }
    #expect(found > 80)
  }

  @Test("the greatest ratio that a set meets is exact to the last bit")
  func greatestRatio() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<20_000 {
      let size = Int64.random(in: 1...Int64(1) << Int64.random(in: 0...60, using: &random), using: &random)
      let sum = size + Int64.random(in: 0...size, using: &random)
      let ratio = try #require(RatioWitness.greatestRatio(size: size, sum: sum))
      #expect(Double(size) * ratio < Double(sum) && Double(size) * ratio.nextUp >= Double(sum), "\(size) \(sum)")
    }
    #expect(RatioWitness.greatestRatio(size: 10, sum: 30) == 3.0.nextDown)
    #expect(RatioWitness.greatestRatio(size: 0, sum: 0) == nil)
  }
}
