package import Records
package import Settings

/// The planners of all tables. Each is created for the first tablet of its table.
package struct TablePlanners {
  private let configuration: Configuration
  private let kind: CompactionKind
  private let hints: [String: String]
  private var made: [Table: TablePlanner] = [:]

  private struct Table: Hashable {
    var id: String
    /// The path of its `table.properties`: tables with the same id from different places have different settings.
    var properties: String?
  }

  /// - Parameter hints: execution hints of a user compaction, for the dispatcher.
  package init(_ configuration: Configuration, kind: CompactionKind, hints: [String: String] = [:]) {
    (self.configuration, self.kind, self.hints) = (configuration, kind, hints)
  }

  /// The planner for the tablets of a table.
  /// - Parameter properties: the `table.properties` beside them.
  /// - Throws: `PlanningError`, `ConfigurationError`.
  package mutating func planner(
    forTable id: String, tableProperties properties: ConfigurationSource?
  ) throws -> TablePlanner {
    let table = Table(id: id, properties: properties?.name)
    if let planner = made[table] { return planner }
    let settings = configuration.settings(forTable: id, tableProperties: properties)
    let planner = try TablePlanner(settings, kind: kind, hints: hints)
    made[table] = planner
    return planner
  }
}

/// The totals of a whole plan.
package struct PlanTotal: Sendable {
  package var tablets: Int64 = 0
  private var jobs: Int64 = 0
  /// The number of inputs of all jobs.
  private var files: Int64 = 0
  /// Saturates at the largest number.
  private var bytes: Int64 = 0

  package init() {}

  package mutating func add(_ job: CompactionJob) {
    jobs += 1
    files += Int64(job.inputs.count)
    let (sum, overflow) = bytes.addingReportingOverflow(job.bytes)
    bytes = overflow ? .max : sum
  }

  package var summary: Summary {
    Summary(command: "plan", counts: [("tablets", tablets), ("jobs", jobs), ("files", files), ("bytes", bytes)])
  }
}
