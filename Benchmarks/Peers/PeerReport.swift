import FoundationEssentials

/// One program's merge. All times are in seconds.
struct PeerReport: Codable {
  var program: String
  var codec: String
  var level: Int?
  var threads: Int
  var entries: Int
  var bytesOut: Int
  /// Merging, writing and, except for `sort`, the sync. Nothing reads the output back.
  var wall: Sample
  var cpu: Sample
  /// For actool: without the sync, for comparison with `sort -m`.
  var wallWithoutSync: Sample?
  /// For actool: including reading the output back.
  var total: Sample?
  /// How many times as fast actool is with the same number of threads, or with the most it has; from the best runs.
  var actoolIsFasterBy: Double?
  var machine: Machine
  private var isSynced = true

  private enum CodingKeys: CodingKey {
    case program, codec, level, threads, entries, bytesOut, wall, cpu, wallWithoutSync, total, actoolIsFasterBy, machine
  }
}

extension PeerReport {
  static let actool = "actool"

  init(actool runs: [(report: CaseReport, pass: CaseReport.Pass)], _ machine: Machine) {
    let walls = runs.map { $0.pass.wall.best + ($0.pass.sync?.best ?? 0) }
    self.init(
      Self.actool, like: runs[0].report, threads: runs[0].pass.threads, bytesOut: runs[0].report.bytesOut, walls,
      runs.map(\.pass.cpu.best), machine)
    wallWithoutSync = Sample(runs.map(\.pass.wall.best))
    total = Sample(runs.compactMap(\.pass.total?.best))
  }

  init(rocks runs: [RocksDB.Compaction], threads: Int, like report: CaseReport, _ machine: Machine) {
    self.init(
      "RocksDB \(RocksDB.version)", like: report, threads: threads, bytesOut: runs[0].bytesOut,
      runs.map { $0.microseconds / 1e6 }, runs.map { $0.cpuMicroseconds / 1e6 }, machine)
  }

  init(sort runs: [ChildProcess.Outcome], bytes: Int64, like report: CaseReport, _ machine: Machine) {
    self.init(
      "sort -m", like: report, threads: 1, bytesOut: Int(bytes), runs.map(\.wall), runs.map(\.cpu), machine)
    isSynced = false
  }

  private init(
    _ program: String, like report: CaseReport, threads: Int, bytesOut: Int, _ walls: [Double], _ cpus: [Double],
    _ machine: Machine
  ) {
    self.program = program
    (codec, level) = (report.codec ?? "none", report.level)
    (self.threads, entries, self.bytesOut) = (threads, report.items, bytesOut)
    (wall, cpu) = (Sample(walls), Sample(cpus))
    self.machine = machine
  }

  /// The reports, each with its ratio to actool's own report.
  static func compared(_ reports: [PeerReport]) -> [PeerReport] {
    let own = reports.filter { $0.program == actool }
    return reports.map { report in
      guard report.program != actool, let most = own.last else { return report }
      var report = report
      let fair = own.first { $0.threads == report.threads } ?? most
      report.actoolIsFasterBy =
        report.wall.best / (report.isSynced ? fair.wall : fair.wallWithoutSync ?? fair.wall).best
      return report
    }
  }

  /// One line.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

/// Reports for people to read.
enum PeerTable {
  static func heading(_ machine: Machine, _ options: MeasureOptions) -> String {
    """
    \(machine.heading)
    \(options.entries.value) continuous ingest entries in 4 files merged into one, best of \(options.runs) runs
    \(line(["program", "codec", "threads", "k/s", "median", "wall s", "CPU s", "MB out", "actool is"]))
    """
  }

  static let legend = """
    wall        merged, written and synced (sort: not synced, and compared with actool's time without the sync); not read back
    actool is   this many times as fast, with the same number of threads, or the most it has
    """

  static func row(_ report: PeerReport) -> String {
    let entries = Double(report.entries) / 1e3
    return line([
      report.program, report.codec + (report.level.map { " \($0)" } ?? ""), "\(report.threads)",
      (entries / report.wall.best).text(0), (entries / report.wall.median).text(0), report.wall.best.text(3),
      report.cpu.best.text(3), (Double(report.bytesOut) / 1e6).text(1),
      report.actoolIsFasterBy.map { $0.text(2) + " x" } ?? "-",
    ])
  }

  private static func line(_ cells: [String]) -> String { TextTable.line(cells, [14, 7, 7, 8, 8, 8, 8, 8, 9]) }
}
