import ArgumentParser
import Records

/// `actool tablets`
struct TabletsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tablets",
    abstract: "Prints the tablets of directories or of a live cluster's metadata, one record each.",
    discussion: """
      The records are input for plan and balance. The metadata is text printed by Accumulo's shell; it is read as a stream.

        accumulo shell -e 'scan -np -t accumulo.metadata' > metadata.txt
        actool tablets --metadata metadata.txt --table 2 |
          actool balance --group-regex '(..).*' --default-group none

      Exit status 1 when tablets overlap, or when the metadata or a table directory has holes between them; the \
      tablets are still printed.
      """)

  @Argument(help: "Tablet or table directories, or files of tablet records. Default: - (standard input).")
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read the tablets from the output of `scan -t accumulo.metadata`; - is standard input.", valueName: "FILE"))
  var metadata: String?

  @Option(
    name: .customLong("table"), parsing: .singleValue,
    help: ArgumentHelp("Print only this table. Repeatable. Default: all tables.", valueName: "ID"))
  var tables: [String] = []

  @OptionGroup var servers: ServerOptions
  @OptionGroup var directories: DirectoryOptions

  func validate() throws {
    guard metadata != nil else { return }
    try OptionConflict.refuse([("paths", !paths.isEmpty)] + directories.given, beside: "--metadata")
  }

  func run() throws {
    let wanted = Set(tables)
    var input = TabletInput(access: try directories.access()) { wanted.isEmpty || wanted.contains($0) }
    let output = RecordOutput()
    try output.flushing {
      for server in try servers.listed() ?? [] { try output.write { TabletServer(server).write(to: &$0) } }
      if let metadata {
        try input.forEach(inMetadata: metadata) { tablet in try output.write { tablet.write(to: &$0) } }
      } else {
        try input.forEach(
          in: paths, servers: { server in try output.write { TabletServer(server).write(to: &$0) } }
        ) { found in try output.write { found.tablet.write(to: &$0) } }
      }
    }
    try ExitStatus.end(withProblems: input.problems, of: "tablets")
  }
}
