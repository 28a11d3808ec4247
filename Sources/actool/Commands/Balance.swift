import ArgumentParser
import Balancing
import Records

/// `actool balance`
struct Balance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance",
    abstract: "Plans the fewest migrations that spread every group of tablets evenly over the servers.",
    discussion: """
      A tablet's group is what the pattern captures from its end row. Migrations are ordered so that you can stop \
      after any of them: no prefix leaves the table less even than before, and the largest deviations go first. \
      Nothing is changed in the cluster.

        actool tablets --metadata metadata.txt --tservers servers.txt > tablets.json
        actool balance --group-regex '(\\d\\d).*' --default-group none --summary tablets.json
        actool balance --config 2=table2.txt --check tablets.json

      Exit status 1 when tablets overlap or leave holes, and with --check when a table is not balanced.
      """)

  @Argument(help: "Files of tablet and tserver records, or tablet or table directories. Default: - (standard input).")
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read the tablets from the output of `scan -t accumulo.metadata`; - is standard input.", valueName: "FILE"))
  var metadata: String?

  @Option(
    name: .customLong("table"), parsing: .singleValue,
    help: ArgumentHelp("Balance only this table. Repeatable. Default: all but Accumulo's own tables.", valueName: "ID"))
  var tables: [String] = []

  @OptionGroup var balancing: BalancingOptions
  @OptionGroup var servers: ServerOptions
  @OptionGroup var directories: DirectoryOptions
  @OptionGroup var settings: ConfigurationOptions

  func validate() throws {
    guard metadata != nil else { return }
    try OptionConflict.refuse([("paths", !paths.isEmpty)] + directories.given, beside: "--metadata")
  }

  func run() throws {
    var gathered = BalanceTables(named: tables)
    let named = Set(tables)
    var input = TabletInput(access: try directories.access(), for: "balance") { BalanceTables.isWanted($0, named) }
    var live = try servers.listed()
    if let metadata {
      try input.forEach(inMetadata: metadata) { gathered.add($0) }
    } else {
      try input.forEach(
        in: paths, other: { if case .tserver(let server) = $0 { live = (live ?? []) + [server] } },
        { gathered.add($0.tablet, tableProperties: $0.tableProperties) })
    }
    let tables = try gathered.all()
    if live == nil, !tables.isEmpty {
      Messages.write("actool balance: no tserver records and no --tservers: servers without tablets are not known")
    }
    // Without a list, the live servers are those that host tablets.
    let servers = ServerList(live ?? tables.flatMap(\.sites.locations.texts))
    var run = BalanceRun(
      try balancing.options(servers: servers), configuration: try settings.configuration(), servers: servers)
    let renderer = balancing.renderer
    let showsGlance = Glance.isShown
    var glance = BalanceGlance()
    try renderer.output.flushing {
      do {
        try run.balance(tables) { finding in
          try renderer.write(finding)
          if showsGlance { glance.add(finding) }
        }
      } catch let error as NoGroupRule {
        throw ValidationError("\(error)")
      }
      if balancing.summary {
        try renderer.output.write { run.total.summary(compares: balancing.compare).write(to: &$0) }
      }
    }
    if let terminal = Terminal.ofMessages, showsGlance {
      Messages.write(raw: glance.lines(isCheck: balancing.check).text(on: terminal))
    }
    try ExitStatus.end(withProblems: input.problems, of: "balance")
    if !run.isBalanced { throw ExitStatus.found }
  }
}
