import BlockFile

/// What was measured for a case. All times are in seconds.
struct CaseReport: Codable {
  /// The measurements with one number of threads.
  struct Pass: Codable {
    var threads: Int
    /// For a compaction: merging and writing, without the final sync and without reading back. For other cases:
    /// everything.
    var wall: Sample
    /// CPU time of all threads in that time.
    var cpu: Sample
    /// The final sync and close.
    var sync: Sample?
    /// Reading the output back and checking it.
    var readBack: Sample?
    var readBackCPU: Sample?
    /// Merging, sync and reading back, one after another; a job does the last two at the same time.
    var total: Sample?
    /// CPU time as a multiple of the floor: from the best runs, and as the median of adjacent runs.
    var cpuToFloor: Double?
    var cpuToFloorMedian: Double?

    /// Rates per second, in the best run.
    var itemsPerSecond: Double?
    var megabytesInPerSecond: Double?
    var megabytesOutPerSecond: Double?
  }

  var name: String
  var activity: String
  var codec: String?
  var level: Int?
  /// Entries read, or tablets; and how many came out.
  var items = 0
  var itemsOut = 0
  /// Stored bytes, in and out. The output of a scan is text.
  var bytesIn = 0
  var bytesOut = 0
  var inputFiles = 0
  var runs = 0
  var passes: [Pass] = []
  /// CPU time of one thread to merge everything and write nothing; only for codec none.
  var inMemory: Sample?
  /// CPU time of the codec alone.
  var floor: Sample?
  /// Wall time with one thread divided by that with the most threads, from the best runs.
  var speedUp: Double?
  /// The share of the output's blocks that were copied as they were: 0 to 1.
  var shareReused: Double?
  /// A hash of the resulting entries, or of the plan: the same for any codec and number of threads.
  var hash = ""
  /// Peak memory in bytes of the process that measured this case and nothing else.
  var peakMemory: Int?
  var machine: Machine?

  init(_ benchCase: BenchCase, runs: Int) {
    name = benchCase.name
    activity = benchCase.activity.rawValue
    if let data = benchCase.data { codec = data.codec.rawValue }
    if benchCase.activity == .compaction, benchCase.codec != .none {
      level = benchCase.level
    }
    self.runs = runs
  }
}

/// The runs of a case with one number of threads, in order.
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
  /// Fills in everything that follows from the runs, the first of which has one thread. `floors` are the runs of the
  /// floor, made in turn with them; empty when there is no floor. Items and bytes must be set already.
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
