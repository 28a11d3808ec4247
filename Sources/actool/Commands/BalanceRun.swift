import ArgumentParser
import Balancing
import Records
import Settings
import SystemPackage

/// Balances table after table and adds up.
struct BalanceRun {
  let command: Balance
  let configuration: Configuration
  let servers: ServerList
  let groupsOfRows: [[UInt8]: String]?
  let output = StandardOutput()
  private var line = JSONLine()
  private var total = BalanceTotal()
  private var isBalanced = true
  private let showsTable: Bool

  private static let properties = "table.custom.balancer.group.regex."

  init(command: Balance, configuration: Configuration, servers: ServerList, groupsOfRows: [[UInt8]: String]?) {
    (self.command, self.configuration, self.servers) = (command, configuration, servers)
    self.groupsOfRows = groupsOfRows
    showsTable = command.tableView || isTerminal(.standardOutput)
  }

  mutating func balance(_ table: BalanceTable) throws {
    let settings = configuration.settings(forTable: table.id, tableProperties: table.properties)
    let wait = try settings[Self.properties + "wait.time"].map { try ConfigurationValue.duration($0) } ?? 60_000
    if command.balancer == .simple { return try balanceSimply([table]) }
    total.tables += 1
    let rule = try self.rule(settings)
    guard servers.count > 0 else { return withoutServers(table) }
    let groups = try table.sites.map { try rule.group(of: $0.extent) }
    if command.lint {
      let tablets = zip(table.sites, groups).map { (extent: $0.extent, group: $1.name, isDefault: $1.isDefault) }
        .sorted { $0.extent < $1.extent }
      for finding in GroupLint.findings(tablets, rule: rule) { finding.write(table: table.id, to: &line) }
    } else if let count = rule.captureGroups, count != 1 {
      Messages.write(
        "actool balance: table \(table.id): the pattern has \(count) groups in parentheses, not one, so all tablets are in the "
          + "default group, as in Accumulo")
    }
    let placement = try TablePlacement(
      sites: table.sites, groups: groups.map(\.name), servers: servers, drained: Set(command.drain))
    command.check ? try judge(placement, table) : try plan(placement, table, wait: wait)
    try drainLine()
  }

  /// Accumulo assigns and moves nothing then.
  private mutating func withoutServers(_ table: BalanceTable) {
    Messages.write("actool balance: table \(table.id): no tablet servers, so nothing can be placed")
    total.tablets += Int64(table.sites.count)
    total.unassigned += Int64(table.sites.count)
    isBalanced = isBalanced && !command.check
  }

  private func rule(_ settings: Settings) throws -> GroupRule {
    let fallback = command.defaultGroup ?? settings[Self.properties + "default"]
    if let groupsOfRows { return GroupRule(groups: groupsOfRows, defaultGroup: fallback) }
    guard let pattern = command.groupRegex ?? settings[Self.properties + "pattern"] else {
      throw ValidationError(
        "expected groups: --group-regex, the property \(Self.properties)pattern, or --groups; or --balancer simple")
    }
    return try GroupRule(regex: pattern, defaultGroup: fallback)
  }

  private mutating func judge(_ placement: TablePlacement, _ table: BalanceTable) throws {
    let report = PlacementReport(placement)
    if !report.isBalanced { isBalanced = false }
    total.tablets += Int64(placement.sites.count)
    if showsTable {
      let verdict = report.isBalanced ? "balanced" : "not balanced, largest deviation \(report.largestDeviation)"
      try output.write(
        PlacementTable(title: "table \(table.id): \(verdict)", before: placement, after: placement).text.utf8)
    } else {
      report.write(
        table: table.id, servers: placement.liveCount, drained: placement.servers.count - placement.liveCount, to: &line
      )
    }
  }

  private mutating func plan(_ placement: TablePlacement, _ table: BalanceTable, wait: Int64) throws {
    let plan = BalancePlan(placement, placesFreely: command.placeFreely, migrationsPerPass: command.maxMigrations)
    total.add(plan, wait: wait)
    let greedy =
      command.compare ? GreedyGroupBalancer.run(plan.start, migrationsPerPass: command.maxMigrations) : nil
    if showsTable {
      let title =
        "table \(table.id): \(plan.assignments.count) assignments, \(plan.migrations.count) migrations in \(Self.passes(plan.passes)), "
        + "no plan has fewer than \(plan.proof.lowerBound)"
        + (greedy.map { "; Accumulo's greedy algorithm: \($0.total) in \(Self.passes($0.migrations.count))" } ?? "")
      try output.write(PlacementTable(title: title, before: plan.before, after: plan.after).text.utf8)
      return
    }
    for migration in plan.assignments { try write(migration) }
    try write(plan.migrations, table: table.id, wait: wait)
    if let greedy {
      total.greedy += Int64(greedy.total)
      line.record("comparison") { line in
        line.field("table", table.id)
        line.field("migrations", plan.migrations.count)
        line.field("passes", plan.passes)
        line.field("greedyMigrations", greedy.total)
        line.field("greedyPasses", greedy.migrations.count)
      }
    }
  }

