import Planning
import Records
import Settings

/// Plans system compactions for a table of many tablets with 8 files each.
struct PlanMeasure {
  var version: AccumuloVersion
  var tablets: Int
  var setting: MeasureSetting

  /// Extents are in order and without gaps, so they form one table; sizes are random.
  static func table(tablets: Int) -> [Tablet] {
    var random = SplitMix(state: 42)
    func row(_ number: Int) -> [UInt8]? { number == 0 ? nil : Array("row\(10_000_000 + number)".utf8) }
    return (1...tablets).map { number in
      Tablet(
        extent: KeyExtent(
          tableId: "2", prevEndRow: row(number - 1), endRow: number == tablets ? nil : row(number)),
        directory: "tables/2/t-\(number)",
        files: (0..<8).map { TabletFile(file: "F000000\($0).rf", size: Int64(1 + random.next() % (64 << 20))) })
    }
  }

  func run(into report: inout CaseReport) throws {
    let table = Self.table(tablets: tablets)
    var runs = Runs(threads: 1)
    for _ in 0..<setting.runs {
      var (jobs, hash) = (0, Hash())
      let start = Instant.now
      let planner = try TablePlanner(Configuration().settings(), version: version, kind: .system)
      for tablet in table {
        for choice in try planner.decide(tablet).choices {
          jobs += 1
          hash.add(choice.bytes)
        }
      }
      runs.add(from: start, to: .now)
      (report.items, report.itemsOut, report.hash) = (table.count, jobs, hash.text)
    }
    report.conclude([runs], floors: [])
  }
}
