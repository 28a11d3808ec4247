import ArgumentParser
import Planning
import Records
import Settings

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints the compactions that Accumulo's planner would run, one job record each.",
    discussion: """
      Reads directories or tablet records and only reads: nothing is reserved or changed. Jobs come in the order of their tablets.

        actool plan tables/2 | actool compact
        actool plan --kind user --repeat -p table.file.compress.type=zstd < tablets.json > jobs.json
        actool plan --config accumulo.properties --config 2=table2.txt --explain tablets.json
      """)

  @Argument(help: "Tablet or table directories, or files of tablet records; - is standard input, and the default.")
  var paths: [String] = []

  @Option(help: "Why the compactions run: system, selector, user or chop.")
  var kind: Kind = .system

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "An execution hint of a user compaction, which the dispatcher may use: compaction_type=urgent. Repeatable. Default: none.",
      valueName: "KEY=VALUE"))
  var hint: [String] = []

  @Flag(help: "Tell on standard error why each tablet gets its job, or none.")
  var explain = false

  @Flag(name: .customLong("repeat"), help: "Go on as if each job had finished, until nothing is left to plan.")
  var repeats = false

  @Flag(help: "Print a summary record last.")
  var summary = false

  @Option(
    help: ArgumentHelp("A number that makes ids and file names the same on every run. Default: random.", valueName: "N")
  )
  var seed: UInt64?

  @OptionGroup var directories: DirectoryOptions
  @OptionGroup var settings: ConfigurationOptions

  func validate() throws {
    for hint in hint where hint.firstIndex(of: "=").map({ $0 == hint.startIndex }) ?? true {
      throw ValidationError("expected KEY=VALUE for --hint, found '\(hint)'")
    }
  }

  func run() throws {
    let hints = Dictionary(
      hint.map { hint in
        let parts = hint.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), String(parts[1]))
      }
    ) { $1 }
    var planners = TablePlanners(configuration: try settings.configuration(), kind: kind.kind, hints: hints)
    var names = JobNames(RandomSource(seed: seed))
    let output = StandardOutput()
    var line = JSONLine()
    var total = PlanTotal()
    do {
      try TabletInput(access: directories.access()).forEach(in: paths) { found in
        if let leftovers = found.leftovers, !leftovers.isEmpty { leftovers.write(to: &line) }
        let planner = try planners.planner(for: found)
        total.tablets += 1
        do {
          let jobs = try planner.jobs(of: found.tablet, repeats: repeats, names: &names) { reason in
            if explain { Messages.write("\(found.tablet.extent) \(kind.kind.rawValue): \(reason)") }
          }
          for job in jobs {
            total.add(job)
            job.write(to: &line)
          }
        } catch let error as PlanningError {
          throw PlanningError("\(found.place): \(error)")
        }
        try output.write(line.bytes)
        line.removeAll()
      }
    } catch {
      // What was planned before it is still right.
      try output.flush()
      throw error
    }
    if summary {
      total.summary.write(to: &line)
      try output.write(line.bytes)
    }
    try output.flush()
  }

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case system, selector, user, chop

    init?(argument: String) { self.init(rawValue: argument.lowercased()) }

    var kind: CompactionKind {
      switch self {
      case .system: .system
      case .selector: .selector
      case .user: .user
      case .chop: .chop
      }
    }
  }
}

/// The planner of each table, made when its first tablet comes.
private struct TablePlanners {
  let configuration: Configuration
  let kind: CompactionKind
  let hints: [String: String]
  private var made: [[String]: TablePlanner] = [:]

  init(configuration: Configuration, kind: CompactionKind, hints: [String: String]) {
    (self.configuration, self.kind, self.hints) = (configuration, kind, hints)
  }

  mutating func planner(for found: FoundTablet) throws -> TablePlanner {
    let table = found.tablet.extent.tableId
    let key = [table, found.tableProperties?.name ?? ""]
    if let planner = made[key] { return planner }
    let settings = configuration.settings(forTable: table, tableProperties: found.tableProperties)
    let planner = try TablePlanner(settings, kind: kind, hints: hints)
    made[key] = planner
    return planner
  }
}

private struct PlanTotal {
  var tablets: Int64 = 0
  var jobs: Int64 = 0
  var files: Int64 = 0
  /// Stops at the largest number.
  var bytes: Int64 = 0

  mutating func add(_ job: CompactionJob) {
    jobs += 1
    files += Int64(job.inputs.count)
    let (sum, overflow) = bytes.addingReportingOverflow(job.bytes)
    bytes = overflow ? .max : sum
  }

  var summary: Summary {
    Summary(command: "plan", counts: [("tablets", tablets), ("jobs", jobs), ("files", files), ("bytes", bytes)])
  }
}
