package import Records
package import Settings

/// The planners of all tables. Each is created for the first tablet of its table.
package struct TablePlanners {
  private let configuration: Configuration
  private let version: AccumuloVersion?
  private let kind: CompactionKind
  private let hints: [String: String]
  private var made: [Table: Result<TablePlanner, BadTableSettings>] = [:]
  /// A setting of the other version, which the one that plans would ignore without a word; nil: none was found.
  package private(set) var ignored: (key: String, by: AccumuloVersion)?

  private struct Table: Hashable {
    var id: String
    /// The path of its `table.properties`: tables with the same id from different places have different settings.
    var properties: String?
    var metadata: AccumuloVersion?
  }

  /// - Parameters:
  ///   - version: whose planner; nil: that of which the settings speak, else that of the tablets, else 2.1.
  ///   - hints: execution hints of a user compaction, for the dispatcher.
  package init(
    _ configuration: Configuration, version: AccumuloVersion? = nil, kind: CompactionKind, hints: [String: String] = [:]
  ) {
    (self.configuration, self.version, self.kind, self.hints) = (configuration, version, kind, hints)
  }

  /// The planner for the tablets of a table.
  /// - Parameters:
  ///   - properties: the `table.properties` beside them.
  ///   - metadata: whose metadata they come from.
  /// - Throws: `BadTableSettings` for settings with which no tablet of the table can be planned, or of any table, as the
  ///   manager of 4.0 would not plan with them; `PlanningError` when it is not clear which version is to plan.
  package mutating func planner(
    forTable id: String, tableProperties properties: ConfigurationSource?, metadata: AccumuloVersion? = nil
  ) throws -> TablePlanner {
    let table = Table(id: id, properties: properties?.name, metadata: metadata)
    if let planner = made[table] { return try planner.get() }
    let settings = configuration.settings(forTable: id, tableProperties: properties)
    let version = try version ?? AccumuloVersion(settings) ?? metadata ?? .v2
    if let key = version.ignored(in: settings) { ignored = (key, version) }
    if version == .v4 {
      try TablePlanner.check(kind)
      do throws(PlanningError) { try ConfigurationCheck(settings, version).refuseWhatStopsAll() } catch {
        throw BadTableSettings(reason: error.description)
      }
    }
    let planner = Result { try TablePlanner(settings, version: version, kind: kind, hints: hints) }
      .mapError { BadTableSettings(tableId: id, reason: "\($0)") }
    made[table] = planner
    return try planner.get()
  }
}

/// Settings with which none of a table's tablets can be planned.
package struct BadTableSettings: Error, Hashable, CustomStringConvertible {
  /// Nil: no tablet of any table can be planned.
  package var tableId: String?
  package var reason: String

  /// What it leaves of a tablet's plan.
  package var decision: Decision { .nothing(because: reason) }

  package var description: String { tableId.map { "table \($0): \(reason)" } ?? reason }
}

/// The totals of a whole plan.
package struct PlanTotal: Sendable {
  package var tablets: Int64 = 0
  private var jobs: Int64 = 0
  /// The number of inputs of all jobs.
  private var files: Int64 = 0
  /// Saturates at the largest number.
  private var bytes: Int64 = 0
  private var remarks: [Decision.Remark: Int] = [:]

  package init() {}

  package mutating func add(_ job: CompactionJob) {
    jobs += 1
    files += Int64(job.inputs.count)
    bytes = bytes.addingSaturated(job.bytes)
  }

  /// What decided about a tablet, beside its files.
  package mutating func add(_ remark: Decision.Remark) { remarks[remark, default: 0] += 1 }

  package var summary: Summary {
    Summary(command: "plan", counts: [("tablets", tablets), ("jobs", jobs), ("files", files), ("bytes", bytes)])
  }

  /// For people, one line for each kind of remark.
  package var notes: [String] {
    Decision.Remark.allCases.compactMap { remark in
      remarks[remark].map { "\($0) tablet\($0 == 1 ? "" : "s"): \(remark.meaning)" }
    }
  }
}

extension Decision.Remark {
  /// For people.
  var meaning: String {
    switch self {
    case .held: "nothing may be compacted now; --explain says why"
    case .mustSplit: "more bytes than table.split.threshold, so that a split comes first"
    case .drains: "a user compaction waits for the jobs that run, and no system compaction begins"
    case .unknownAge:
      "a selection of unknown age, taken for a young one: system compactions leave its files alone"
    }
  }
}
