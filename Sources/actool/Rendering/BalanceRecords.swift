import Balancing
import Records

// What `balance` prints besides migrations:
//
//     {"type":"pass","pass":1,"table":"2","migrations":1000,"startSeconds":0}
//     {"type":"balance","table":"2","tablets":..,"groupsEven":true,"extrasEven":true,"balanced":true,..}
//     {"type":"group","table":"2","group":"01","tablets":7,"floor":2,"ceiling":3,"fewest":2,"most":3,"deviation":0}
//     {"type":"comparison","table":"2","migrations":..,"greedyMigrations":..,"greedyPasses":..}

/// Writes the findings of a balance to standard output, and its notes to standard error.
struct BalanceRenderer {
  let output = RecordOutput()
  /// Whether to print a table for people in place of verdicts and migrations.
  let showsTable: Bool
  /// Whether to print a record before each pass.
  let showsPasses: Bool

  init(showsTable: Bool, showsPasses: Bool) { (self.showsTable, self.showsPasses) = (showsTable, showsPasses) }

  func write(_ finding: BalanceFinding) throws {
    switch finding {
    case .note(let text): Messages.write("actool balance: \(text)")
    case .lint(let lint, let table): try output.write { lint.write(table: table, to: &$0) }
    case .verdict(let report, let placement, let table):
      guard !showsTable else {
        let verdict = report.isBalanced ? "balanced" : "not balanced, largest deviation \(report.largestDeviation)"
        return try output.write(
          PlacementTable(title: "table \(table): \(verdict)", before: placement, after: placement).text)
      }
      try output.write { line in
        report.write(
          table: table, servers: placement.liveCount, drained: placement.servers.count - placement.liveCount, to: &line)
      }
    case .plan(let plan, let greedy, let table, let wait):
      guard !showsTable else {
        return try output.write(
          PlacementTable(title: Self.title(plan, greedy, table), before: plan.before, after: plan.after).text)
      }
      for migration in plan.assignments { try output.write { migration.write(to: &$0) } }
      try write(plan.migrations, table: table, wait: wait)
      if let greedy { try write(greedy, beside: plan, table: table) }
    case .simple(let passes, let table, let wait): try write(passes.flatMap(\.self), table: table, wait: wait)
    }
  }

  private static func title(_ plan: BalancePlan, _ greedy: GreedyGroupBalancer.Outcome?, _ table: String) -> String {
    func passes(_ count: Int) -> String { count == 1 ? "1 pass" : "\(count) passes" }
    return "table \(table): \(plan.assignments.count) assignments, \(plan.migrations.count) migrations in "
      + "\(passes(plan.passes)), no plan has fewer than \(plan.proof.lowerBound)"
      + (greedy.map { "; Accumulo's greedy algorithm: \($0.total) in \(passes($0.migrations.count))" } ?? "")
  }

  /// Writes the migrations, with a record before each pass if `showsPasses`.
  private func write(_ migrations: some Collection<Migration>, table: String?, wait: Int64) throws {
    var pass = 0
    for (place, migration) in migrations.enumerated() {
      if migration.pass != pass {
        pass = migration.pass
        if showsPasses {
          let count = migrations.dropFirst(place).prefix { $0.pass == pass }.count
          try output.write { line in
            line.record("pass") { line in
              line.field("pass", pass)
              line.field("table", table)
              line.field("migrations", count)
              line.field("startSeconds", Double(pass - 1) * Double(wait) / 1000)
            }
          }
        }
      }
      try output.write { migration.write(to: &$0) }
    }
  }

  private func write(_ greedy: GreedyGroupBalancer.Outcome, beside plan: BalancePlan, table: String) throws {
    try output.write { line in
      line.record("comparison") { line in
        line.field("table", table)
        line.field("migrations", plan.migrations.count)
        line.field("passes", plan.passes)
        line.field("greedyMigrations", greedy.total)
        line.field("greedyPasses", greedy.migrations.count)
      }
    }
  }
}

extension PlacementReport {
  /// The verdict on a table, and a line for each group.
  func write(table: String, servers: Int, drained: Int, to line: inout JSONLine) {
    for group in groups {
      line.record("group") { line in
        line.field("table", table)
        line.field("group", group.name)
        line.field("tablets", group.tablets)
        line.field("floor", group.floor)
        line.field("ceiling", group.ceiling)
        line.field("fewest", group.fewest)
        line.field("most", group.most)
        line.field("deviation", group.deviation)
      }
    }
    line.record("balance") { line in
      line.field("table", table)
      line.field("balanced", isBalanced)
      line.field("groupsEven", groupsAreEven)
      line.field("extrasEven", extrasAreEven)
      line.field("tablets", groups.reduce(0) { $0 + $1.tablets })
      line.field("groups", groups.count)
      line.field("servers", servers)
      line.field("unassigned", homeless)
      if drained > 0 { line.field("toDrain", onDrained) }
      line.field("largestDeviation", largestDeviation)
      line.field("fewestExtras", fewestExtras)
      line.field("mostExtras", mostExtras)
      if let worst = worstServer {
        line.object("worstServer") { line in
          line.field("server", worst.name)
          line.field("deviation", worst.deviation)
        }
      }
      line.object("fullestServer") { line in
        line.field("server", fullestServer.name)
        line.field("tablets", fullestServer.tablets)
      }
      line.object("emptiestServer") { line in
        line.field("server", emptiestServer.name)
        line.field("tablets", emptiestServer.tablets)
      }
      if let busiest = busiestGroup {
        line.object("busiestGroup") { line in
          line.field("group", busiest.group)
          line.field("server", busiest.server)
          line.field("tablets", busiest.tablets)
        }
      }
    }
  }
}
