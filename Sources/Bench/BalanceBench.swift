import Balancing
import Tablets

/// Plans for random tables of growing size: where the time goes as tablets, servers and groups grow.
struct BalanceBench {
  /// Tablets, servers and groups of each table.
  var sizes: [(tablets: Int, servers: Int, groups: Int)]

  static let header = "balance:  tablets  servers   groups  seconds    moves    bound   greedy   hash of the plan"

  func run() throws -> String {
    try ([Self.header] + sizes.map { try row($0.tablets, $0.servers, $0.groups) }).joined(separator: "\n")
  }

  private func row(_ tablets: Int, _ servers: Int, _ groups: Int) throws -> String {
    var random = SplitMix(state: 42)
    let names = (0..<servers).map { "10.0.\($0 / 250).\($0 % 250):9997" }
    var sites: [TabletSite] = []
    var groupNames: [String] = []
    for tablet in 0..<tablets {
      // Squares make some groups and servers much fuller than others.
      let group = Int(random.next() % UInt64(groups)) * Int(random.next() % UInt64(groups)) / groups
      let server = Int(random.next() % UInt64(servers)) * Int(random.next() % 5) / 4 % servers
      sites.append(
        TabletSite(extent: KeyExtent(tableId: "2", endRow: Array("\(10_000_000 + tablet)".utf8)), location: names[server]))
      groupNames.append("g\(group)")
    }
    let start = Measurement.wallSeconds
    let placement = try TablePlacement(sites: sites, groups: groupNames, servers: ServerList(names))
    let plan = BalancePlan(placement)
    let seconds = Measurement.wallSeconds - start
    // The simulation is slow where the plan is not.
    let greedy = tablets <= 20_000 ? "\(GreedyGroupBalancer.run(placement).total)" : "-"
    var hash: UInt64 = 14_695_981_039_346_656_037
    for migration in plan.migrations {
      for byte in migration.to.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    }
    func cell(_ text: String) -> String { String(repeating: " ", count: max(1, 9 - text.count)) + text }
    return "        " + [tablets, servers, groups].map { cell("\($0)") }.joined() + seconds.text(2)
      + [plan.migrations.count, plan.proof.lowerBound].map { cell("\($0)") }.joined() + cell(greedy)
      + "   " + String(hash, radix: 16)
  }
}
