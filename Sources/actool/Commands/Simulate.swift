import ArgumentParser
import Files
import Planning
import Records
import Settings
import Simulation

/// `actool simulate`
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulates days of ingest and compactions of a table in seconds.",
    discussion: """
      Every decision is that of plan: the same planner, settings, candidates, priorities and queues, for tablets that get \
      files all the time, on servers and compactors that take their time. Nothing is read but the tablets, and nothing \
      is written but records: how many files the tablets have, what waits and what runs, and in the end how often every \
      byte was written.

        actool simulate --tablets 1000 --files 5 --file-size 50M --ingest 200M --servers 10 \\
          -p table.compaction.major.ratio=2 > series.json
        actool tablets --metadata metadata.txt --table 2 |
          actool simulate --config accumulo.properties --ingest 4000000e --servers 22 --compactors DCQ1=10-660 --for 24h
        actool simulate --replay arrivals.json --jobs --rate 50M

      Times have one of the units ms, s, m, h and d; sizes B, K, M and G, which are powers of 1024. Times in records are \
      milliseconds since the start. What the simulation assumes is in docs/simulate.md.
      """)

  @Argument(
    help:
      "The tablets at the start: tablet or table directories, exported tables, or files of tablet records. Default: - (standard input), without --tablets and --replay."
  )
  var paths: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("In place of paths: a table of so many tablets of the same size.", valueName: "N"))
  var tablets: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --tablets: files of each tablet at the start. Default: 0.", valueName: "K"))
  var files: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --files: the size of each.", valueName: "SIZE"))
  var fileSize: String?

  @Option(
    name: .customLong("table"),
    help: ArgumentHelp(
      "The table to simulate, if the paths have several. With --tablets, its id; default: 1.", valueName: "ID"))
  var table: String?

  @Option(
    name: .customLong("for"), parsing: .unconditional,
    help: ArgumentHelp(
      "How long the table is sent files. Default: 24h, or with --replay alone until its last file.", valueName: "TIME"))
  var length: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most time after that, for the compactions that are left. Default: as long again.", valueName: "TIME"))
  var drain: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Time between two records of the series. Default: 60s.", valueName: "TIME"))
  var every: String = "60s"

  @Flag(help: "Print a record for every file that arrives and every job that ends.")
  var jobs = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Job and result records of executed compactions: a simulated job of the same files writes what that one wrote. "
        + "Repeatable.",
      valueName: "FILE"))
  var outputs: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Seed of the random numbers; the same seed gives the same bytes. Default: random.", valueName: "N"))
  var seed: UInt64?

  @OptionGroup(title: "Load") var load: SimulatedLoadOptions
  @OptionGroup(title: "Servers and compactors") var resources: SimulatedResourceOptions
  @OptionGroup var version: VersionOption
  @OptionGroup var directories: DirectoryOptions
  @OptionGroup var settings: ConfigurationOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    if let tablets {
      try OptionConflict.refuse([("paths", !paths.isEmpty)] + directories.given, beside: "--tablets")
      guard (1...10_000_000).contains(tablets) else {
        throw ValidationError("--tablets: expected 1 to 10000000, found \(tablets)")
      }
    } else {
      try OptionConflict.require("--tablets", for: [("--files", files != nil), ("--file-size", fileSize != nil)])
    }
    if (files ?? 0) == 0 { try OptionConflict.require("--files", for: [("--file-size", fileSize != nil)]) }
    if let files {
      guard (0...10_000).contains(files) else { throw ValidationError("--files: expected 0 to 10000, found \(files)") }
      guard files == 0 || fileSize != nil else { throw ValidationError("--files goes with --file-size") }
    }
    if let table, table.hasPrefix("+") || table.hasPrefix("!") { throw Self.ofAccumulo(table) }
    _ = try (fileSize.map { try SizeArgument.bytes($0, for: "--file-size") }, times(lastArrival: 0))
  }

  func run() throws {
    let arrivals = try replayed()
    let start = try SimulatedTablets(self).tablets(beside: arrivals)
    let configuration = try settings.configuration()
    func planner(_ kind: CompactionKind) throws -> TablePlanner {
      var planners = TablePlanners(configuration, version: version.accumulo, kind: kind)
      return try planners.planner(
        forTable: start.tableId, tableProperties: start.properties, metadata: start.tablets.first?.version)
    }
    let system = try planner(.system)
    for tablet in start.tablets { _ = try system.decide(tablet) }
    let table = configuration.settings(forTable: start.tableId, tableProperties: start.properties)
    var simulation: TableSimulation
    do {
      simulation = try TableSimulation(
        try simulationSettings(arrivals, codec: table["table.file.compress.type"] ?? "gz"), system: system,
        user: try planner(.user), table: table, start: start.tablets)
    } catch let error as SimulationError { throw ValidationError("\(error)") }
    try run(&simulation)
    try ExitStatus.end(withProblems: start.problems, of: "simulate")
  }

  private func run(_ simulation: inout TableSimulation) throws {
    let reporter = reporting.reporter(of: "simulate")
    var glance = SimulationGlance(length: simulation.length)
    // On a terminal the series itself shows how far it is.
    let reportsProgress = reporting.progress != nil || !StandardOutput.isTerminal
    let output = RecordOutput()
    let start = SystemClock.steady()
    try output.flushing {
      try simulation.run { moment in
        glance.add(moment)
        guard reportsProgress else { return }
        reporter.progress(glance.progress(of: moment, after: SystemClock.steady() - start))
      } _: {
        try output.write(line: $0)
      }
    }
    reporter.endProgress()
    reporter.show { glance.lines(simulation.outcome) }
  }

  private func simulationSettings(_ arrivals: [Arrival], codec: String) throws -> SimulationSettings {
    let times = try times(lastArrival: arrivals.last?.time ?? 0)
    return SimulationSettings(
      load: try load.load(arrivals: arrivals), length: times.length, drain: times.drain, every: times.every,
      servers: resources.servers, compactors: try resources.compactorsByQueue(), scaling: try resources.scaling(),
      compactorLife: try resources.life(), rates: try resources.ratesByExecutor(codec: codec), shrink: load.shrink,
      userCompactions: try load.compactions(), outputs: try knownOutputs(), writesJobs: jobs,
      seed: seed ?? UInt64.random(in: 0..<1 << 53))
  }

  /// Milliseconds.
  private func times(lastArrival: Int64) throws -> (length: Int64, drain: Int64, every: Int64) {
    let isReplayAlone = load.replay != nil && !load.isSent
    let length = try TimeArgument.milliseconds(
      length ?? (isReplayAlone ? "\(lastArrival)ms" : "24h"), for: "--for", atLeast: length == nil ? 0 : 1)
    let drain = try drain.map { try TimeArgument.milliseconds($0, for: "--drain", atLeast: 0) }
    return (length, drain ?? max(length, 86_400_000), try TimeArgument.milliseconds(every, for: "--every"))
  }

  /// In the order of time; files of one time stay in the order of their records.
  private func replayed() throws -> [Arrival] {
    guard let path = load.replay else { return [] }
    if path == "-", paths.contains("-") { throw ValidationError("--replay and the tablets cannot both be read from -") }
    var found: [(place: Int, arrival: Arrival)] = []
    try RecordInput.forEach(in: path) { record, _ in
      if case .arrival(let arrival) = record, arrival.kind != .split { found.append((found.count, arrival)) }
    }
    guard !found.isEmpty else { throw SimulationInputError("\(path): no arrival records") }
    return found.sorted { ($0.arrival.time, $0.place) < ($1.arrival.time, $1.place) }.map(\.arrival)
  }

  private func knownOutputs() throws -> KnownOutputs {
    var known = KnownOutputs()
    var results: [CompactionResult] = []
    for path in outputs {
      try RecordInput.forEach(in: path) { record, _ in
        switch record {
        case .job(let job): known.add(job)
        case .batch(let batch): for job in batch.jobs { known.add(job) }
        case .result(let result): results.append(result)
        default: break
        }
      }
    }
    for result in results { known.add(result) }
    if known.orphans > 0 {
      Messages.write("actool simulate: \(known.orphans) results without the record of their job: ignored")
    }
    return known
  }

  static func ofAccumulo(_ table: String) -> ValidationError {
    ValidationError("\(table) is a table of Accumulo's own: only others can be simulated")
  }
}

/// Input that leaves nothing to simulate.
struct SimulationInputError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
