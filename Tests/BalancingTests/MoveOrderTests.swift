import Records
import TestSupport
import Testing

@testable import Balancing

/// Invariants that hold after every prefix of a plan.
@Suite("The order of migrations") struct MoveOrderTests {
  /// How many tablets too few or too many each group has on each server; drained servers should have none.
  private struct Watch {
    var counts: [String: [String: Int]] = [:]
    var sizes: [String: Int] = [:]
    var live: [String]
    var drained: Set<String>

    var largest: Int {
      var largest = 0
      for (group, size) in sizes {
        let (floor, ceiling) = (size / live.count, (size + live.count - 1) / live.count)
        for server in live {
          let count = counts[group]?[server] ?? 0
          largest = max(largest, floor - count, count - ceiling)
        }
        for server in drained { largest = max(largest, counts[group]?[server] ?? 0) }
      }
      return largest
    }

    /// The fewest moves that can make the largest deviation smaller: a move helps one server that has too many and one
    /// that has too few.
    var movesToLower: Int {
      let largest = largest
      return sizes.reduce(0) { sum, group in
        let (floor, ceiling) = (group.value / live.count, (group.value + live.count - 1) / live.count)
        let under = live.count { floor - (counts[group.key]?[$0] ?? 0) == largest }
        let over = live.count { (counts[group.key]?[$0] ?? 0) - ceiling == largest }
        let full = drained.count { counts[group.key]?[$0] ?? 0 == largest }
        return sum + max(under, over + full)
      }
    }
  }

  @Test("no prefix is worse than a shorter one, and the largest deviation falls with as few moves as can be")
  func prefixes() throws {
    var random = SplitMix64(seed: 5)
    for round in 0..<200 {
      let input = BalancingInput.random(
        servers: Int.random(in: 2...8, using: &random), groups: Int.random(in: 1...6, using: &random),
        tablets: Int.random(in: 1...90, using: &random), using: &random)
      let drained: Set<String> = round % 3 == 0 && input.servers.count > 2 ? ["h1:9997"] : []
      let plan = BalancePlan(try input.placement(drained: drained))
      var watch = Watch(live: input.servers.names.filter { !drained.contains($0) }, drained: drained)
      for (site, group) in zip(input.sites, input.groups) {
        watch.counts[group, default: [:]][site.location!, default: 0] += 1
        watch.sizes[group, default: 0] += 1
      }
      var largest = watch.largest
      var (allowed, used) = (watch.movesToLower, 0)
      for migration in plan.migrations {
        watch.counts[migration.group!]![migration.from!]! -= 1
        watch.counts[migration.group!]![migration.to, default: 0] += 1
        used += 1
        let now = watch.largest
        #expect(now <= largest, "round \(round)")
        if now < largest {
          #expect(used == allowed, "round \(round)")
          (largest, allowed, used) = (now, watch.movesToLower, 0)
        }
      }
      #expect(largest == 0, "round \(round)")
    }
  }

  @Test("passes hold at most so many migrations, and all but the last hold exactly that")
  func passes() throws {
    var random = SplitMix64(seed: 6)
    let input = BalancingInput.random(servers: 7, groups: 5, tablets: 300, using: &random)
    let plan = BalancePlan(try input.placement(), migrationsPerPass: 7)
    #expect(plan.migrations.count > 20)
    for (place, migration) in plan.migrations.enumerated() { #expect(migration.pass == place / 7 + 1) }
    #expect(plan.passes == (plan.migrations.count + 6) / 7)
  }

  @Test("a drained server ends empty and the others even, with the fewest moves")
  func draining() throws {
    var random = SplitMix64(seed: 7)
    for _ in 0..<50 {
      let input = BalancingInput.random(servers: 5, groups: 4, tablets: 60, using: &random)
      let plan = BalancePlan(try input.placement(drained: ["h2:9997", "h4:9997"]))
      let live = ["h0:9997", "h1:9997", "h3:9997"]
      #expect(try isEven(applying(plan, to: input.sites, live: []), input.groups, servers: live))
      #expect(plan.proof.isMinimal)
    }
  }

  @Test("placed freely, tablets without a server fill gaps and never cost a migration more")
  func freely() throws {
    var random = SplitMix64(seed: 8)
    var saved = 0
    for _ in 0..<100 {
      let input = BalancingInput.random(servers: 5, groups: 4, tablets: 60, homeless: 15, using: &random)
      let free = BalancePlan(try input.placement(), placesFreely: true)
      let assigned = BalancePlan(try input.placement())
      for plan in [free, assigned] {
        #expect(plan.assignments.count == 15 && plan.proof.isMinimal)
        #expect(try isEven(applying(plan, to: input.sites, live: []), input.groups, servers: input.servers.names))
      }
      #expect(free.migrations.count <= assigned.migrations.count)
      saved += assigned.migrations.count - free.migrations.count
    }
    #expect(saved > 0)
  }
}
