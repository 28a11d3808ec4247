import Balancing
import Records

/// Plans the migrations of a random table with a group and a server for each thousand tablets.
struct BalanceMeasure {
  var tablets: Int
  var setting: MeasureSetting

  func run(into report: inout CaseReport) throws {
    let (servers, groups) = (max(2, tablets / 1000), max(2, tablets / 1000))
    var random = SplitMix(state: 42)
    let names = (0..<servers).map { "10.0.\($0 / 250).\($0 % 250):9997" }
    var sites: [TabletSite] = []
    var groupNames: [String] = []
    for tablet in 0..<tablets {
      // Squares make some groups and servers much fuller than others.
      let group = Int(random.next() % UInt64(groups)) * Int(random.next() % UInt64(groups)) / groups
      let server = Int(random.next() % UInt64(servers)) * Int(random.next() % 5) / 4 % servers
      sites.append(
        TabletSite(
          extent: KeyExtent(tableId: "2", endRow: Array("\(10_000_000 + tablet)".utf8)), location: names[server]))
      groupNames.append("g\(group)")
    }
    var runs = Runs(threads: 1)
    for _ in 0..<setting.runs {
      let start = Instant.now
      let placement = try TablePlacement(sites: sites, groups: groupNames, servers: ServerList(names))
      let plan = BalancePlan(placement)
      runs.add(from: start, to: .now)
      guard plan.migrations.count >= plan.proof.lowerBound else {
        throw BenchError("\(report.name): fewer migrations than the proof allows")
      }
      var hash = Hash()
      for migration in plan.migrations { hash.add(migration.to.utf8) }
      (report.items, report.itemsOut, report.hash) = (tablets, plan.migrations.count, hash.text)
    }
    report.conclude([runs], floors: [])
  }
}
