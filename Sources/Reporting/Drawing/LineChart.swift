/// Values over time, as lines that carry their names at their ends.
struct LineChart: Sendable {
  struct Line: Sendable {
    enum Style: String, Sendable {
      case strong, thin, dashed, dotted
    }

    var label: String
    /// 1 to 6: see `Theme`.
    var colour: Int
    var style = Style.strong
    /// In the order of time.
    var points: [(time: Double, value: Double)]
  }

  /// An area between two lines, in the colour of a line.
  struct Band: Sendable {
    var colour: Int
    var points: [(time: Double, low: Double, high: Double)]
  }

  var plot: Plot
  var lines: [Line]
  var band: Band?

  func markup() -> Markup {
    plot.markup { markup in
      if let band { draw(band, in: &markup) }
      for line in lines {
        markup.void("path", ["class": "line \(line.style.rawValue) c\(line.colour)", "d": path(line.points)])
      }
    } labels: { markup in
      for label in endLabels() {
        markup.element(
          "text",
          ["class": "label c\(label.colour)", "x": "100%", "dx": "8", "y": NumberText.plain(label.y), "dy": ".32em"],
          text: label.text)
      }
    }
  }

  private func path(_ points: [(time: Double, value: Double)]) -> String {
    guard let first = points.first else { return "" }
    // A single value is a short dash, not an invisible point.
    let all =
      points.count == 1 ? [first, (first.time + (plot.x.range.upperBound - first.time) / 50, first.value)] : points
    return "M" + all.map { Self.point(plot.across($0.time), plot.down($0.value)) }.joined(separator: " ")
  }

  private func draw(_ band: Band, in markup: inout Markup) {
    let outline =
      band.points.map { Self.point(plot.across($0.time), plot.down($0.high)) }
      + band.points.reversed().map { Self.point(plot.across($0.time), plot.down($0.low)) }
    guard outline.count > 2 else { return }
    markup.void("path", ["class": "band c\(band.colour)", "d": "M" + outline.joined(separator: " ") + "Z"])
  }

  private static func point(_ x: Double, _ y: Double) -> String { NumberText.plain(x) + "," + NumberText.plain(y) }

  /// The labels at the heights of the last values, pushed apart so that none covers another.
  private func endLabels() -> [(text: String, colour: Int, y: Double)] {
    let distance = 15.0
    var labels = lines.compactMap { line -> (text: String, colour: Int, y: Double)? in
      guard let last = line.points.last, !line.label.isEmpty else { return nil }
      return (line.label, line.colour, plot.down(last.value))
    }.sorted { $0.y < $1.y }
    for i in labels.indices.dropFirst() { labels[i].y = max(labels[i].y, labels[i - 1].y + distance) }
    var lowest = plot.height
    for i in labels.indices.reversed() {
      labels[i].y = min(labels[i].y, lowest)
      lowest = labels[i].y - distance
    }
    return labels
  }
}
