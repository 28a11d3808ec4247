import ArgumentParser
import Planning
import Records
import Settings
import TabletStore

/// `actool plan`
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints the compactions that Accumulo's planner would run, one job record each.",
    discussion: """
      Reads directories or tablet records; nothing is reserved or changed. Jobs are printed in the order of their tablets. \
      Job records among the input, from an earlier plan, are taken as they are.

      A job that was killed and can go on is printed again, under the names that it had.

        actool plan tables/2 | actool compact
        actool plan --kind user --repeat -p table.file.compress.type=zstd < tablets.json > jobs.json
        actool plan --config accumulo.properties --config 2=table2.txt --explain tablets.json
        actool plan --explain=json tablets.json | grep '"type":"explanation"'
        actool plan --accumulo 4.0 --summary tablets.json
        actool plan --compare accumulo.properties accumulo4.properties tablets.json
        actool plan --shard 3/16 jobs.json | actool compact
        actool plan --batch 1G tables/2 > batches.json
        actool plan --queues=prometheus --rate 20M --drain 1h --config accumulo.properties tablets.json

      Exit status 1 when tablets overlap, or when a table directory has holes between them; status 2 when the settings of a \
      table cannot be planned with. The jobs of the other tablets are still printed.
      """)

  @Argument(
    help:
      "Tablet or table directories, exported tables, or files of tablet and job records. Default: - (standard input)."
  )
  var paths: [String] = []

  @Option(help: "The kind of compaction to plan: system, selector, user or chop.")
  var kind: Kind = .system

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "With --kind user: an execution hint for the dispatcher, such as compaction_type=urgent. Repeatable.",
      valueName: "KEY=VALUE"))
  var hint: [String] = []

  @Option(
    name: .customLong("explain"), defaultAsFlag: ExplanationFormat.text, parsing: .next,
    help: ArgumentHelp(
      "Say why each tablet gets its job, or none, and which change would flip that. As text on standard error; with "
        + "--explain=json as records among the jobs.", valueName: "text|json"))
  var explain: ExplanationFormat?

  @Flag(name: .customLong("repeat"), help: "Keep planning as if each job had finished, until nothing is left to do.")
  var repeats = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "In place of jobs, print what changes from one properties file to another for each tablet, and the sums; each over the settings of --config.",
      valueName: "A B"))
  var compare: [String] = []

  @Flag(help: "Print a summary record last.")
  var summary = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Seed of the random ids and file names; the same seed gives the same names. Default: random.", valueName: "N")
  )
  var seed: UInt64?

  @OptionGroup(title: "Many machines") var sharing: SharingOptions
  @OptionGroup var version: VersionOption
  @OptionGroup var directories: DirectoryOptions
  @OptionGroup var settings: ConfigurationOptions

  func validate() throws {
    try Arguments.check("--explain", allows: ExplanationFormat.allCases.map(\.rawValue))
    if compare.count == 1 { throw ValidationError("expected two properties files for --compare, found one") }
    if !compare.isEmpty {
      try OptionConflict.refuse(
        [
          ("--repeat", repeats), ("--seed", seed != nil), ("--summary", summary), ("--explain=json", explain == .json),
        ] + sharing.given, beside: "--compare")
    }
    if explain == .json { try OptionConflict.refuse(sharing.given, beside: "--explain=json") }
    if kind != .user { try OptionConflict.refuse([("--hint", !hint.isEmpty)], beside: "--kind \(kind.rawValue)") }
    for hint in hint where hint.firstIndex(of: "=").map({ $0 == hint.startIndex }) ?? true {
      throw ValidationError("expected KEY=VALUE for --hint, found '\(hint)'")
    }
  }

  func run() throws {
    if !compare.isEmpty { return try runComparison() }
    var planners = TablePlanners(
      try settings.configuration(), version: version.accumulo, kind: kind.kind, hints: hints)
    var names = JobNames(RandomSource(seed: seed))
    let access = try directories.access()
    var input = TabletInput(access: access, for: "plan")
    var unplanned: Set<BadTableSettings> = []
    let output = RecordOutput()
    var planned = PlanOutput(output, sharing)
    try output.flushing {
      try input.forEach(in: paths, other: { try pass($0, to: &planned) }) { found in
        if let leftovers = found.leftovers, !leftovers.isEmpty { try planned.add(leftovers) }
        planned.total.tablets += 1
        let planner: TablePlanner
        do {
          planner = try planners.planner(
            forTable: found.tablet.extent.tableId, tableProperties: found.tableProperties,
            metadata: found.tablet.version)
        } catch let error as BadTableSettings where error.tableId != nil {
          if unplanned.insert(error).inserted { Messages.write("actool plan: \(error)") }
          return
        }
        tellStaleJobs(of: found.tablet)
        planned.add(planner.service)
        let resuming = try found.resuming(with: planner) { try planned.add($0) }
        do {
          try plan(resuming, planner, access, &names, to: output, &planned)
        } catch let error as PlanningError {
          throw PlanningError("\(found.place): \(error)")
        }
      }
      try planned.finish()
      if summary { try output.write { planned.total.summary.write(to: &$0) } }
    }
    for note in planned.total.notes { Messages.write("actool plan: \(note)") }
    tellIgnored(by: planners)
    do { try ExitStatus.end(withProblems: input.problems, of: "plan") } catch {
      throw unplanned.isEmpty ? error : ExitStatus.failed
    }
    if !unplanned.isEmpty { throw ExitStatus.failed }
  }

  /// What an earlier plan printed.
  private func pass(_ record: Record, to planned: inout PlanOutput) throws {
    switch record {
    case .job(let job): try planned.add(job)
    case .batch(let batch): for job in batch.jobs { try planned.add(job) }
    case .leftovers(let leftovers): try planned.add(leftovers)
    default: break
    }
  }

  /// Prints the jobs of a tablet, and why it has them.
  private func plan(
    _ found: FoundTablet, _ planner: TablePlanner, _ access: DirectoryAccess, _ names: inout JobNames<RandomSource>,
    to output: RecordOutput, _ planned: inout PlanOutput
  ) throws {
    if let selector = planner.selector {
      let (all, reason) = selector.selects(try SummarizedFiles(access: access).files(of: found.tablet))
      let text = "the selector takes \(all ? "all files" : "none"): \(reason)"
      if explain == .text { tell(text, about: found.tablet) }
      if !all {
        guard explain == .json else { return }
        return try output.write { planner.explain(unplanned: text, of: found.tablet).write(to: &$0) }
      }
    }
    var remark: Decision.Remark?
    var explanations: [Explanation] = []
    let jobs = try planner.jobs(of: found.tablet, repeats: repeats, names: &names) { decision, tablet, pass in
      remark = remark ?? decision.remark
      guard let explain else { return }
      let explanation = planner.explain(decision, of: tablet, pass: pass)
      if explain == .json { return explanations.append(explanation) }
      for line in explanation.lines { tell(line, about: tablet) }
    }
    if let remark { planned.total.add(remark) }
    for explanation in explanations { try output.write { explanation.write(to: &$0) } }
    for job in jobs { try planned.add(job) }
  }

  /// `--explain`
  func tell(_ explanation: String, about tablet: Tablet) {
    Messages.write("\(tablet.extent) \(kind.kind.rawValue): \(explanation)")
  }

  /// Compactions that cannot be committed any more are no reason to stop.
  func tellStaleJobs(of tablet: Tablet) {
    if let stale = tablet.staleJobs { Messages.write("actool plan: \(tablet.extent): \(stale)") }
  }

  /// - Parameter place: where the setting stands, with a colon.
  func tellIgnored(by planners: TablePlanners, in place: String = "") {
    guard let (key, version) = planners.ignored else { return }
    Messages.write("actool plan: \(place)\(key): Accumulo \(version.rawValue) ignores it without a word")
  }

  var hints: [String: String] {
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
