import ArgumentParser
import ExportedTable
import Records
import TabletStore

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

      With --external it prints the compactions that compactors run on that cluster, those that ended without their tablet \
      knowing, and what is wrong with them; the files of --files that are temporary and nobody's, too:

        hdfs dfs -ls -R /accumulo/tables | actool tablets --metadata metadata.txt --external --files -

      With --arrivals it prints the files that came between two dumps of the metadata, which simulate can replay:

        actool tablets --arrivals metadata-1200.txt metadata-1210.txt --apart 10m --table 2 > arrivals.json

      With --apply it prints what the tablets look like after jobs, so that plan needs no tablet directory:

        actool tablets --apply results.json tablets.json | actool plan > more-jobs.json

      With --load-plan it prints which tablets the files of a bulk import go to:

        actool tablets --load-plan --splits splits.txt bulk/*.rf > plan.json

      An exported table is read like any other; these make one of it and of what compact wrote, and say what importtable thinks \
      of it:

        actool plan exported | actool compact --into compacted
        actool tablets --write-export compacted exported
        actool tablets --check-export compacted

      Status 1 when there is something wrong with a compaction, when tablets overlap, or when the metadata or a table directory has holes between them; they are printed all \
      the same.
      """)

  @Argument(
    help:
      "Tablet or table directories, exported tables, or files of tablet records. Default: - (standard input). With --load-plan: RFiles."
  )
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Read the tablets from the output of `scan -t accumulo.metadata`; - is standard input.", valueName: "FILE"))
  var metadata: String?

  @Option(
    name: .customLong("table"), parsing: .singleValue,
    help: ArgumentHelp("Print only this table. Repeatable. Default: all tables.", valueName: "ID"))
  var tables: [String] = []

  @Flag(help: "With --metadata: the external compactions, in place of the tablets. The text is read twice.")
  var external = false

  @Option(
    help: ArgumentHelp(
      "With --external: a listing of the tablets' directories, a path at the end of each line; - is standard input.",
      valueName: "LIST"))
  var files: String?

  @OptionGroup(title: "Load plans") var loading: LoadPlanOptions
  @Option(
    name: .customLong("check-export"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "In place of tablets, print on standard error what Accumulo's importtable would say to these directories; status 1 when "
        + "it fails, or makes a broken table.", valueName: "DIR"))
  var checkExport: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --check-export: the importing Accumulo: 2.1, 3.0 or 4.0. Default: 2.1.", valueName: "VERSION"))
  var importer: Importer?

  @Option(
    name: .customLong("write-export"),
    help: ArgumentHelp(
      "In place of tablets, make OUT an exported table: that of the path, with what compact --into OUT wrote in place of its "
        + "inputs, and links to all other files.", valueName: "OUT"))
  var writeExport: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "In place of tablets, print the files that came to them between two dumps of the metadata, for simulate --replay: "
        + "outputs of `scan -t accumulo.metadata`.", valueName: "OLD NEW"))
  var arrivals: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --arrivals: the time between the dumps, such as 10m.", valueName: "TIME"))
  var apart: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Print the tablets as the jobs of these results left them: outputs in place of inputs, those of detached jobs as "
        + "file: URIs. Results of other tablets are refused. Repeatable; - is standard input.", valueName: "RESULTS"))
  var apply: [String] = []

  @OptionGroup var changes: PropertyChangeOptions
  @OptionGroup var servers: ServerOptions
  @OptionGroup var directories: DirectoryOptions

  func validate() throws {
    if loading.loadPlan {
      try OptionConflict.refuse(
        [
          ("--metadata", metadata != nil), ("--external", external), ("--files", files != nil),
          ("--tservers", servers.file != nil), ("--lease", directories.lease != nil),
          ("--table", !tables.isEmpty && loading.records == nil), ("--check-export", !checkExport.isEmpty),
          ("--write-export", writeExport != nil),
        ], beside: "--load-plan")
      guard !paths.isEmpty else { throw ValidationError("--load-plan needs the RFiles to plan for") }
    }
    guard files == nil || external else { throw ValidationError("--files goes with --external") }
    try validateArrivals()
    try validateExport()
    try validateApply()
    guard let metadata else {
      if external { throw ValidationError("--external goes with --metadata") }
      return
    }
    try OptionConflict.refuse([("paths", !paths.isEmpty)] + directories.given, beside: "--metadata")
    guard external else { return }
    try OptionConflict.refuse([("--tservers", servers.file != nil)], beside: "--external")
    guard metadata != "-" else { throw ValidationError("--external reads the metadata twice: it takes a file, not -") }
  }

  func run() throws {
    if loading.loadPlan { return try runLoadPlan() }
    if external, let metadata { return try runExternal(metadata) }
    if !checkExport.isEmpty { return try runCheck() }
    if let writeExport { return try runWriting(into: writeExport) }
    if !arrivals.isEmpty { return try runArrivals() }
    let wanted = Set(tables)
    let access = try directories.access()
    var input = TabletInput(access: access, for: "tablets") { wanted.isEmpty || wanted.contains($0) }
    var results = try appliedResults()
    let output = RecordOutput()
    try output.flushing {
      func write(_ tablet: Tablet) throws {
        let tablet = try applied(&results, to: tablet, access.map)
        try output.write { tablet.write(to: &$0) }
      }
      func pass(_ record: Record) throws {
        if case .tserver(let server) = record { try output.write { TabletServer(server).write(to: &$0) } }
      }
      for server in try servers.listed() ?? [] { try output.write { TabletServer(server).write(to: &$0) } }
      if let metadata {
        try input.forEach(inMetadata: metadata, write)
      } else {
        try input.forEach(in: paths, other: pass) { try write($0.tablet) }
      }
      try checkAllUsed(results)
    }
    try ExitStatus.end(withProblems: input.problems, of: "tablets")
  }
}
