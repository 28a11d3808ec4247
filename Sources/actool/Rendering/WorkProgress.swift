import Files
import Reporting

/// How far a long piece of work is.
struct WorkProgress {
  /// What is counted: the name of the field.
  var unit: String
  /// What follows amounts; nil: the unit.
  var noun: String? = nil
  var done: Int64
  /// 0 while it is not known.
  var total: Int64
  var elapsed: Duration
  /// Other counts, for records.
  var before: [(name: String, value: Int64)] = []
  /// The end of the line.
  var remark: String? = nil
  /// An amount for people.
  var text: (Double) -> String = { NumberText.count($0) }

  /// A second.
  var rate: Double { Double(done) / max(elapsed / .seconds(1), 0.001) }

  /// At this rate.
  var secondsLeft: Double { rate > 0 ? min(Double(max(0, total - done)) / rate, 1e9) : 0 }

  /// The fields of a progress record.
  var counts: [(name: String, value: Int64)] {
    before + [
      (name: unit, value: done), (name: "of", value: total), (name: unit + "/s", value: Int64(min(rate, 1e18))),
      (name: "seconds left", value: Int64(secondsLeft)),
    ]
  }

  /// `█████▌     48 %  4.8 million of 10 million entries  1.1 million/s  5 s left`
  func line(on terminal: Terminal) -> String {
    let end = remark.map { "  " + $0 } ?? ""
    guard total > 0 else { return fitted("\(text(Double(done))) \(noun ?? unit)" + end, terminal) }
    let part = min(1, Double(done) / Double(total))
    let left = done > 0 && done < total ? "  \(NumberText.duration(secondsLeft * 1000)) left" : ""
    return fitted(
      (terminal.drawsBlocks ? Self.bar(part) + "  " : "") + "\(Int(part * 100)) %  \(text(Double(done))) of "
        + "\(text(Double(total))) \(noun ?? unit)  \(text(rate))/s" + left + end, terminal)
  }

  private func fitted(_ line: String, _ terminal: Terminal) -> String {
    String(line.map { $0 == "\u{A0}" ? " " : $0 }.prefix(max(1, terminal.width - 1)))
  }

  private static let eighths = Array(" ▏▎▍▌▋▊▉")

  /// Ten columns, in steps of an eighth.
  static func bar(_ part: Double) -> String {
    let steps = Int(part * 80)
    let full = String(repeating: "█", count: steps / 8)
    return full + (steps < 80 ? String(eighths[steps % 8]) + String(repeating: " ", count: 9 - steps / 8) : "")
  }
}
