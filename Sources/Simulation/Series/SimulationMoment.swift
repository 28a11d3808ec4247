/// A simulated table at one moment, for whoever watches.
package struct SimulationMoment: Sendable {
  /// Since the start, ms.
  package var time: Int64
  /// The mean of files per tablet.
  package var files: Double
  /// Jobs of all executors.
  package var waiting: Int
  package var running: Int
}

/// What a simulation came to, for whoever watched.
package struct SimulationOutcome: Sendable {
  /// The mean of files per tablet at the end, and the highest of the samples with its time in ms.
  package var files: Double
  package var highest: (files: Double, time: Int64)
  /// Tablets with more files than the limit.
  package var over: Int
  /// The executor that once had the most jobs waiting; nil if none ever waited.
  package var longestQueue: (executor: String, jobs: Int, time: Int64)?
  package var jobs: Int
  package var lostJobs: Int
  /// Jobs that still wait or run.
  package var openJobs: Int
  /// Bytes.
  package var arrived: Int64
  package var written: Int64
  /// Times that each byte was written; nil when nothing arrived.
  package var writeAmplification: Double?
}

extension TableSimulation {
  /// How long the table is sent files, ms.
  package var length: Int64 { settings.length }

  package var moment: SimulationMoment {
    SimulationMoment(
      time: now, files: counts.mean, waiting: executors.reduce(0) { $0 + $1.waiting },
      running: executors.reduce(0) { $0 + $1.runningCount })
  }

  package var outcome: SimulationOutcome {
    let busiest = executors.max { $0.longest.jobs < $1.longest.jobs }
    return SimulationOutcome(
      files: counts.mean, highest: (totals.highest.mean, totals.highest.time),
      over: counts.summary(limit: rules.fileLimit).over,
      longestQueue: busiest.flatMap { $0.longest.jobs > 0 ? ($0.name, $0.longest.jobs, $0.longest.time) : nil },
      jobs: totals.finished, lostJobs: totals.lost, openJobs: openJobs, arrived: totals.arrived,
      written: totals.written, writeAmplification: totals.writeAmplification)
  }
}
