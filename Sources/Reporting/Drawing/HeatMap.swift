import Glibc

/// Counts over two axes, as shades of one colour: the darker, the more. Shades are steps of a logarithm, since one cell
/// can have a thousand times what another has.
struct HeatMap: Sendable {
  var plot: Plot
  /// By column, then by row from the bottom; columns are as wide as their weights.
  var cells: [[Double]]
  var weights: [Double]

  static let shades = 6

  private var most: Double { cells.joined().max() ?? 0 }

  func markup() -> Markup {
    let rows = cells.first?.count ?? 0
    let height = plot.height / Double(max(rows, 1))
    let whole = weights.reduce(0, +)
    var shades = [String](repeating: "", count: Self.shades)
    var left = 0.0
    for (column, weight) in zip(cells, weights) {
      let width = whole > 0 ? weight / whole * Plot.width : 0
      for (row, value) in column.enumerated() where value > 0 {
        let top = plot.height - Double(row + 1) * height
        // Half a pixel less: rows stay apart.
        shades[shade(of: value)] +=
          "M\(NumberText.plain(left)),\(NumberText.plain(top))h\(NumberText.plain(width))v\(NumberText.plain(height - 0.5))"
          + "h-\(NumberText.plain(width))z"
      }
      left += width
    }
    return plot.markup(class: "plot bare") { markup in
      for (shade, path) in shades.enumerated() where !path.isEmpty {
        markup.void("path", ["class": "heat h\(shade + 1)", "d": path])
      }
    }
  }

  private func shade(of value: Double) -> Int {
    guard most > 1 else { return Self.shades - 1 }
    return min(Self.shades - 1, Int(log(max(value, 1)) / log(most) * Double(Self.shades)))
  }

  /// Which counts the shades stand for.
  func key(_ unit: String) -> Markup {
    var markup = Markup()
    guard most > 1 else { return markup }
    markup.element("p", ["class": "key"]) { markup in
      markup.text("1 ")
      for shade in 1...Self.shades {
        markup.element("span", ["class": "swatch heat h\(shade)", "aria-hidden": "true"], text: "")
      }
      markup.text(" \(NumberText.count(most)) \(unit)")
    }
    return markup
  }
}
