import ArgumentParser
import Balancing

/// `actool balance`
struct Balance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance",
    abstract: "Plans the fewest migrations that spread every group of tablets evenly over the servers.",
    discussion: """
      A group is what the pattern captures of a tablet's end row. Migrations come in an order that may be cut anywhere: each \
      prefix is no worse than what was before it, and the largest deviations go first. Nothing is changed in the cluster.

        actool tablets --metadata metadata.txt --tservers servers.txt > tablets.json
        actool balance --group-regex '(\\d\\d).*' --default-group none --summary tablets.json
        actool balance --config 2=table2.txt --check tablets.json

      Status of --check: 1 when a table is not balanced.
      """)

  enum Balancer: String, CaseIterable, ExpressibleByArgument { case group, simple }

  @Argument(help: "Files of tablet and tserver records, or directories; - is standard input, and the default.")
  var paths: [String] = []

  @Option(help: ArgumentHelp("Take the tablets from what `scan -t accumulo.metadata` printed.", valueName: "FILE"))
  var metadata: String?

  @Option(
    name: .customLong("table"), parsing: .singleValue,
    help: ArgumentHelp("Only this table. Repeatable.", valueName: "ID"))
  var tables: [String] = []

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

  @Option(help: ArgumentHelp("Migrations in one pass of Accumulo's manager.", valueName: "N"))
  var maxMigrations = 1000

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

  @OptionGroup var servers: ServerOptions
  @OptionGroup var directories: DirectoryOptions
  @OptionGroup var settings: ConfigurationOptions

  func validate() throws {
    guard maxMigrations > 0 else {
      throw ValidationError("expected at least 1 for --max-migrations, found \(maxMigrations)")
    }
    if metadata != nil, !paths.isEmpty { throw ValidationError("expected paths or --metadata FILE, found both") }
    if groupRegex != nil, groupFile != nil { throw ValidationError("expected --group-regex or --groups, found both") }
    if together, balancer != .simple { throw ValidationError("--together goes with --balancer simple") }
    if balancer == .simple {
      if groupRegex != nil || groupFile != nil { throw ValidationError("--balancer simple knows no groups") }
      if check || compare || lint || placeFreely || !drain.isEmpty {
        throw ValidationError("--balancer simple goes with none of --check --compare --lint --place-freely --drain")
      }
    }
  }

  func run() throws {
    let input = try BalanceInput(
      paths: paths, metadata: metadata, named: tables, servers: servers.listed(), access: directories.access())
    if input.servers == nil, !input.tables.isEmpty {
      Messages.write("actool balance: no tserver records and no --tservers: servers without tablets are not known")
    }
    var live = input.servers ?? input.hosting
    let unknown = drain.filter { !live.contains($0) }
    guard unknown.isEmpty else { throw ValidationError("--drain: no server \(unknown[0])") }
    if input.servers == nil { live = Array(Set(live)) }
    var run = BalanceRun(
      command: self, configuration: try settings.configuration(), servers: ServerList(live),
      groupsOfRows: try groupFile.map { try GroupFile.groups(text(of: $0), named: $0) })
    defer { _ = try? run.output.flush() }
    if together { try run.balanceSimply(input.tables) } else { for table in input.tables { try run.balance(table) } }
    try run.finish()
  }

  private func text(of path: String) throws -> String { String(decoding: try FileText.bytes(path), as: UTF8.self) }
}
