// A planner turns a tablet into sets of its files. Each version of Accumulo has its own. They share the search for files
// (`FileSelection`), the order of files (`FileOrder`) and the ranks of jobs (`Priority`).

internal import Records

/// Decides which files of a tablet are compacted together. Accumulo: the interface `CompactionPlanner`.
protocol CompactionPlanner: Sendable {
  var settings: PlannerSettings { get set }

  /// - Parameter witness: sees every set of files that is compared with the ratio.
  /// - Throws: `PlanningError` for a service that has no room for a file, and for sizes beyond 64 bits.
  func plan(_ tablet: TabletInventory, before witness: RatioWitness?) throws(PlanningError) -> CompactionPlan
}

/// What a planner came to.
struct CompactionPlan {
  struct Job {
    /// In ascending order of size.
    var files: [PlannedFile]
    var reason: PlanReason
  }

  /// In the planner's order; empty when there is nothing to do.
  var jobs: [Job]
  /// Why there are none; with jobs, the reason of the first.
  var reason: PlanReason
  /// For the priorities: the limit that a tablet was found to exceed, 0 in all other cases.
  var limit = 0

  /// No jobs.
  init(nothing reason: PlanReason) { (jobs, self.reason) = ([], reason) }

  /// One job, or none when there are no files.
  init(_ files: some Collection<PlannedFile>, _ reason: PlanReason, limit: Int = 0) {
    jobs = files.isEmpty ? [] : [Job(files: Array(files), reason: reason)]
    (self.reason, self.limit) = (reason, limit)
  }

  init(_ jobs: [Job], reason: PlanReason) { (self.jobs, self.reason) = (jobs, reason) }
}

/// What the settings say to a planner.
struct PlannerSettings: Sendable {
  var service: CompactionService
  var kind: CompactionKind
  /// How many times the largest file the sum of a set must exceed.
  var ratio: Double
  /// More files than this are too many.
  var fileLimit: Int

  /// For system compactions, the sum of sizes beyond which files are not looked at.
  var cap: Int64 { kind == .system ? service.cap : .max }
}
