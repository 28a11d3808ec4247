// The frame of a picture with two axes. It fits any width without a script, and its text keeps its size, because
// nothing that has text is scaled:
//
//     <svg width="100%" height="200">                  pixels down, percent across
//       <line x1="0" x2="100%" y1="50" y2="50"/>       grid; its labels lie outside, in the padding of the div
//       <svg viewBox="0 0 1000 200" preserveAspectRatio="none">
//         <path d="M0,120 500,30"/>                    data: stretched across, with strokes that are not scaled
//       </svg>
//     </svg>

/// Grid, axes and labels around data.
struct Plot: Sendable {
  /// Unique in the page.
  var id: String
  /// What it shows, for people who hear the page: a name, and a sentence.
  var title: String
  var description: String
  var x: Axis
  var y: Axis
  /// Pixels of the data, without the labels.
  var height = 220.0
  /// Across, the data are drawn on this many units.
  static let width = 1000.0

  func across(_ value: Double) -> Double { x.fraction(value) * Self.width }
  func down(_ value: Double) -> Double { (1 - y.fraction(value)) * height }

  /// - Parameters:
  ///   - data: draws in units: `across` and `down`.
  ///   - labels: draws in percent across and pixels down.
  func markup(
    class name: String = "plot", _ data: (inout Markup) -> Void, labels: (inout Markup) -> Void = { _ in }
  ) -> Markup {
    var markup = Markup()
    markup.element("div", ["class": name]) { markup in
      markup.element("svg", Self.attributes(id: id, height: height)) { markup in
        Self.describe(id: id, title, description, in: &markup)
        grid(&markup)
        markup.element("svg", Self.stretched(height: height), data)
        labels(&markup)
      }
    }
    return markup
  }

  private func grid(_ markup: inout Markup) {
    markup.element("g", ["class": "axis", "aria-hidden": "true"]) { markup in
      for tick in y.ticks {
        let place = NumberText.plain(down(tick.value))
        markup.void(
          "line",
          ["class": tick.value == y.range.lowerBound ? "base" : nil, "x2": "100%", "y1": place, "y2": place])
        markup.element("text", ["x": "-8", "y": place, "dy": ".32em", "text-anchor": "end"], text: tick.label)
      }
      Self.ticks(of: x, below: height, in: &markup)
    }
  }

  /// The labels of an axis across, under the data. Every other one is left out where there is little room.
  static func ticks(of axis: Axis, below height: Double, in markup: inout Markup) {
    let (top, text) = (NumberText.plain(height), NumberText.plain(height + 18))
    for (number, tick) in axis.ticks.enumerated() {
      let place = NumberText.plain(axis.fraction(tick.value) * 100) + "%"
      markup.void("line", ["class": "tick", "x1": place, "x2": place, "y1": top, "y2": NumberText.plain(height + 4)])
      markup.element(
        "text",
        ["class": axis.ticks.count > 4 && number % 2 == 1 ? "optional" : nil, "x": place, "y": text], text: tick.label)
    }
  }

  static func attributes(id: String, height: Double) -> Markup.Attributes {
    [
      "class": "frame", "role": "img", "width": "100%", "height": NumberText.plain(height),
      "aria-labelledby": "\(id)-title \(id)-desc",
    ]
  }

  static func stretched(height: Double) -> Markup.Attributes {
    [
      "class": "data", "viewBox": "0 0 \(NumberText.plain(width)) \(NumberText.plain(height))",
      "preserveAspectRatio": "none", "width": "100%", "height": NumberText.plain(height),
    ]
  }

  static func describe(id: String, _ title: String, _ description: String, in markup: inout Markup) {
    markup.element("title", ["id": "\(id)-title"], text: title)
    markup.element("desc", ["id": "\(id)-desc"], text: description)
  }
}

extension NumberText {
  /// For coordinates: at most two decimals, nothing between the digits.
  static func plain(_ number: Double) -> String {
    let hundredths = Int64(clamping: (number * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
