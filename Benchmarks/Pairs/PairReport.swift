import FoundationEssentials

/// One case run by two programs. All times are in seconds.
struct PairReport: Codable {
  /// The least, the median and the greatest of the rounds.
  struct Spread: Codable {
    var min: Double
    var median: Double
    var max: Double

    /// There must be at least one value.
    init(_ values: [Double]) {
      let sorted = values.sorted()
      (min, max, median) = (sorted[0], sorted[sorted.count - 1], Sample(values).median)
    }
  }

  var name: String
  var threads: Int
  var machine: Machine
  /// Whether both wrote the same file; nil when the command writes none.
  var sameBytes: Bool?
  /// The wall time of each run, in order.
  private(set) var baseRuns: [Double] = []
  private(set) var oursRuns: [Double] = []
  /// Ours divided by the mean of the base's runs around it, in wall and CPU time; and the base's second run divided by
  /// its first.
  private var wallRatios: [Double] = []
  private var cpuRatios: [Double] = []
  private var baseRatios: [Double] = []
  private(set) var peakMemory = 0
  private(set) var basePeakMemory = 0

  init(name: String, threads: Int, machine: Machine) {
    (self.name, self.threads, self.machine) = (name, threads, machine)
  }

  mutating func add(
    before: ChildProcess.Outcome, ours: ChildProcess.Outcome, after: ChildProcess.Outcome
  ) {
    baseRuns += [before.wall, after.wall]
    oursRuns.append(ours.wall)
    wallRatios.append(2 * ours.wall / (before.wall + after.wall))
    cpuRatios.append(2 * ours.cpu / (before.cpu + after.cpu))
    baseRatios.append(after.wall / before.wall)
    peakMemory = max(peakMemory, ours.peakMemory)
    basePeakMemory = max(basePeakMemory, before.peakMemory, after.peakMemory)
  }

  var wallRatio: Spread { Spread(wallRatios) }
  var cpuRatio: Spread { Spread(cpuRatios) }
  var baseRatio: Spread { Spread(baseRatios) }

  /// How far the base's two runs are apart, as the median of all rounds: 0.02 is two per cent.
  var noise: Double { Sample(baseRatios.map { abs($0 - 1) }).median }

  /// What the rounds show: no difference if ours is no farther from the base than the base is from itself.
  var verdict: String {
    if wallRatio.median > 1 + noise { return "slower" }
    return wallRatio.median < 1 - noise ? "faster" : "same"
  }

  /// One line of JSON. Names are sorted, so that the same report gives the same text.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// Reports as rows for people to read.
enum PairTable {
  private static let columns: [(title: String, width: Int)] = [
    ("case", 20), ("thr", 3), ("base s", 8), ("ours s", 8), ("wall", 6), ("min", 6), ("max", 6), ("cpu", 6),
    ("noise", 6), ("verdict", 7), ("bytes", 6), ("MiB", 6), ("base", 6),
  ]

  static func heading(_ machine: Machine, _ options: MeasureOptions) -> String {
    machine.heading + "; \(options.entries.value) entries, \(options.runs) rounds\n"
      + TextTable.line(columns.map(\.title), columns.map(\.width))
  }

  static func row(_ report: PairReport) -> String {
    let (wall, cpu) = (report.wallRatio, report.cpuRatio)
    return TextTable.line(
      [
        report.name, "\(report.threads)", Sample(report.baseRuns).median.text(3),
        Sample(report.oursRuns).median.text(3),
        wall.median.text(3), wall.min.text(3), wall.max.text(3), cpu.median.text(3), report.noise.text(3),
        report.verdict, report.sameBytes.map { $0 ? "same" : "differ" } ?? "-",
        (Double(report.peakMemory) / 1_048_576).text(1), (Double(report.basePeakMemory) / 1_048_576).text(1),
      ], columns.map(\.width))
  }

  static let legend = """

    base s, ours s: median wall of the whole command. wall: ours divided by the base's runs around it, median of the rounds, with
    min and max; cpu: the same in CPU time; noise: how far two runs of the base differ, median. bytes: whether both wrote the same.
    """
}
