import Records
import TestSupport
import Testing

@testable import Balancing

@Suite("The fewest migrations") struct MinimalityTests {
  /// All ways to write a number as a sum of `parts` numbers.
  private static func sums(_ total: Int, _ parts: Int) -> [[Int]] {
    if parts == 1 { return [[total]] }
    return (0...total).flatMap { first in sums(total - first, parts - 1).map { [first] + $0 } }
  }

  /// The least number of moves to any even target: all subsets of servers for the extras of each group are tried.
  private static func fewest(_ have: [[Int]], servers: Int) -> Int {
    let sizes = have.map { $0.reduce(0, +) }
    var best = Int.max
    func place(_ group: Int, _ extras: [Int], _ moves: Int) {
      if moves >= best { return }
      if group == have.count {
        if extras.max()! - extras.min()! <= 1 { best = moves }
        return
      }
      for subset in 0..<(1 << servers) where subset.nonzeroBitCount == sizes[group] % servers {
        var (next, cost) = (extras, 0)
        for server in 0..<servers {
          let extra = subset >> server & 1
          next[server] += extra
          cost += max(0, have[group][server] - sizes[group] / servers - extra)
        }
        place(group + 1, next, moves + cost)
      }
    }
    place(0, Array(repeating: 0, count: servers), 0)
    return best
  }

  @Test("on all placements of up to 6 tablets in up to 3 groups on up to 4 servers no other target is cheaper")
  func bruteForce() throws {
    var cases = 0
    for servers in 1...4 {
      for tablets in 1...6 {
        for groups in 1...3 {
          for sizes in Self.sums(tablets, groups) where sizes == sizes.sorted() && sizes[0] > 0 {
            var placements: [[[Int]]] = [[]]
            for size in sizes {
              placements = placements.flatMap { before in Self.sums(size, servers).map { before + [$0] } }
            }
            for have in placements {
              var counts = GroupCounts(groups: groups, servers: servers)
              for group in 0..<groups { for server in 0..<servers { counts[group, server] = have[group][server] } }
              let target = BalanceTarget(from: counts, share: EvenShare(groupSizes: sizes, servers: servers))
              cases += 1
              guard target.proof.moves == Self.fewest(have, servers: servers), target.proof.isMinimal else {
                Issue.record("\(have): \(target.proof), expected \(Self.fewest(have, servers: servers))")
                return
              }
            }
          }
        }
      }
    }
    #expect(cases > 5000)
  }

  @Test("random tables of middle size agree with a flow found by the simplest means")
  func middle() throws {
    var random = SplitMix64(seed: 11)
    for round in 0..<150 {
      let servers = Int.random(in: 2...9, using: &random)
      let groups = Int.random(in: 1...8, using: &random)
      let input = BalancingInput.random(
        servers: servers, groups: groups, tablets: Int.random(in: 1...120, using: &random), using: &random)
      let plan = BalancePlan(try input.placement())
      let placement = try input.placement()
      #expect(plan.proof.kept == NaiveFlow.mostKept(placement.counts, placement.share), "round \(round)")
      #expect(plan.proof.isMinimal && plan.migrations.count == plan.proof.moves, "round \(round)")
      #expect(try isEven(applying(plan, to: input.sites, live: []), input.groups, servers: input.servers.names))
    }
  }

  @Test("large random tables end even, and the bound of the prices is reached", arguments: 0..<6)
  func large(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let input = BalancingInput.random(
      servers: Int.random(in: 20...90, using: &random), groups: Int.random(in: 5...120, using: &random), tablets: 6000,
      using: &random)
    let placement = try input.placement()
    let plan = BalancePlan(placement)
    #expect(plan.proof.isMinimal)
    #expect(plan.migrations.count == plan.proof.lowerBound)
    #expect(Set(plan.migrations.map(\.extent)).count == plan.migrations.count)
    #expect(try isEven(applying(plan, to: input.sites, live: []), input.groups, servers: input.servers.names))
    #expect(PlacementReport(plan.after).isBalanced)
    #expect(BalancePlan(plan.after).migrations.isEmpty)
    // Any prices give a valid bound; wrong ones only give a weaker one.
    let share = placement.share
    let withExtras = share.extras.indices.filter { share.extras[$0] > 0 }
    let wanted = withExtras.flatMap { group in
      (0..<placement.liveCount).map { placement.counts[group, $0] > share.floors[group] }
    }
    for _ in 0..<5 {
      let bound = ExtraProof.keptAtMost(
        wanted: wanted, extras: withExtras.map { share.extras[$0] }, perServer: share.extrasOfServer,
        serversWithOneMore: share.serversWithOneMore,
        groupPrices: withExtras.map { _ in Int.random(in: -2...2, using: &random) },
        serverPrices: (0..<placement.liveCount).map { _ in Int.random(in: -2...2, using: &random) })
      #expect(bound >= plan.proof.kept)
    }
  }
}

/// The most extras that can stay, by a flow with one path at a time found by Bellman and Ford.
enum NaiveFlow {
  static func mostKept(_ counts: GroupCounts, _ share: EvenShare) -> Int {
    let (groups, servers) = (counts.groups, share.servers)
    let (source, sink, pool) = (groups + servers, groups + servers + 1, groups + servers + 2)
    var edges: [(from: Int, to: Int, room: Int, cost: Int)] = []
    func add(_ from: Int, _ to: Int, _ room: Int, _ cost: Int = 0) {
      edges.append((from, to, room, cost))
      edges.append((to, from, 0, -cost))
    }
    for group in 0..<groups {
      add(source, group, share.extras[group])
      for server in 0..<servers {
        add(group, groups + server, 1, counts[group, server] > share.floors[group] ? -1 : 0)
      }
    }
    for server in 0..<servers {
      add(groups + server, sink, share.extrasOfServer)
      add(groups + server, pool, 1)
    }
    add(pool, sink, share.serversWithOneMore)
    var kept = 0
    while true {
      var distance = Array(repeating: 1_000_000, count: pool + 1)
      var by = Array(repeating: -1, count: pool + 1)
      distance[source] = 0
      var changed = true
      while changed {
        changed = false
        for (index, edge) in edges.enumerated()
        where edge.room > 0 && distance[edge.from] < 1_000_000 && distance[edge.from] + edge.cost < distance[edge.to] {
          distance[edge.to] = distance[edge.from] + edge.cost
          by[edge.to] = index
          changed = true
        }
      }
      guard by[sink] >= 0 else { return kept }
      kept -= distance[sink]
      var node = sink
      while node != source {
        edges[by[node]].room -= 1
        edges[by[node] ^ 1].room += 1
        node = edges[by[node]].from
      }
    }
  }
}
