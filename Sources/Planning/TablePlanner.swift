package import Records
package import Settings

/// Plans the tablets of one table for one kind of compaction, by the table's settings.
package struct TablePlanner: Sendable {
  package let service: CompactionService
  package let kind: CompactionKind
  /// `table.*` settings that are not Accumulo's defaults: the `properties` of every job.
  package let properties: [String: String]
  /// Whether any settings of the table were given.
  package let hasProperties: Bool
  /// What decides whether compactions of the kind SELECTOR run at all; nil: they do.
  package let selector: TooManyDeletesSelector?
  private(set) var planner: any CompactionPlanner
  /// 4.0
  private let generator: JobGenerator?

  /// - Parameters:
  ///   - version: whose planner and settings.
  ///   - hints: execution hints of a user compaction, for the dispatcher.
  /// - Throws: `PlanningError`, `ConfigurationError`.
  package init(
    _ settings: Settings, version: AccumuloVersion = .v2, kind: CompactionKind, hints: [String: String] = [:]
  ) throws {
    let name = try Dispatcher(settings, version).service(for: kind, hints: hints)
    service = try CompactionServices(settings, version).service(name)
    self.kind = kind
    selector = version == .v2 && kind == .selector ? try TooManyDeletesSelector(settings) : nil
    var limit = try settings.count("table.file.max")
    if limit <= 0 { limit = try settings.count("tserver.scan.files.open.max") - 1 }
    let ratio = "table.compaction.major.ratio"
    switch version {
    case .v2:
      generator = nil
      planner = DefaultCompactionPlanner(
        settings: PlannerSettings(
          service: service, kind: kind, ratio: try settings.fraction(ratio), fileLimit: limit))
    case .v4:
      try Self.check(kind)
      generator = try JobGenerator(settings, kind)
      planner = RatioBasedCompactionPlanner(
        settings: PlannerSettings(
          service: service, kind: kind, ratio: try settings.plainFraction(ratio), fileLimit: limit))
    }
    properties = settings.tableProperties
    hasProperties = settings.speaksOfTable
  }

  /// 4.0
  static func check(_ kind: CompactionKind) throws(PlanningError) {
    guard kind == .system || kind == .user else {
      throw PlanningError("Accumulo 4.0 has compactions of the kinds SYSTEM and USER only, found \(kind.rawValue)")
    }
  }

  /// The next jobs of a tablet (in 2.1 at most one), or why there are none.
  /// - Throws: `PlanningError` when the tablet names files it does not have or that Accumulo would not accept, or when
  ///   the sum of its sizes does not fit in 64 bits.
  package func decide(_ tablet: Tablet) throws(PlanningError) -> Decision { try decide(tablet, before: nil) }

  /// The same before a witness, who sees what is compared with the ratio.
  func decide(_ tablet: Tablet, before witness: RatioWitness?) throws(PlanningError) -> Decision {
    if let (remark, reason) = generator?.obstacle(on: tablet) {
      return Decision(choices: [], reason: reason, remark: remark)
    }
    let tablet = try tablet.namingParts().withoutStaleJobs()
    if generator != nil, let reason = tablet.staleSelection {
      return Decision(choices: [], reason: reason, remark: .held)
    }
    let inventory = try inventory(ofNamed: tablet)
    let plan = try planner.plan(inventory, before: witness)
    let remark = generator?.remark(on: tablet)
    if plan.jobs.isEmpty {
      let reason = plan.reason.text(files: [], bytes: 0, maxOpen: service.maxOpen)
      return Decision(choices: [], reason: reason, remark: remark)
    }

    var choices: [Decision.Choice] = []
    choices.reserveCapacity(plan.jobs.count)
    for job in plan.jobs {
      let bytes = try PlannedFile.sum(job.files)
      let reason = job.reason.text(files: job.files, bytes: bytes, maxOpen: service.maxOpen)
      guard let executor = service.executor(forSize: bytes) else { return Decision(choices: [], reason: reason) }
      let table = tablet.extent.tableId
      if executor.isExternal, table == "+r" || table == "!0" {
        return Decision(
          choices: [],
          reason:
            "the service \(service.name) would send a tablet of Accumulo's own tables to \(executor.id), which compacts none: "
            + reason)
      }
      choices.append(
        try choice(job, of: tablet, inventory, executor, limit: plan.limit, bytes: bytes, reason: reason))
    }
    return Decision(choices: choices, reason: choices[0].reason, remark: remark)
  }

  /// The files of a tablet, and those that may be compacted.
  func inventory(of tablet: Tablet) throws(PlanningError) -> TabletInventory {
    try inventory(ofNamed: try tablet.namingParts().withoutStaleJobs())
  }

  private func inventory(ofNamed tablet: Tablet) throws(PlanningError) -> TabletInventory {
    let (chosen, list) = generator?.chosen(from: tablet) ?? (tablet.candidates, "candidates")
    return try TabletInventory(tablet, chosen: chosen, list: list)
  }

  /// What the settings say.
  var planning: PlannerSettings { planner.settings }

  /// The same planner with other settings.
  func with(ratio: Double? = nil, fileLimit: Int? = nil) -> TablePlanner {
    var other = self
    if let ratio { other.planner.settings.ratio = ratio }
    if let fileLimit { other.planner.settings.fileLimit = fileLimit }
    return other
  }

  private func choice(
    _ job: CompactionPlan.Job, of tablet: Tablet, _ inventory: TabletInventory, _ executor: Executor, limit: Int,
    bytes: Int64, reason: String
  ) throws(PlanningError) -> Decision.Choice {
    let table = tablet.extent.tableId
    let namespace =
      tablet.namespace ?? (table.hasPrefix("+") || table.hasPrefix("!") ? Priority.accumuloNamespace : "+default")
    let files = inventory.files(job.files)
    let hasNext = generator == nil && (kind == .user || kind == .selector)
    return Decision.Choice(
      files: files, executor: executor.id,
      priority: try Priority.of(
        kind: kind, table: table, namespace: namespace, files: tablet.files.count, compacting: files.count,
        limit: limit),
      bytes: bytes,
      selectedAll: generator?.takesAll(files.count, of: tablet) ?? (files.count == tablet.files.count),
      nextFiles: hasNext ? inventory.candidates(without: job.files) : [], reason: reason)
  }
}
