import ArgumentParser
import Balancing

/// What to balance by, and what to print of it.
struct BalancingOptions: ParsableArguments {
  enum Balancer: String, CaseIterable, ExpressibleByArgument { case group, simple }

  @Option(
    help: ArgumentHelp(
      "Java pattern for whole end rows; its one group in parentheses is the group. Default: the property table.custom.balancer.group.regex.pattern.",
      valueName: "RE"))
  var groupRegex: String?

  @Option(
    help: ArgumentHelp(
      "Group of the last tablet and of all that do not match. Default: the property table.custom.balancer.group.regex.default.",
      valueName: "G"))
  var defaultGroup: String?

  @Option(
    name: .customLong("groups"),
    help: ArgumentHelp(
      "Groups row by row instead of a pattern: END-ROW, a tab and GROUP on each line.", valueName: "FILE"))
  var groupFile: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Migrations in one pass of Accumulo's manager. Default: 1000.", valueName: "N"))
  var maxMigrations: Int?

  @Flag(help: "Print a record before each pass, with when it starts.")
  var passes = false

  @Option(parsing: .singleValue, help: ArgumentHelp("Leave no tablet on this server. Repeatable.", valueName: "SERVER"))
  var drain: [String] = []

  @Flag(help: "Tablets without a server may go anywhere, not only where Accumulo would assign them.")
  var placeFreely = false

  @Flag(help: "Only judge the placement: status 1 when it is not balanced.")
  var check = false

  @Option(help: "group, or simple for Accumulo's SimpleLoadBalancer, which knows no groups.")
  var balancer: Balancer = .group

  @Flag(help: "With --balancer simple: all tables together, as when it is the manager's own balancer.")
  var together = false

  @Flag(help: "Simulate Accumulo's own greedy algorithm too, and print both totals.")
  var compare = false

  @Flag(help: "Print what is odd about the groups: tablets in the default group, single ones, short end rows.")
  var lint = false

  @Flag(help: "Print groups and servers as a table, before and after. Default when standard output is a terminal.")
  var tableView = false

  @Flag(help: "Print a summary record last.")
  var summary = false

  func validate() throws {
    if let maxMigrations, maxMigrations < 1 {
      throw ValidationError("expected at least 1 for --max-migrations, found \(maxMigrations)")
    }
    if together, balancer != .simple { throw ValidationError("--together goes with --balancer simple") }
    if groupRegex != nil { try OptionConflict.refuse([("--groups", groupFile != nil)], beside: "--group-regex") }
    if balancer == .simple { try OptionConflict.refuse(ofGroups, beside: "--balancer simple") }
    if check { try OptionConflict.refuse(ofPlans, beside: "--check") }
    if tableView { try OptionConflict.refuse([("--passes", passes)], beside: "--table-view") }
  }

  /// What a balancer that knows no groups has no use for.
  private var ofGroups: [(name: String, isGiven: Bool)] {
    [
      ("--group-regex", groupRegex != nil), ("--groups", groupFile != nil), ("--default-group", defaultGroup != nil),
      ("--check", check), ("--compare", compare), ("--lint", lint), ("--place-freely", placeFreely),
      ("--drain", !drain.isEmpty), ("--max-migrations", maxMigrations != nil), ("--table-view", tableView),
    ]
  }

  /// What has to do with migrations, where none are planned.
  private var ofPlans: [(name: String, isGiven: Bool)] {
    [
      ("--max-migrations", maxMigrations != nil), ("--passes", passes), ("--place-freely", placeFreely),
      ("--compare", compare),
    ]
  }

  /// Reads the file of groups.
  /// - Throws: `SystemError`, `RecordError`; `ValidationError` for a server to drain that is none of `servers`.
  func options(servers: ServerList) throws -> BalanceOptions {
    if let unknown = drain.first(where: { !servers.names.contains($0) }) {
      throw ValidationError("--drain: no server \(unknown)")
    }
    var options = BalanceOptions()
    options.goal = balancer == .simple ? .simple(together: together) : check ? .verdict : .groups
    options.pattern = groupRegex
    options.groupsOfRows = try groupFile.map {
      try GroupFile.groups(String(decoding: FileText.bytes($0), as: UTF8.self), named: $0)
    }
    options.defaultGroup = defaultGroup
    options.drained = Set(drain)
    options.placesFreely = placeFreely
    if let maxMigrations { options.migrationsPerPass = maxMigrations }
    (options.compares, options.lints) = (compare, lint)
    return options
  }

  var renderer: BalanceRenderer {
    BalanceRenderer(
      showsTable: tableView || (!passes && StandardOutput.isTerminal), showsPasses: passes)
  }
}
