// Simulates Accumulo's own GroupBalancer, for comparison. Each of its passes works on counts, in four steps:
//
//   1  fill each server up to the floor of each group, from servers that have more
//   2  bring every server up to E groups with extras, from servers that have more than E
//   3  where a server has several extras of one group, spread them
//   4  bring servers with more than E + 1 groups with extras down to that
//
// Accumulo visits servers and groups in the order of hash tables, which is arbitrary; here they are visited in their
// own order. So single moves differ, and totals differ slightly. Accumulo:
// `org.apache.accumulo.core.spi.balancer.GroupBalancer`.

/// Passes of the greedy algorithm over one table.
package struct GreedyGroupBalancer {
  private let share: EvenShare
  private let maxExtra: Int
  private let limit: Int
  private var counts: GroupCounts
  private var planned = 0

  package struct Outcome: Hashable, Sendable {
    /// Migrations of each pass that moved something.
    package var migrations: [Int]
    package var total: Int { migrations.reduce(0, +) }
  }

  /// Runs passes until nothing moves.
  /// - Parameter placement: must have every tablet on a live server, as Accumulo requires.
  package static func run(_ placement: TablePlacement, migrationsPerPass: Int = 1000) -> Outcome {
    var balancer = GreedyGroupBalancer(placement, limit: migrationsPerPass)
    var outcome = Outcome(migrations: [])
    // The passes end by themselves. The limit only makes sure of it: no table needs as many passes as it has tablets.
    while outcome.migrations.count <= placement.sites.count, placement.liveCount > 1 {
      balancer.pass()
      if balancer.planned == 0 { break }
      outcome.migrations.append(balancer.planned)
    }
    return outcome
  }

  private init(_ placement: TablePlacement, limit: Int) {
    share = placement.share
    maxExtra = share.extrasOfServer + 1
    self.limit = limit
    let all = placement.counts
    counts = GroupCounts(groups: all.groups, servers: placement.liveCount)
    for group in 0..<all.groups {
      for server in 0..<placement.liveCount { counts[group, server] = all[group, server] }
    }
  }

  private var isFull: Bool { planned >= limit }
  private func extra(_ group: Int, _ server: Int) -> Int { max(0, counts[group, server] - share.floors[group]) }
  private func groupsWithExtras(_ server: Int) -> Int { (0..<counts.groups).count { extra($0, server) > 0 } }

  private mutating func move(_ group: Int, _ from: Int, _ to: Int, _ tablets: Int = 1) {
    counts[group, from] -= tablets
    counts[group, to] += tablets
    planned += tablets
  }

  private mutating func pass() {
    planned = 0
    fillToFloors()
    if isFull { return }
    raiseToExpected()
    if isFull { return }
    let smooths = spreadMultiples()
    if isFull || !smooths { return }
    lowerToMost()
  }

  private mutating func fillToFloors() {
    for group in 0..<counts.groups {
      var source = 0
      for server in 0..<counts.servers {
        while counts[group, server] < share.floors[group], source < counts.servers {
          let tablets = min(share.floors[group] - counts[group, server], extra(group, source))
          if tablets == 0 {
            source += 1
            continue
          }
          move(group, source, server, tablets)
          if isFull { return }
        }
      }
    }
  }

  private mutating func raiseToExpected() {
    let expected = share.extrasOfServer
    var have = (0..<counts.servers).map { groupsWithExtras($0) }
    for server in 0..<counts.servers where have[server] < expected {
      for group in 0..<counts.groups where extra(group, server) == 0 {
        guard have[server] < expected else { break }
        guard let source = (0..<counts.servers).first(where: { have[$0] > expected && extra(group, $0) > 0 }) else {
          continue
        }
        move(group, source, server)
        have[server] += 1
        if extra(group, source) == 0 { have[source] -= 1 }
        if isFull { return }
      }
    }
  }

  /// Returns true when the last step may follow in the same pass.
  private mutating func spreadMultiples() -> Bool {
    var have = (0..<counts.servers).map { groupsWithExtras($0) }
    for isStrict in [true, false] {
      let multiples = (0..<counts.groups).filter { group in (0..<counts.servers).contains { extra(group, $0) > 1 } }
      if multiples.isEmpty { return isStrict }
      for server in 0..<counts.servers where !isStrict || have[server] < maxExtra {
        for group in multiples where extra(group, server) == 0 {
          guard let source = (0..<counts.servers).first(where: { extra(group, $0) > 1 }) else { continue }
          let isAbove = have[server] >= maxExtra
          if isStrict, isAbove { break }
          move(group, source, server)
          have[server] += 1
          if isFull { return false }
          if isAbove { break }
        }
      }
      if isStrict,
        !(0..<counts.groups).contains(where: { group in (0..<counts.servers).contains { extra(group, $0) > 1 } })
      {
        return true
      }
    }
    return false
  }

  private mutating func lowerToMost() {
    var have = (0..<counts.servers).map { groupsWithExtras($0) }
    for server in 0..<counts.servers where have[server] < maxExtra {
      for group in 0..<counts.groups where extra(group, server) == 0 {
        guard have[server] < maxExtra else { break }
        guard let source = (0..<counts.servers).first(where: { have[$0] > maxExtra && extra(group, $0) > 0 }) else {
          continue
        }
        move(group, source, server)
        have[server] += 1
        have[source] -= 1
        if isFull { return }
      }
    }
  }
}
