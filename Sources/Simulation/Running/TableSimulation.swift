// A table, its servers and its compactors over days, from one event to the next. Nothing happens between two events, so
// the clock jumps.
//
//     a tablet flushes ──> it is planned ──> a job waits ──> it begins ──> it ends ──> its tablet is planned again
//                             ^                                │
//                             └──────── the next round <───────┘
//
// In 2.1 a tablet is planned when it gets a file and when a job of it ends, and in a round every 30 s: that is when a job
// that has just begun lets another one be planned beside it. In 4.0 the manager plans in rounds alone. Only tablets
// in which something happened are planned again, as the plan of the others would be the one before. The planner is that
// of `plan`.
//
// Accumulo 2.1: `CompactionManager`, `CompactionService`, `CompactableImpl`. 4.0: `TabletGroupWatcher`,
// `CompactionJobGenerator`, `CompactionCoordinator`.

package import Planning
package import Records
package import Settings

package struct TableSimulation {
  let settings: SimulationSettings
  let rules: TableRules
  /// SYSTEM, and USER if there are user compactions.
  let planners: [KindPlanner]

  var now: Int64 = 0
  var events = EventQueue()
  var tablets: [SimulatedTablet] = []
  var jobs = JobTable()
  var executors: [ExecutorState]
  /// Tablets to look at in the next round. One that was planned since then is no longer marked as changed.
  var changed: [Int] = []
  /// Tablets that have grown beyond the threshold of splits.
  var tooLarge: [Int] = []
  var counts = FileCounts()
  var totals = SimulationTotals()
  var random: SeededRandom
  /// The number of the newest file.
  var fileNumber = 0
  /// The next of the replayed arrivals.
  var nextArrival = 0
  /// The tablets by extent, for replayed arrivals.
  var places: [KeyExtent: Int] = [:]
  /// What the table has been sent.
  var ingest: IngestCurve
  /// The jobs of services with a limit of their rate, by server.
  var limited: [[Int]] = []
  /// Records that are to be written.
  var output = JSONLine()
  /// How many jobs wait or run or are lost.
  var openJobs = 0
  /// Tablets whose user compaction is not done.
  var openUserCompactions = 0

  struct KindPlanner {
    let planner: TablePlanner
    /// Its executors among those of the simulation.
    let executors: [Int]
  }

  /// - Parameters:
  ///   - system: the planner of system compactions.
  ///   - user: that of user compactions.
  ///   - table: the settings of the table.
  ///   - start: tablets of one user table, which the planner accepts.
  /// - Throws: `SimulationError`, `ConfigurationError`.
  package init(
    _ settings: SimulationSettings, system: TablePlanner, user: TablePlanner, table: Settings, start: [Tablet]
  ) throws {
    guard !start.isEmpty else { throw SimulationError("no tablets to simulate") }
    (self.settings, ingest) = (settings, settings.load.ingest)
    rules = try TableRules(table, system.service.version)
    random = SeededRandom(seed: settings.seed)
    var states: [ExecutorState] = []
    planners = try (settings.userCompactions.isEmpty ? [system] : [system, user]).map { planner in
      KindPlanner(
        planner: planner,
        executors: try planner.service.executors.map { executor in
          if let place = states.firstIndex(where: { $0.id == executor.id }) { return place }
          states.append(try Self.state(of: executor, settings))
          return states.count - 1
        })
    }
    executors = states
    for name in settings.compactors.keys.sorted()
    where !states.contains(where: { $0.threads == nil && $0.name == name }) {
      throw SimulationError("no compaction of the table would go to the queue \(name)")
    }
    for name in settings.rates.named.keys.sorted() where !states.contains(where: { $0.name == name }) {
      throw SimulationError(
        "no executor is named \(name); there are \(states.map(\.name).joined(separator: ", "))")
    }
    if (system.service.rateLimit ?? 0) > 0 || (user.service.rateLimit ?? 0) > 0 {
      limited = Array(repeating: [], count: settings.servers)
    }
    try begin(with: start)
  }

  private static func state(of executor: Executor, _ settings: SimulationSettings) throws -> ExecutorState {
    let name = ExecutorState.name(of: executor)
    var compactors: Compactors?
    if case .threads = executor.place {
    } else {
      guard let given = settings.compactors[name], given.most > 0 else {
        throw SimulationError("nobody serves the queue \(name): say how many compactors do, --compactors \(name)=N")
      }
      compactors = given
    }
    return ExecutorState(
      executor, compactors: compactors, rate: settings.rates.rate(of: name), servers: settings.servers)
  }

  private mutating func begin(with start: [Tablet]) throws {
    if case .weights(let weights) = settings.load.spread, weights.count != start.count {
      throw SimulationError("expected a weight for each of the \(start.count) tablets, found \(weights.count)")
    }
    let shares = settings.load.spread.shares(of: start.count, using: &random)
    var bytes: Int64 = 0
    for (number, tablet) in start.enumerated() {
      var made = SimulatedTablet(
        extent: tablet.extent, directory: tablet.directory ?? "", server: number % settings.servers,
        share: shares[number], flushed: 0)
      for file in tablet.files {
        let (sum, overflow) = bytes.addingReportingOverflow(file.size)
        guard !overflow, bytes <= Self.largest, (0...Self.largest).contains(file.size),
          (0...Self.largest).contains(file.entries), totals.size.entries <= Self.largest
        else { throw SimulationError("\(tablet.extent): the table has more than \(Self.largest) bytes or entries") }
        bytes = sum
        fileNumber += 1
        made.add(PlannedFile(number: fileNumber, size: file.size, file: file.file), entries: file.entries)
        totals.size.entries += file.entries
        write(
          Arrival(
            time: 0, extent: tablet.extent, file: file.file, size: file.size, entries: file.entries, kind: .start))
      }
      totals.size.bytes = bytes
      counts.add(tabletOf: made.files.count)
      tablets.append(made)
      noteSize(of: number)
      markChanged(number)
      planFirstFlush(of: number)
      if !settings.load.arrivals.isEmpty { places[tablet.extent] = number }
    }
    planStart()
  }

  /// What happens of itself, for the first time.
  private mutating func planStart() {
    for time in settings.userCompactions { events.plan(.userCompaction, at: time) }
    for (place, load) in settings.load.imports.enumerated() { events.plan(.bulkImport, at: load.every, place) }
    if let first = settings.load.arrivals.first { events.plan(.arrivals, at: first.time) }
    for (place, executor) in executors.enumerated() where executor.threads == nil {
      if executor.compactors.isScaled { events.plan(.scaling, at: settings.scaling.poll, place) }
      planDeath(of: place)
    }
    events.plan(.round, at: 0)
    events.plan(.sample, at: 0)
    events.plan(.loadEnds, at: settings.length)
  }

  /// Runs to the end: until nothing is left to do after the load, or for as long as that may take.
  /// - Parameters:
  ///   - watch: is called with every sample of the series.
  ///   - write: is called with the records, whole lines; what it throws ends the simulation.
  /// - Throws: `PlanningError`, `SimulationError`.
  package mutating func run(
    watch: (SimulationMoment) -> Void = { _ in }, _ write: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    writeStart()
    var seen = totals.lastSample
    while try step() {
      if totals.lastSample != seen {
        seen = totals.lastSample
        watch(moment)
      }
      if output.bytes.count >= 1 << 16 { try flush(write) }
    }
    if totals.lastSample != now { sample() }
    writeSummary()
    try flush(write)
  }

  /// Lets the next thing happen.
  /// - Returns: whether there may be more.
  mutating func step() throws -> Bool {
    let (end, overflow) = settings.length.addingReportingOverflow(settings.drain)
    guard let event = events.next(), event.time <= (overflow ? .max : end) else { return false }
    now = event.time
    try happen(event)
    let canEnd = event.kind == .jobEnds || event.kind == .round || event.kind == .loadEnds
    return !(canEnd && now >= settings.length && isQuiet)
  }

  private mutating func flush(_ write: (ArraySlice<UInt8>) throws -> Void) throws {
    try write(output.bytes[...])
    output.removeAll()
  }

  /// Whether nothing will happen any more.
  private var isQuiet: Bool {
    openJobs == 0 && openUserCompactions == 0 && !changed.contains { tablets[$0].isChanged } && tooLarge.isEmpty
      && nextArrival == settings.load.arrivals.count
  }

  private mutating func happen(_ event: Event) throws {
    switch event.kind {
    case .flush: try flush(event.subject)
    case .arrivals: try replay()
    case .bulkImport: try importFiles(event.subject)
    case .jobEnds:
      if jobs.holds(event.number, at: event.subject), jobs[event.subject].end == event.time {
        try finish(event.subject)
      }
    case .lossFound: if jobs.holds(event.number, at: event.subject) { try findLoss(of: event.subject) }
    case .userCompaction: try beginUserCompaction()
    case .selectionExpires: markChanged(event.subject)
    case .round: try round()
    case .scaling: try scale(event.subject)
    case .compactorUp: try addCompactor(to: event.subject)
    case .compactorDies: compactorDies(of: event.subject)
    case .sample:
      sample()
      events.plan(.sample, at: now + settings.every)
    case .loadEnds: break
    }
  }

  /// The servers, or the manager, look at all tablets.
  private mutating func round() throws {
    try split()
    let list = changed
    changed.removeAll(keepingCapacity: true)
    for tablet in list where tablets[tablet].isChanged { try plan(tablet) }
    events.plan(.round, at: now + rules.round)
  }
}
