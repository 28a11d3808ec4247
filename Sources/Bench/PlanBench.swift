import Planning
import Tablets

/// Plans system compactions for a table of many tablets with 8 files each.
struct PlanBench {
  var tablets: Int

  func run() throws -> String {
    var random = SplitMix(state: 42)
    let table = (0..<tablets).map { number in
      Tablet(
        extent: KeyExtent(tableId: "2", endRow: Array("row\(number)".utf8)), directory: "tables/2/t-\(number)",
        files: (0..<8).map { TabletFile(file: "F000000\($0).rf", size: Int64(1 + random.next() % (64 << 20))) })
    }
    let start = Measurement.wallSeconds
    let planner = try TablePlanner(Configuration().settings(), kind: .system)
    var jobs = 0
    for tablet in table where try planner.decide(tablet).choice != nil { jobs += 1 }
    let seconds = Measurement.wallSeconds - start
    return "plan: \(tablets) tablets of 8 files, \(jobs) jobs, \((seconds * 1000).text(1, width: 0)) ms"
  }
}
