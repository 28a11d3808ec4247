// A balance of some tables, one after the other. With groups each table has its own plan, or with `judges` its own
// verdict; with Accumulo's SimpleLoadBalancer they may also be one. Settings of a table that matter:
//
//     table.custom.balancer.group.regex.pattern      the groups, unless they were given
//     table.custom.balancer.group.regex.default      the default group, unless it was given
//     table.custom.balancer.group.regex.wait.time    between two passes of Accumulo's manager
//
// Accumulo: `RegexGroupBalancer`.

package import Records
package import Settings

/// What to balance by, and how.
package struct BalanceOptions: Sendable {
  package enum Goal: Sendable {
    /// Groups, even on every server, by the fewest migrations.
    case groups
    /// Judges the groups as they are, and plans nothing.
    case verdict
    /// What Accumulo's SimpleLoadBalancer would do; `together`: with all tables as one.
    case simple(together: Bool)
  }

  package var goal = Goal.groups
  /// A Java pattern for end rows; nil: the table's property.
  package var pattern: String?
  /// Groups of end rows one by one, in place of a pattern.
  package var groupsOfRows: [[UInt8]: String]?
  /// Of the last tablet and of all that do not match; nil: the table's property.
  package var defaultGroup: String?
  /// Servers that are to be left without tablets.
  package var drained: Set<String> = []
  /// Tablets without a server may go anywhere at no cost.
  package var placesFreely = false
  /// How many migrations Accumulo's manager takes in one pass.
  package var migrationsPerPass = 1000
  /// Simulates Accumulo's own greedy algorithm, too.
  package var compares = false
  /// Tells what is odd about the groups.
  package var lints = false

  package init() {}
}

/// What a balance tells, table by table: notes and findings of the lint first, then the verdict or the plan.
package enum BalanceFinding {
  /// Something good to know, in one line.
  case note(String)
  case lint(GroupLint, table: String)
  case verdict(PlacementReport, of: TablePlacement, table: String)
  /// `greedy` is there when it was asked for; `wait` is the time between two passes, ms.
  case plan(BalancePlan, greedy: GreedyGroupBalancer.Outcome?, table: String, wait: Int64)
  /// Passes of the SimpleLoadBalancer; without a table they are over several.
  case simple([[Migration]], table: String?, wait: Int64)
}

/// Neither an option nor a property says what the groups are.
package struct NoGroupRule: Error, Hashable, CustomStringConvertible {
  package var description: String {
    "expected groups: --group-regex, the property \(BalanceRun.properties)pattern, or --groups; or --balancer simple"
  }
}

/// Balances tables and adds up.
package struct BalanceRun {
  private let options: BalanceOptions
  private let configuration: Configuration
  private let servers: ServerList
  package private(set) var total = BalanceTotal()
  /// False once a verdict was that a table is not balanced.
  package private(set) var isBalanced = true

  static let properties = "table.custom.balancer.group.regex."
  /// Of the SimpleLoadBalancer, ms.
  private static let simpleWait: Int64 = 5000

  package init(_ options: BalanceOptions, configuration: Configuration, servers: ServerList) {
    (self.options, self.configuration, self.servers) = (options, configuration, servers)
    total.servers = Int64(servers.count)
  }

  /// Balances all tables, telling each finding as it is made.
  /// - Throws: `BalanceError`, `NoGroupRule`, `ConfigurationValueError`, and what `tell` throws.
  package mutating func balance(_ tables: [BalanceTable], _ tell: (BalanceFinding) throws -> Void) throws {
    if case .simple(let together) = options.goal, together { return try balanceSimply(tables, tell) }
    for table in tables { try balance(table, tell) }
  }

  private mutating func balance(_ table: BalanceTable, _ tell: (BalanceFinding) throws -> Void) throws {
    let settings = configuration.settings(forTable: table.id, tableProperties: table.properties)
    let wait = try settings[Self.properties + "wait.time"].map { try ConfigurationValue.duration($0) } ?? 60_000
    if case .simple = options.goal { return try balanceSimply([table], tell) }
    total.tables += 1
    let rule = try rule(settings)
    guard servers.count > 0 else { return try leave(table, tell) }
    let sites = table.sites
    var groups = TextColumn()
    var isDefault: [Bool] = []
    for tablet in sites.indices {
      let group = try rule.group(of: tablet, in: sites)
      groups.append(group.name)
      isDefault.append(group.isDefault)
    }
    if options.lints {
      let tablets = sites.indices.map {
        (extent: sites.extent($0), group: groups[$0] ?? "", isDefault: isDefault[$0])
      }
      .sorted { $0.extent < $1.extent }
      for finding in GroupLint.findings(tablets, rule: rule) { try tell(.lint(finding, table: table.id)) }
    } else if let count = rule.captureGroups, count != 1 {
      try tell(
        .note(
          "table \(table.id): the pattern has \(count) groups in parentheses, not one, so all tablets are in the default "
            + "group, as in Accumulo"))
    }
    let placement = try TablePlacement(
      sites: sites, groups: groups, servers: servers, drained: options.drained)
    if case .verdict = options.goal {
      let report = PlacementReport(placement)
      if !report.isBalanced { isBalanced = false }
      total.tablets += Int64(placement.sites.count)
      return try tell(.verdict(report, of: placement, table: table.id))
    }
    let plan = BalancePlan(
      placement, placesFreely: options.placesFreely, migrationsPerPass: options.migrationsPerPass)
    let greedy =
      options.compares ? GreedyGroupBalancer.run(plan.start, migrationsPerPass: options.migrationsPerPass) : nil
    total.add(plan, greedy, wait: wait)
    try tell(.plan(plan, greedy: greedy, table: table.id, wait: wait))
  }

  private func rule(_ settings: Settings) throws -> GroupRule {
    let fallback = options.defaultGroup ?? settings[Self.properties + "default"]
    if let groups = options.groupsOfRows { return GroupRule(groups: groups, defaultGroup: fallback) }
    guard let pattern = options.pattern ?? settings[Self.properties + "pattern"] else { throw NoGroupRule() }
    return try GroupRule(regex: pattern, defaultGroup: fallback)
  }

  /// Without a server Accumulo assigns and moves nothing.
  private mutating func leave(_ table: BalanceTable, _ tell: (BalanceFinding) throws -> Void) throws {
    total.tablets += Int64(table.sites.count)
    total.unassigned += Int64(table.sites.count)
    if case .verdict = options.goal { isBalanced = false }
    try tell(.note("table \(table.id): no tablet servers, so nothing can be placed"))
  }

  /// One table, or several as if they were one.
  private mutating func balanceSimply(_ tables: [BalanceTable], _ tell: (BalanceFinding) throws -> Void) throws {
    guard servers.count > 0 else {
      for table in tables { try leave(table, tell) }
      return
    }
    var sites = TabletSites()
    for table in tables { sites.append(contentsOf: table.sites) }
    let placement = try TablePlacement(sites: sites, groups: sites.tableIds, servers: servers)
    let passes = SimpleLoadBalancer.run(placement)
    total.add(passes, of: placement, tables: tables.count)
    try tell(.simple(passes, table: tables.count == 1 ? tables[0].id : nil, wait: Self.simpleWait))
  }
}
