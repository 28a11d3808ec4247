internal import Records
internal import Settings

/// What a simulation is told, beside the planner's settings and the tablets.
package struct SimulationSettings: Sendable {
  package var load: Load
  /// Milliseconds in which the table is sent anything.
  package var length: Int64
  /// The most milliseconds after that for the work that is left.
  package var drain: Int64
  /// Milliseconds between two records of the series.
  package var every: Int64
  /// At least 1.
  package var servers: Int
  /// By the name of the queue or group.
  package var compactors: [String: Compactors]
  package var scaling: Scaling
  /// Milliseconds after which a compactor dies, on average; nil: none does.
  package var compactorLife: Double?
  package var rates: Rates
  /// What is left of the inputs of a compaction, more than 0 and at most 1: deletes, old versions and old entries go.
  package var shrink: Double
  /// When all files of all tablets are to be compacted. Milliseconds.
  package var userCompactions: [Int64]
  /// What jobs are known to have written; without, outputs are as large as their inputs together times `shrink`.
  package var outputs: KnownOutputs
  /// Prints arrivals and jobs.
  package var writesJobs: Bool
  package var seed: UInt64

  package init(
    load: Load, length: Int64, drain: Int64, every: Int64, servers: Int, compactors: [String: Compactors],
    scaling: Scaling, compactorLife: Double?, rates: Rates, shrink: Double, userCompactions: [Int64],
    outputs: KnownOutputs, writesJobs: Bool, seed: UInt64
  ) {
    (self.load, self.length, self.drain, self.every) = (load, length, drain, every)
    (self.servers, self.compactors, self.scaling, self.compactorLife) = (servers, compactors, scaling, compactorLife)
    (self.rates, self.shrink, self.userCompactions, self.outputs) = (rates, shrink, userCompactions, outputs)
    (self.writesJobs, self.seed) = (writesJobs, seed)
  }
}

/// What Accumulo's settings say to everything around the planner.
struct TableRules {
  let version: AccumuloVersion
  /// Bytes; a larger tablet is split.
  let splitThreshold: Int64
  /// More files than this are too many.
  let fileLimit: Int
  /// Milliseconds after which a selection protects its files no longer.
  let selectionExpiration: Int64
  /// Milliseconds between two looks at all tablets.
  let round: Int64
  /// 4.0: what waiting jobs of one group may weigh.
  let queueWeight: Int64
  /// Milliseconds between two searches for dead compactors. Accumulo: `compaction.coordinator.compactor.dead.check.interval`
  /// of 2.1, with another prefix in 4.0.
  let deadCheck: Int64 = 300_000

  /// - Throws: `ConfigurationError`, `SimulationError`.
  init(_ settings: Settings, _ version: AccumuloVersion) throws {
    self.version = version
    splitThreshold = try settings.size("table.split.threshold")
    selectionExpiration = try settings.duration("table.compaction.selection.expiration.ms")
    let limit = try settings.count("table.file.max")
    fileLimit = try limit > 0 ? limit : settings.count("tserver.scan.files.open.max") - 1
    switch version {
    case .v2:
      round = try Self.positive("tserver.compaction.major.delay", of: settings)
      queueWeight = .max
    case .v4:
      let interval = "manager.tablet.watcher.interval"
      round = try settings[interval] == nil ? 60_000 : Self.positive(interval, of: settings)
      let weight = "manager.compaction.major.service.queue.size"
      queueWeight = try settings[weight] == nil ? 1 << 20 : settings.size(weight)
    }
  }

  private static func positive(_ key: String, of settings: Settings) throws -> Int64 {
    let time = try settings.duration(key)
    guard time > 0 else { throw SimulationError("\(key): expected a time of more than 0, found \(time) ms") }
    return min(time, 1 << 52)
  }
}

/// A table that cannot be simulated.
package struct SimulationError: Error, Hashable, CustomStringConvertible {
  /// One line.
  package var description: String

  init(_ description: String) { self.description = description }
}
