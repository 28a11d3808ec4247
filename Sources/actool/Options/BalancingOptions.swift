import ArgumentParser
import Balancing

/// What to balance by, and what to print.
struct BalancingOptions: ParsableArguments {
  enum Balancer: String, CaseIterable, ExpressibleByArgument { case group, simple }

  @Option(
    help: ArgumentHelp(
      "Java pattern that matches a whole end row; its one capturing group is the tablet's group. Default: the property table.custom.balancer.group.regex.pattern.",
      valueName: "RE"))
  var groupRegex: String?

  @Option(
    help: ArgumentHelp(
      "Group of the last tablet and of every tablet that does not match. Default: the property table.custom.balancer.group.regex.default.",
      valueName: "G"))
  var defaultGroup: String?

  @Option(
    name: .customLong("groups"),
    help: ArgumentHelp(
      "File with a list of groups in place of a pattern: END-ROW, a tab and GROUP on each line.", valueName: "FILE"))
  var groupFile: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most migrations in one pass of Accumulo's manager. Default: 1000.", valueName: "N"))
  var maxMigrations: Int?

  @Flag(help: "Print a record before each pass, with the seconds after which it starts.")
  var passes = false

  @Option(
    parsing: .singleValue, help: ArgumentHelp("Move every tablet off this server. Repeatable.", valueName: "SERVER"))
  var drain: [String] = []

  @Flag(help: "Assign tablets that have no server anywhere, not only where Accumulo would.")
  var placeFreely = false

  @Flag(help: "Only check the placement: exit status 1 when it is not balanced.")
  var check = false

  @Option(help: "group, or simple for Accumulo's SimpleLoadBalancer, which has no groups.")
  var balancer: Balancer = .group

  @Flag(help: "With --balancer simple: balance all tables together, as when it is the manager's own balancer.")
  var together = false

  @Flag(help: "Also simulate Accumulo's greedy algorithm, and print both totals.")
  var compare = false

  @Flag(
    help: "Report what is odd about the groups: tablets in the default group, groups of one tablet, short end rows.")
  var lint = false

  @Flag(help: "Print a table of groups and servers, before and after. Default on a terminal.")
  var tableView = false

  @Flag(help: "Print a summary record at the end.")
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

  /// The options that mean nothing to a balancer without groups.
  private var ofGroups: [(name: String, isGiven: Bool)] {
    [
      ("--group-regex", groupRegex != nil), ("--groups", groupFile != nil), ("--default-group", defaultGroup != nil),
      ("--check", check), ("--compare", compare), ("--lint", lint), ("--place-freely", placeFreely),
      ("--drain", !drain.isEmpty), ("--max-migrations", maxMigrations != nil), ("--table-view", tableView),
    ]
  }

  /// The options about migrations, for runs that plan none.
  private var ofPlans: [(name: String, isGiven: Bool)] {
    [
      ("--max-migrations", maxMigrations != nil), ("--passes", passes), ("--place-freely", placeFreely),
      ("--compare", compare),
    ]
  }

  /// Reads the file of groups.
  /// - Throws: `SystemError`, `RecordError`; `ValidationError` for a server to drain that is not in `servers`.
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
