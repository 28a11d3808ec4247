/// Reports for people.
enum ReportTable {
  private static let columns: [(title: String, width: Int)] = [
    ("case", 18), ("threads", 7), ("k/s", 8), ("median", 8), ("in memory", 9), ("MB/s in", 8), ("MB/s out", 8),
    ("wall s", 8),
    ("CPU s", 8),
    ("floor s", 8), ("ratio", 6), ("sync s", 7), ("back s", 7), ("total s", 8), ("speed-up", 8), ("reused", 6),
    ("peak MiB", 8), ("hash", 16),
  ]

  static func heading(_ machine: Machine, _ options: MeasureOptions) -> String {
    """
    \(machine.heading)
    \(options.entries.value) entries (balance: tablets, plan: a hundredth), best of \(options.runs) runs
    \(line(columns.map(\.title)))
    """
  }

  static let legend = """
    wall, CPU   a compaction: merged and written, without the final sync and reading back; others: all of it
    in memory   k/s of one thread's CPU when nothing is written
    floor       CPU of one thread to inflate all input blocks and deflate all output blocks with the same library and level, and
                nothing else; verify: to decode, merge and check sums. ratio: CPU of all threads to it
    reused      share of the output's blocks that were copied without being compressed again; the floor does not consider this
    sync, back  the final sync; reading the output back and checking it. total: wall with
                one after the other (a job does both at the same time)
    """

  /// One line for each number of threads.
  static func rows(_ report: CaseReport) -> String {
    report.passes.enumerated().map { number, pass in
      let isFirst = number == 0
      let isLast = number == report.passes.count - 1
      return line([
        isFirst ? report.name : "", "\(pass.threads)", text(pass.itemsPerSecond.map { $0 / 1e3 }, 0),
        text(Double(report.items) / pass.wall.median / 1e3, 0),
        isFirst ? text(report.inMemory.map { Double(report.items) / $0.best / 1e3 }, 0) : "",
        text(pass.megabytesInPerSecond, 0),
        text(pass.megabytesOutPerSecond, 0), text(pass.wall.best, 3), text(pass.cpu.best, 3),
        isFirst ? text(report.floor?.best, 3) : "", text(pass.cpuToFloor, 2), text(pass.sync?.best, 3),
        text(pass.readBack?.best, 3), text(pass.total?.best, 3), number > 0 && isLast ? text(report.speedUp, 2) : "",
        isFirst ? text(report.shareReused, 3) : "",
        isLast ? text(report.peakMemory.map { Double($0) / 1_048_576 }, 1) : "", isFirst ? report.hash : "",
      ])
    }.joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String { TextTable.line(cells, columns.map(\.width)) }

  private static func text(_ number: Double?, _ decimals: Int) -> String { number.map { $0.text(decimals) } ?? "-" }
}

enum TextTable {
  /// Aligns the first cell to the left of its column and all others to the right.
  static func line(_ cells: [String], _ widths: [Int]) -> String {
    zip(cells, widths).enumerated().map { number, cell in
      let (text, width) = cell
      let space = String(repeating: " ", count: max(0, width - text.count))
      return number == 0 ? text + space : space + text
    }.joined(separator: "  ")
  }
}

extension Double {
  /// With a fixed number of decimals.
  func text(_ decimals: Int) -> String {
    guard isFinite, abs(self) < 1e15 else { return "-" }
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let rounded = Int((abs(self) * Double(scale)).rounded())
    let fraction = String(rounded % scale)
    let sign = self < 0 && rounded > 0 ? "-" : ""
    guard decimals > 0 else { return sign + "\(rounded)" }
    return sign + "\(rounded / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
