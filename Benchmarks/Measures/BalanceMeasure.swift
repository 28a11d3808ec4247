import Balancing
import Records

/// Plans the migrations of a random table with one group and one server for every thousand tablets.
struct BalanceMeasure {
  var tablets: Int
  var setting: MeasureSetting

  static func servers(tablets: Int) -> [String] {
    (0..<max(2, tablets / 1000)).map { "10.0.\($0 / 250).\($0 % 250):9997" }
  }

  /// Tablets on random servers. The end row begins with the name of the group: `g17.10000042`.
  static func records(tablets: Int) -> [Tablet] {
    let (servers, groups) = (servers(tablets: tablets), max(2, tablets / 1000))
    var random = SplitMix(state: 42)
    let found = (0..<tablets).map { tablet in
      // The products make some groups and servers much fuller than others.
      let group = Int(random.next() % UInt64(groups)) * Int(random.next() % UInt64(groups)) / groups
      let server = Int(random.next() % UInt64(servers.count)) * Int(random.next() % 5) / 4 % servers.count
      let endRow = Array("g\(group).\(10_000_000 + tablet)".utf8)
      return (endRow: endRow, location: servers[server])
    }.sorted { $0.endRow.lexicographicallyPrecedes($1.endRow) }
    return found.indices.map { i in
      Tablet(
        extent: KeyExtent(
          tableId: "2", prevEndRow: i == 0 ? nil : found[i - 1].endRow,
          endRow: i == tablets - 1 ? nil : found[i].endRow), location: found[i].location, files: [])
    }
  }

  func run(into report: inout CaseReport) throws {
    let names = Self.servers(tablets: tablets)
    let table = Self.records(tablets: tablets)
    var (sites, groups) = (TabletSites(), TextColumn())
    for tablet in table {
      sites.append(TabletSite(extent: tablet.extent, location: tablet.location))
      groups.append(
        String(decoding: (tablet.extent.endRow ?? []).prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self))
    }
    var runs = Runs(threads: 1)
    for _ in 0..<setting.runs {
      let start = Instant.now
      let placement = try TablePlacement(sites: sites, groups: groups, servers: ServerList(names))
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
