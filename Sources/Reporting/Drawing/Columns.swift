/// Values that belong to stretches of an axis, as columns side by side: a histogram, or a profile.
struct Columns {
  struct Group: Sendable {
    var label: String
    /// 1 to 6: see `Theme`.
    var colour: Int
    var values: [Double]
  }

  var plot: Plot
  /// One, or two whose columns stand beside each other. All have as many values.
  var groups: [Group]
  /// What a column says when the pointer rests on it.
  var hint: (_ group: Int, _ column: Int) -> String
  /// Units of `Plot.width` between columns.
  var gap = 4.0

  func markup() -> Markup {
    let count = groups.first?.values.count ?? 0
    let step = Plot.width / Double(max(count, 1))
    let gap = min(gap, step / 4)
    let width = (step - gap) / Double(groups.count)
    return plot.markup(class: "plot bare") { markup in
      for (number, group) in groups.enumerated() {
        for (place, value) in group.values.enumerated() where value > 0 {
          let top = plot.down(value)
          // What is there can be seen, however little it is.
          let height = max(plot.height - top, 1)
          markup.element(
            "rect",
            [
              "class": "bar c\(group.colour)",
              "x": NumberText.plain(Double(place) * step + gap / 2 + Double(number) * width),
              "y": NumberText.plain(plot.height - height), "width": NumberText.plain(width),
              "height": NumberText.plain(height),
            ]
          ) { $0.element("title", text: hint(number, place)) }
        }
      }
    }
  }

  /// What the colours stand for; empty when there is one.
  func key() -> Markup { groups.count > 1 ? Key.markup(groups.map { ($0.label, $0.colour) }) : Markup() }
}

/// Names beside samples of their colours.
enum Key {
  static func markup(_ entries: [(name: String, colour: Int)]) -> Markup {
    var markup = Markup()
    markup.element("p", ["class": "key"]) { markup in
      for entry in entries {
        markup.element("span", ["class": "entry"]) { markup in
          markup.element("span", ["class": "swatch c\(entry.colour)", "aria-hidden": "true"], text: "")
          markup.text(entry.name)
        }
      }
    }
    return markup
  }
}
