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
  private let ratio: Double
  private let fileLimit: Int

  /// - Parameters:
  ///   - hints: execution hints of a user compaction, for the dispatcher.
  /// - Throws: `PlanningError`, `ConfigurationError`.
  package init(_ settings: Settings, kind: CompactionKind, hints: [String: String] = [:]) throws {
    let name = try Dispatcher(settings).service(for: kind, hints: hints)
    service = try CompactionServices(settings).service(name)
    self.kind = kind
    ratio = try settings.fraction("table.compaction.major.ratio")
    var limit = try settings.count("table.file.max")
    if limit <= 0 { limit = try settings.count("tserver.scan.files.open.max") - 1 }
    fileLimit = limit
    properties = settings.tableProperties
    hasProperties = settings.speaksOfTable
  }

  /// The next job of a tablet, or why there is none.
  /// - Throws: `PlanningError` when the tablet names files it does not have or that Accumulo would not accept, or when
  ///   the sum of its sizes does not fit in 64 bits.
  package func decide(_ tablet: Tablet) throws(PlanningError) -> Decision {
    let inventory = try TabletInventory(tablet)
    let planner = CompactionPlanner(service: service, kind: kind, ratio: ratio, fileLimit: fileLimit)
    let plan = try planner.plan(
      candidates: inventory.candidates, running: inventory.running, fileCount: tablet.files.count,
      order: inventory.order)
    let bytes = try PlannedFile.sum(plan.files)
    let reason = plan.reason.text(files: plan.files, bytes: bytes, maxOpen: service.maxOpen)
    guard !plan.files.isEmpty, let executor = service.executor(forSize: bytes) else {
      return Decision(choice: nil, reason: reason)
    }

    let table = tablet.extent.tableId
    if executor.isExternal, table == "+r" || table == "!0" {
      return Decision(
        choice: nil,
        reason:
          "the service \(service.name) would send a tablet of Accumulo's own tables to \(executor.id), which compacts none: "
          + reason)
    }
    let namespace =
      tablet.namespace ?? (table.hasPrefix("+") || table.hasPrefix("!") ? Priority.accumuloNamespace : "+default")
    let files = inventory.files(plan.files)
    let choice = Decision.Choice(
      files: files, executor: executor.id,
      priority: try Priority.of(
        kind: kind, table: table, namespace: namespace, files: tablet.files.count, compacting: files.count,
        limit: plan.limit),
      bytes: bytes, selectedAll: files.count == tablet.files.count,
      nextFiles: kind == .user || kind == .selector ? inventory.candidates(without: plan.files) : [])
    return Decision(choice: choice, reason: reason)
  }
}

/// The result of planning one tablet.
package struct Decision: Hashable, Sendable {
  package struct Choice: Hashable, Sendable {
    /// In the order of the tablet's files, so that equal keys come out in the order in which a scan of the tablet shows
    /// them.
    package var files: [TabletFile]
    package var executor: String
    package var priority: Int
    /// Sum of the sizes.
    package var bytes: Int64
    /// Whether the job takes all files of the tablet.
    package var selectedAll: Bool
    /// For USER and SELECTOR: the other candidates, which later jobs will take.
    package var nextFiles: [String]
  }

  /// Nil: nothing to do.
  package var choice: Choice?
  /// For people, in one line.
  package var reason: String

  /// The reason, and where the job goes.
  var explanation: String {
    choice.map { "\(reason); goes to \($0.executor) with priority \($0.priority)" } ?? "nothing to do: \(reason)"
  }
}