  private static func passes(_ count: Int) -> String { count == 1 ? "1 pass" : "\(count) passes" }

  /// Accumulo's SimpleLoadBalancer over one table, or over several as if they were one.
  mutating func balanceSimply(_ tables: [BalanceTable]) throws {
    guard servers.count > 0 else {
      for table in tables { withoutServers(table) }
      return
    }
    let sites = tables.flatMap(\.sites)
    let placement = try TablePlacement(sites: sites, groups: sites.map(\.extent.tableId), servers: servers)
    let passes = SimpleLoadBalancer.run(placement)
    total.tables += Int64(tables.count)
    total.tablets += Int64(placement.sites.count)
    total.unassigned += Int64(placement.homeless.count)
    total.migrations += Int64(passes.reduce(0) { $0 + $1.count })
    total.passes = max(total.passes, Int64(passes.count))
    try write(passes.flatMap(\.self), table: tables.count == 1 ? tables[0].id : nil, wait: 5000)
    try drainLine()
  }

  /// The migrations, with a record before each pass when that is wanted.
  private mutating func write(_ migrations: [Migration], table: String?, wait: Int64) throws {
    var pass = 0
    for (place, migration) in migrations.enumerated() {
      if migration.pass != pass {
        pass = migration.pass
        if command.passes {
          let count = migrations[place...].prefix { $0.pass == pass }.count
          line.record("pass") { line in
            line.field("pass", pass)
            line.field("table", table)
            line.field("migrations", count)
            line.field("startSeconds", Double(pass - 1) * Double(wait) / 1000)
          }
        }
      }
      try write(migration)
    }
  }

  private mutating func write(_ migration: Migration) throws {
    migration.write(to: &line)
    if line.bytes.count > 1 << 15 { try drainLine() }
  }

  private mutating func drainLine() throws {
    try output.write(line.bytes)
    line.removeAll()
  }

  /// The summary, and the verdict of `--check`.
  mutating func finish() throws {
    if command.summary { total.summary(servers: servers.count, compare: command.compare).write(to: &line) }
    try drainLine()
    try output.flush()
    if !isBalanced { throw ExitStatus.found }
  }
}

/// What `--summary` says.
struct BalanceTotal {
  var tables: Int64 = 0
  var tablets: Int64 = 0
  var unassigned: Int64 = 0
  var assignments: Int64 = 0
  var migrations: Int64 = 0
  var lowerBound: Int64 = 0
  var beyondFloor: Int64 = 0
  var kept: Int64 = 0
  var keptAtMost: Int64 = 0
  var passes: Int64 = 0
  var milliseconds: Int64 = 0
  var deviationBefore: Int64 = 0
  var deviationAfter: Int64 = 0
  var greedy: Int64 = 0

  mutating func add(_ plan: BalancePlan, wait: Int64) {
    tablets += Int64(plan.before.sites.count)
    unassigned += Int64(plan.before.homeless.count)
    assignments += Int64(plan.assignments.count)
    migrations += Int64(plan.migrations.count)
    lowerBound += Int64(plan.proof.lowerBound)
    beyondFloor += Int64(plan.proof.beyondFloor)
    kept += Int64(plan.proof.kept)
    keptAtMost += Int64(plan.proof.keptAtMost)
    // Tables are balanced side by side.
    passes = max(passes, Int64(plan.passes))
    let (time, overflow) = Int64(plan.passes).multipliedReportingOverflow(by: wait)
    milliseconds = max(milliseconds, overflow ? .max : time)
    deviationBefore = max(deviationBefore, Int64(PlacementReport(plan.start).largestDeviation))
    deviationAfter = max(deviationAfter, Int64(PlacementReport(plan.after).largestDeviation))
  }

  func summary(servers: Int, compare: Bool) -> Summary {
    Summary(
      command: "balance",
      counts: [
        ("tables", tables), ("tablets", tablets), ("servers", Int64(servers)), ("unassigned", unassigned),
        ("assignments", assignments), ("migrations", migrations), ("lowerBound", lowerBound),
        ("beyondFloor", beyondFloor), ("kept", kept), ("keptAtMost", keptAtMost), ("passes", passes),
        ("predictedSeconds", milliseconds / 1000), ("deviationBefore", deviationBefore),
        ("deviationAfter", deviationAfter),
      ] + (compare ? [("greedyMigrations", greedy)] : []))
  }
}
