import TestSupport

@testable import Balancing
@testable import Records

/// Tables made by hand or at random: a group is the first letters of an end row.
struct BalancingInput {
  var sites: TabletSites
  var groups: [String]
  var servers: ServerList

  /// For each group, where its tablets are; nil for nowhere.
  init(_ placed: [[String?]], servers: [String]) {
    sites = TabletSites()
    groups = []
    for (group, locations) in placed.enumerated() {
      for (number, location) in locations.enumerated() {
        let row = "g\(String(repeating: "0", count: 5 - "\(group)".count))\(group)-\(100_000 + number)"
        sites.append(TabletSite(extent: KeyExtent(tableId: "2", endRow: Array(row.utf8)), location: location))
        groups.append(String(row.prefix(6)))
      }
    }
    self.servers = ServerList(servers)
  }

  static func random(
    servers: Int, groups: Int, tablets: Int, homeless: Int = 0, using random: inout SplitMix64
  ) -> BalancingInput {
    let names = (0..<servers).map { "h\($0):9997" }
    // Some servers are much fuller than others, and some groups much larger.
    let fullness = (0..<servers).map { _ in Int.random(in: 1...4, using: &random) }
    let choices = names.indices.flatMap { Array(repeating: names[$0], count: fullness[$0] * fullness[$0]) }
    var placed = Array(repeating: [String?](), count: groups)
    for tablet in 0..<tablets {
      let group = min(Int.random(in: 0..<groups, using: &random), Int.random(in: 0..<groups, using: &random))
      placed[group].append(tablet < homeless ? nil : choices.randomElement(using: &random)!)
    }
    return BalancingInput(placed, servers: names)
  }

  func placement(drained: Set<String> = []) throws -> TablePlacement {
    try TablePlacement(sites: sites, groups: TextColumn(groups), servers: servers, drained: drained)
  }
}

extension ExtraProof {
  /// Tablets that move in the plan.
  var moves: Int { beyondFloor - kept }
  var isMinimal: Bool { moves == lowerBound }
}

/// Whether both invariants hold, computed only from the tablets.
func isEven(_ locations: [String?], _ groups: [String], servers: [String]) -> Bool {
  var counts: [String: [String: Int]] = [:]
  for (location, group) in zip(locations, groups) {
    guard let location, servers.contains(location) else { return false }
    counts[group, default: [:]][location, default: 0] += 1
  }
  var extras = Array(repeating: 0, count: servers.count)
  for (_, byServer) in counts {
    let size = byServer.values.reduce(0, +)
    for (index, server) in servers.enumerated() {
      let count = byServer[server] ?? 0
      guard count == size / servers.count || (count == size / servers.count + 1 && size % servers.count > 0) else {
        return false
      }
      extras[index] += count - size / servers.count
    }
  }
  return extras.max()! - extras.min()! <= 1
}

/// Where the tablets are after the plan. Throws if a step moves a tablet from a server that does not have it.
func applying(_ plan: BalancePlan, to sites: TabletSites, live: Set<String>) throws -> [String?] {
  var locations = Dictionary(uniqueKeysWithValues: sites.map { ($0.extent, $0.location) })
  for migration in Array(plan.assignments) + Array(plan.migrations) {
    let now = locations[migration.extent]!
    if let from = migration.from { guard now == from else { throw BalanceError("moved from where it is not") } }
    locations[migration.extent] = .some(migration.to)
  }
  return sites.map { locations[$0.extent]! }
}
