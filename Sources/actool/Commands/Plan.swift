import ArgumentParser
import Planning
import Records
import Settings

/// `actool plan`
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints the compactions that Accumulo's planner would run, one job record each.",
    discussion: """
      Reads directories or tablet records; nothing is reserved or changed. Jobs are printed in the order of their tablets.

        actool plan tables/2 | actool compact
        actool plan --kind user --repeat -p table.file.compress.type=zstd < tablets.json > jobs.json
        actool plan --config accumulo.properties --config 2=table2.txt --explain tablets.json

      Exit status 1 when tablets overlap, or when a table directory has holes between them; the jobs are still printed.
      """)

  @Argument(help: "Tablet or table directories, or files of tablet records. Default: - (standard input).")
  var paths: [String] = []

  @Option(help: "The kind of compaction to plan: system, selector, user or chop.")
  var kind: Kind = .system

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "With --kind user: an execution hint for the dispatcher, such as compaction_type=urgent. Repeatable.",
      valueName: "KEY=VALUE"))
  var hint: [String] = []

  @Flag(help: "Say on standard error why each tablet gets its job, or none.")
  var explain = false

  @Flag(name: .customLong("repeat"), help: "Keep planning as if each job had finished, until nothing is left to do.")
  var repeats = false

  @Flag(help: "Print a summary record at the end.")
  var summary = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Seed of the random ids and file names; the same seed gives the same names. Default: random.", valueName: "N")
  )
  var seed: UInt64?

  @OptionGroup var directories: DirectoryOptions
  @OptionGroup var settings: ConfigurationOptions

  func validate() throws {
    if kind != .user { try OptionConflict.refuse([("--hint", !hint.isEmpty)], beside: "--kind \(kind.rawValue)") }
    for hint in hint where hint.firstIndex(of: "=").map({ $0 == hint.startIndex }) ?? true {
      throw ValidationError("expected KEY=VALUE for --hint, found '\(hint)'")
    }
  }

  func run() throws {
    var planners = TablePlanners(try settings.configuration(), kind: kind.kind, hints: hints)
    var names = JobNames(RandomSource(seed: seed))
    var input = TabletInput(access: try directories.access())
    var total = PlanTotal()
    let output = RecordOutput()
    try output.flushing {
      try input.forEach(in: paths) { found in
        if let leftovers = found.leftovers, !leftovers.isEmpty { try output.write { leftovers.write(to: &$0) } }
        let planner = try planners.planner(
          forTable: found.tablet.extent.tableId, tableProperties: found.tableProperties)
        total.tablets += 1
        do {
          let jobs = try planner.jobs(of: found.tablet, repeats: repeats, names: &names) { reason in
            if explain { Messages.write("\(found.tablet.extent) \(kind.kind.rawValue): \(reason)") }
          }
          for job in jobs {
            total.add(job)
            try output.write { job.write(to: &$0) }
          }
        } catch let error as PlanningError {
          throw PlanningError("\(found.place): \(error)")
        }
      }
      if summary { try output.write { total.summary.write(to: &$0) } }
    }
    try ExitStatus.end(withProblems: input.problems, of: "plan")
  }

  private var hints: [String: String] {
    let pairs = hint.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init) }
    return Dictionary(pairs.map { ($0[0], $0[1]) }) { $1 }
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
