import Glibc
import Reporting

/// What a command says at its end to the person who started it: a few lines on standard error.
///
///     files per tablet   ▁▂▄█▇▅▄▃▃▃▃▃▃  5.1 at the end, most 11.4 after 40 min
///     compactions        ▁▁▂▆█▅▂▁▁▁▁▁▁  at most 1,920 waited for DCQ1
struct Glance {
  private struct Line {
    var name: String
    var series: [Double]
    var text: String
  }

  private var lines: [Line] = []

  /// The widths of sparklines: no wider than this, and narrower where the text needs the room.
  private static let widths = 8...32

  /// Whether somebody looks: messages go to a terminal, and records do not go to another program, whose own lines would
  /// come between these.
  static var isShown: Bool {
    guard Terminal.ofMessages != nil else { return false }
    var status = stat()
    return fstat(1, &status) != 0 || ![S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
  }

  /// Adds a line.
  /// - Parameter series: drawn between the name and the text, each value as high as it is beside the highest.
  mutating func add(_ name: String, _ series: [Double] = [], _ text: String) {
    lines.append(Line(name: name, series: series, text: text))
  }

  /// - Parameter terminal: what can be drawn; a line that is wider is cut.
  func text(on terminal: Terminal) -> String {
    let names = lines.map(\.name.count).max() ?? 0
    let texts = lines.filter { !$0.series.isEmpty }.map(\.text.count).max() ?? 0
    let room = max(Self.widths.lowerBound, min(Self.widths.upperBound, terminal.width - names - texts - 4))
    let width = min(room, lines.map(\.series.count).max() ?? 0)
    return lines.map { line in
      var text = line.name.padded(to: names) + "  "
      if terminal.drawsBlocks, !line.series.isEmpty {
        text += Self.sparkline(SeriesSketch.joined(line.series, atMost: room)).padded(to: width) + "  "
      }
      text += line.text
      // A space that breaks no line is not in every encoding.
      return String(text.map { $0 == "\u{A0}" ? " " : $0 }.prefix(max(1, terminal.width))) + "\n"
    }.joined()
  }

  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// A block of eight heights for each value; the lowest is for nothing, too.
  static func sparkline(_ values: [Double]) -> String {
    guard let highest = values.max(), highest > 0 else { return String(repeating: blocks[0], count: values.count) }
    return String(
      values.map { value in
        blocks[min(blocks.count - 1, Int((max(0, value) / highest * Double(blocks.count - 1)).rounded()))]
      })
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Reporter {
  /// Shows a glance where somebody looks.
  func show(_ glance: () -> Glance) {
    guard !isQuiet, Glance.isShown, let terminal = Terminal.ofMessages else { return }
    endProgress()
    Messages.write(raw: glance().text(on: terminal))
  }
}
