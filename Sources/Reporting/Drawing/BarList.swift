/// Named values as horizontal bars, each with its value beside it; one bar a name, or two. Names stand above their bars,
/// or, where they are short and many, to the left.
struct BarList: Sendable {
  struct Bar: Sendable {
    var value: Double
    /// With its unit.
    var text: String
    /// 1 to 6: see `Theme`.
    var colour: Int
  }

  struct Item: Sendable {
    var name: String
    var bars: [Bar]
  }

  var id: String
  var title: String
  var description: String
  var items: [Item]
  /// Names to the left, cut to `shortName` characters.
  var hasShortNames = false

  private static let shortName = 18

  func markup() -> Markup {
    let most = items.flatMap(\.bars).map(\.value).max() ?? 0
    let heights = items.map { (hasShortNames ? 8.0 : 30) + 16 * Double($0.bars.count) }
    var markup = Markup()
    markup.element("div", ["class": hasShortNames ? "plot rows" : "plot bars"]) { markup in
      markup.element("svg", Plot.attributes(id: id, height: heights.reduce(0, +))) { markup in
        Plot.describe(id: id, title, description, in: &markup)
        var top = 0.0
        for (item, height) in zip(items, heights) {
          name(item.name, top, &markup)
          for (number, bar) in item.bars.enumerated() {
            draw(
              bar, top: top + (hasShortNames ? 0 : 18) + 16 * Double(number), share: most > 0 ? bar.value / most : 0,
              in: &markup)
          }
          top += height
        }
      }
    }
    return markup
  }

  /// In percent: it leaves room for its value on a narrow screen.
  private var longestBar: Double {
    switch items.flatMap(\.bars).map(\.text.count).max() ?? 0 {
    case ...12: 72
    case ...22: 52
    default: 38
    }
  }

  private func name(_ name: String, _ top: Double, _ markup: inout Markup) {
    let (x, y) = hasShortNames ? ("-10", top + 10) : ("0", top + 12)
    markup.element(
      "text",
      ["class": "name", "x": x, "y": NumberText.plain(y), "text-anchor": hasShortNames ? "end" : nil],
      text: name.shortened(to: hasShortNames ? Self.shortName : 60))
  }

  private func draw(_ bar: Bar, top: Double, share: Double, in markup: inout Markup) {
    let width = NumberText.plain(share * longestBar) + "%"
    markup.void(
      "rect",
      ["class": "bar c\(bar.colour)", "x": "0", "y": NumberText.plain(top), "width": width, "height": "12", "rx": "2"])
    markup.element(
      "text", ["class": "value", "x": width, "dx": "6", "y": NumberText.plain(top + 6), "dy": ".34em"], text: bar.text)
  }
}
