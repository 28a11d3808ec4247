import Balancing
import Reporting

/// A balance in a few lines, two for each of the first tables:
///
///     table 2 before  ▁▂▆█▃▁  3 to 812 tablets a server, largest deviation 12
///     table 2 after   ██████  512 to 513 tablets a server, largest deviation 0
///     migrations      340 of 11,280 tablets in 1 pass
struct BalanceGlance {
  private var lines: [(name: String, placement: TablePlacement)] = []
  private var tables = 0
  private var tablets: Int64 = 0
  private var migrations: Int64 = 0
  private var passes = 0

  private static let mostTables = 4

  mutating func add(_ finding: BalanceFinding) {
    switch finding {
    case .note, .lint: break
    case .verdict(_, let placement, let table): add(table, [("", placement)])
    case .plan(let plan, _, let table, _):
      add(table, [(" before", plan.before), (" after", plan.after)])
      migrations += Int64(plan.migrations.count)
      passes = max(passes, plan.passes)
    case .simple(let made, _, _):
      migrations += made.reduce(0) { $0 + Int64($1.count) }
      passes = max(passes, made.count)
    }
  }

  private mutating func add(_ table: String, _ placements: [(String, TablePlacement)]) {
    tables += 1
    tablets += Int64(placements[0].1.sites.count)
    guard tables <= Self.mostTables else { return }
    lines += placements.map { ("table \(table)" + $0.0, $0.1) }
  }

  func lines(isCheck: Bool) -> Glance {
    var glance = Glance()
    for (name, placement) in lines {
      let counts = placement.counts
      let servers = placement.servers.indices.map { server in
        placement.groups.indices.reduce(0) { $0 + counts[$1, server] }
      }
      let report = PlacementReport(placement)
      let live = servers.prefix(placement.liveCount)
      glance.add(
        name, servers.map(Double.init),
        "\(live.min() ?? 0) to \(live.max() ?? 0) tablets a server, largest deviation \(report.largestDeviation)")
    }
    if tables > Self.mostTables {
      glance.add("and", [], NumberText.count(Int64(tables - Self.mostTables), "more table"))
    }
    if !isCheck {
      glance.add(
        "migrations", [],
        NumberText.count(migrations) + (tablets > 0 ? " of \(NumberText.count(tablets, "tablet"))" : "")
          + (passes > 0 ? " in \(NumberText.count(Int64(passes), "pass", "passes"))" : ""))
    }
    return glance
  }
}
