import BlockFile

/// What was measured of a case. All times are seconds.
struct CaseReport: Codable {
  /// Once for each number of threads.
  struct Pass: Codable {
    var threads: Int
    /// Of a compaction: merged and written, without the final sync and without reading back. Of others: all.
    var wall: Sample
    /// CPU of all threads in that time.
    var cpu: Sample
    /// The final sync and close.
    var sync: Sample?
    /// Reading the output back and checking it.
    var readBack: Sample?
    var readBackCPU: Sample?
    /// Merge, sync and reading back, one after the other; a job does the last two at the same time.
    var total: Sample?
    /// CPU to the floor: best run to best run, and the median of runs that were made side by side.
    var cpuToFloor: Double?
    var cpuToFloorMedian: Double?

    /// A second, in the best run.
    var itemsPerSecond: Double?
    var megabytesInPerSecond: Double?
    var megabytesOutPerSecond: Double?
  }

  var name: String
  var activity: String
  var codec: String?
  var level: Int?
  /// Entries that were read, or tablets; and what came out of them.
  var items = 0
  var itemsOut = 0
  /// Stored bytes; of a scan, text comes out.
  var bytesIn = 0
  var bytesOut = 0
  var inputFiles = 0
  var runs = 0
  var passes: [Pass] = []
  /// CPU of one thread to merge everything and write nothing; only with codec none.
  var inMemory: Sample?
  /// CPU of the codec alone.
  var floor: Sample?
  /// Wall of one thread to that of most threads, best runs.
  var speedUp: Double?
  /// Of the output's blocks, those that were taken over as they were: 0 to 1.
  var shareReused: Double?
  /// Of the entries that came out, or of the plan: the same for any codec and number of threads.
  var hash = ""
  /// Bytes, of the process that measured this case and nothing else.
  var peakMemory: Int?
  var machine: Machine?

  init(_ benchCase: BenchCase, runs: Int) {
    name = benchCase.name
    activity = benchCase.activity.rawValue
    if let data = benchCase.data { codec = data.codec.rawValue }
    if benchCase.activity == .compaction, benchCase.codec != .none {
      level = benchCase.level ?? benchCase.codec.defaultLevel
    }
    self.runs = runs
  }
}

/// The runs of a case with one number of threads, as they come.
struct Runs {
  var threads: Int
  var wall: [Double] = []
  var cpu: [Double] = []
  var sync: [Double] = []
  var readBack: [Double] = []
  var readBackCPU: [Double] = []
  var total: [Double] = []

  mutating func add(from start: Instant, to end: Instant) {
    wall.append(end.wall - start.wall)
    cpu.append(end.cpu - start.cpu)
  }
}

extension CaseReport {
  /// Fills in what follows from the runs: the first ones are of one thread. `floors` are the runs of the floor, side by side with
  /// them; empty when there is none. Items and bytes must stand in it already.
  mutating func conclude(_ all: [Runs], floors: [Double]) {
    floor = Sample(ifAny: floors).flatMap { $0.best > 0 ? $0 : nil }
    passes = all.map { runs in
      var pass = Pass(
        threads: runs.threads, wall: Sample(runs.wall), cpu: Sample(runs.cpu), sync: Sample(ifAny: runs.sync),
        readBack: Sample(ifAny: runs.readBack), readBackCPU: Sample(ifAny: runs.readBackCPU),
        total: Sample(ifAny: runs.total))
      if let floor {
        pass.cpuToFloor = pass.cpu.best / floor.best
        pass.cpuToFloorMedian = Sample(zip(runs.cpu, floors).map { $0 / $1 }).median
      }
      pass.itemsPerSecond = Double(items) / pass.wall.best
      if bytesIn > 0 { pass.megabytesInPerSecond = Double(bytesIn) / pass.wall.best / 1e6 }
      if bytesOut > 0 { pass.megabytesOutPerSecond = Double(bytesOut) / pass.wall.best / 1e6 }
      return pass
    }
    if let first = passes.first, let last = passes.last, last.threads > first.threads {
      speedUp = first.wall.best / last.wall.best
    }
  }
}
