internal import Records

/// What happened since the start.
struct SimulationTotals {
  /// Of the table as it is now.
  var size: (bytes: Int64, entries: Int64) = (0, 0)
  private(set) var arrivals = 0
  /// Bytes of files that came from outside.
  private(set) var arrived: Int64 = 0
  private(set) var finished = 0
  /// Bytes that finished and lost jobs have read, as they are in the files.
  private(set) var read: Int64 = 0
  private(set) var written: Int64 = 0
  private(set) var lost = 0
  /// Of these, what lost jobs have read.
  private(set) var lostBytes: Int64 = 0
  /// 4.0: jobs for which a queue had no room.
  var rejected = 0
  /// Jobs whose output was known.
  var known = 0
  var splits = 0
  /// When a job last ended.
  private(set) var lastEnd: Int64 = 0
  var userCompactions: [(begun: Int64, ended: Int64?)] = []
  /// The mean of files per tablet over all samples, and the highest.
  private var meanSum = 0.0
  private var samples = 0
  private(set) var highest: (mean: Double, time: Int64) = (0, 0)
  private(set) var lastSample: Int64 = -1

  mutating func arrive(bytes: Int64, entries: Int64) {
    arrivals += 1
    arrived += bytes
    size = (size.bytes + bytes, size.entries + entries)
  }

  /// - Parameters:
  ///   - bytes: of the output.
  ///   - entries: of the output.
  mutating func finish(_ job: SimulatedJob, entriesRead: Int64, bytes: Int64, entries: Int64, at time: Int64) {
    finished += 1
    read = read.addingSaturated(job.bytes)
    written = written.addingSaturated(bytes)
    size = (size.bytes - job.bytes + bytes, size.entries - entriesRead + entries)
    lastEnd = time
  }

  /// - Parameter bytes: that the job has read.
  mutating func lose(_ job: SimulatedJob, bytes: Int64) {
    lost += 1
    lostBytes = lostBytes.addingSaturated(bytes)
    read = read.addingSaturated(bytes)
  }

  mutating func sample(mean: Double, at time: Int64) {
    samples += 1
    meanSum += mean
    lastSample = time
    if mean > highest.mean { highest = (mean, time) }
  }

  /// Files that a read of a tablet opens, on average over time.
  var readAmplification: Double { samples == 0 ? 0 : meanSum / Double(samples) }

  /// Bytes written to disk for each byte that arrived, with its own file; nil when nothing arrived.
  var writeAmplification: Double? {
    arrived == 0 ? nil : (Double(arrived) + Double(written)) / Double(arrived)
  }
}
