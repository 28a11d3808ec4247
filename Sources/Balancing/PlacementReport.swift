/// Whether a placement is even, and where it is least so.
package struct PlacementReport: Hashable, Sendable {
  package struct Group: Hashable, Sendable {
    package var name: String
    package var tablets: Int
    package var floor: Int
    package var ceiling: Int
    /// The fewest and the most on any live server.
    package var fewest: Int
    package var most: Int
    /// The largest deviation on any server.
    package var deviation: Int
  }

  package var groups: [Group]
  /// Tablets without a live server.
  package var homeless: Int
  /// Tablets on servers to be drained.
  package var onDrained: Int
  /// The first rule: each group has its floor or its ceiling on each server.
  package var groupsAreEven: Bool
  /// The second rule: the numbers of extra tablets on the servers differ by at most one, and the extras of a server are
  /// all of different groups.
  package var extrasAreEven: Bool
  package var fewestExtras: Int
  package var mostExtras: Int
  package var largestDeviation: Int
  /// The server with the largest sum of deviations, and that sum; nil when all are 0.
  package var worstServer: (name: String, deviation: Int)? {
    worst.map { ($0.name, $0.count) }
  }
  /// The server with the most tablets, and the one with the fewest.
  package var fullestServer: (name: String, tablets: Int) { (fullest.name, fullest.count) }
  package var emptiestServer: (name: String, tablets: Int) { (emptiest.name, emptiest.count) }
  /// The group with the most tablets on one server.
  package var busiestGroup: (group: String, server: String, tablets: Int)? {
    busiest.map { ($0.name, $0.server, $0.count) }
  }

  private struct Named: Hashable { var name: String, count: Int }
  private struct Cell: Hashable { var name: String, server: String, count: Int }
  private var worst: Named?
  private var fullest: Named
  private var emptiest: Named
  private var busiest: Cell?

  package var isBalanced: Bool { groupsAreEven && extrasAreEven && homeless == 0 && onDrained == 0 }

  package init(_ placement: TablePlacement) {
    let counts = placement.counts
    let share = placement.share
    let live = placement.liveCount
    var deviations = Array(repeating: 0, count: placement.servers.count)
    var tablets = deviations
    var extras = Array(repeating: 0, count: live)
    var distinct = true
    groups = []
    for group in placement.groups.indices {
      var (fewest, most, worst) = (Int.max, 0, 0)
      for server in placement.servers.indices {
        let count = counts[group, server]
        let deviation = server < live ? share.deviation(of: group, having: count) : count
        deviations[server] += deviation
        tablets[server] += count
        worst = max(worst, deviation)
        if count > busiest?.count ?? 0 {
          busiest = Cell(name: placement.groups[group], server: placement.servers[server], count: count)
        }
        guard server < live else { continue }
        (fewest, most) = (min(fewest, count), max(most, count))
        extras[server] += max(0, count - share.floors[group])
        if count > share.floors[group] + 1 { distinct = false }
      }
      groups.append(
        Group(
          name: placement.groups[group], tablets: share.sizes[group], floor: share.floors[group],
          ceiling: share.ceiling(group), fewest: fewest, most: most, deviation: worst))
    }
    homeless = placement.serverOfTablet.count { $0 < 0 }
    onDrained = tablets[live...].reduce(0, +)
    largestDeviation = groups.map(\.deviation).max() ?? 0
    groupsAreEven = !groups.contains { $0.fewest < $0.floor || $0.most > $0.ceiling }
    fewestExtras = extras.min() ?? 0
    mostExtras = extras.max() ?? 0
    extrasAreEven = distinct && mostExtras - fewestExtras <= 1
    let top = deviations.indices.max { (deviations[$0], $1) < (deviations[$1], $0) } ?? 0
    worst = deviations[top] > 0 ? Named(name: placement.servers[top], count: deviations[top]) : nil
    let order = tablets.indices.prefix(live)
    let most = order.max { (tablets[$0], $1) < (tablets[$1], $0) } ?? 0
    let least = order.min { (tablets[$0], $0) < (tablets[$1], $1) } ?? 0
    fullest = Named(name: placement.servers[most], count: tablets[most])
    emptiest = Named(name: placement.servers[least], count: tablets[least])
  }
}
