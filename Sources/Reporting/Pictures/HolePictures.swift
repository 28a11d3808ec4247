import Entries

/// Where missing and corrupt rows lie among all rows.
enum HolePictures {
  private static let slots = 120

  static func figure(_ holes: Sides<HoleMap>, labels: SideLabels) -> Figure? {
    let labels = labels.labels(of: holes)
    let sides = holes.values
    let rows = sides.flatMap { side in
      (side.missing + side.corrupt).map(\.row) + side.holes.flatMap { [$0.firstRow, $0.lastRow] }
    }
    guard !rows.isEmpty else { return nil }
    let scale = RowScale(rows)
    let ticks = [0, 0.25, 0.5, 0.75].map {
      Axis.Tick(value: $0, label: ByteText.encode(scale.row(at: $0)).shortened(to: 12) + "…")
    }
    let axis = Axis.plain(0...1, ticks)
    let groups = sides.enumerated().flatMap { number, side in
      [("missing", side.missing, 2), ("corrupt", side.corrupt, 4)].map { name, spots, colour in
        Columns.Group(
          label: labels[number].followed(by: name), colour: sides.count > 1 ? colour - 1 + number : colour,
          values: counts(spots, scale))
      }
    }.filter { $0.values.contains { $0 > 0 } }
    var table = DataTable(["Rows from"] + groups.map(\.label))
    for slot in 0..<slots where groups.contains(where: { $0.values[slot] > 0 }) {
      let place = Double(slot) / Double(slots)
      table.add(
        [ByteText.encode(scale.row(at: place)) + "…"] + groups.map { NumberText.count($0.values[slot]) },
        at: place + 0.5 / Double(slots))
    }
    var picture = Markup()
    if !groups.isEmpty {
      let columns = Columns(
        plot: Plot(
          id: "holes-rows", title: "Missing and corrupt rows", description: "How many there are, over all rows.",
          x: axis, y: .counts(upTo: groups.flatMap(\.values).max() ?? 0), height: 140),
        groups: groups,
        hint: {
          "\(groups[$0].label): \(NumberText.count(groups[$0].values[$1])) from row \(ByteText.encode(scale.row(at: Double($1) / Double(slots))))…"
        },
        gap: 1)
      picture.append(columns.key())
      picture.append(columns.markup())
    }
    for (number, side) in sides.enumerated() where !side.holes.isEmpty {
      picture.append(ranges(side, scale, axis, id: "holes-ranges-\(number)", title: labels[number]))
      for hole in side.holes {
        table.add([
          labels[number].followed(by: "\(ByteText.encode(hole.firstRow)) to \(ByteText.encode(hole.lastRow))"),
          "\(NumberText.count(hole.holes)) missing: \(hole.suggests)",
        ])
      }
    }
    return Figure(
      id: "holes", title: "Where rows are missing",
      caption: "All rows from left to right: how many are missing, or corrupt, in each part.", picture: picture,
      table: table, isWide: true)
  }

  /// The rows of a whole verification.
  static func counts(_ holes: Sides<HoleMap>, labels: SideLabels) -> Figure? {
    let labels = labels.labels(of: holes)
    guard holes.values.contains(where: { $0.counts != nil }) else { return nil }
    let rows: [(name: String, colour: Int, value: (VerifyRecord) -> Int64)] = [
      ("there, and referred to", 1, { $0.referenced }), ("there, and not referred to", 6, { $0.unreferenced }),
      ("missing", 2, { $0.undefined }), ("corrupt", 4, { $0.corrupt }),
    ]
    var table = DataTable(["Rows"] + labels.map { $0.followed(by: "rows") })
    let items = rows.map { row in
      let values = holes.values.map { $0.counts.map(row.value) ?? 0 }
      table.add([row.name] + values.map { NumberText.count($0) })
      return BarList.Item(
        name: row.name,
        bars: zip(labels, values).map { label, value in
          let text = NumberText.count(value)
          return BarList.Bar(
            value: Double(value), text: label.isEmpty ? text : "\(label): \(text)", colour: row.colour)
        })
    }
    return Figure(
      id: "verified", title: "What was verified", caption: "Rows of the table, by whether other rows refer to them.",
      picture: BarList(id: "verified-bars", title: "What was verified", description: "Rows by state.", items: items)
        .markup(), table: table)
  }

  private static func counts(_ spots: [HoleMap.Spot], _ scale: RowScale) -> [Double] {
    var counts = [Double](repeating: 0, count: slots)
    for spot in spots { counts[min(slots - 1, Int(scale.place(of: spot.row) * Double(slots)))] += Double(spot.count) }
    return counts
  }

  /// The holes that belong together, each as a bar from its first to its last row.
  private static func ranges(_ side: HoleMap, _ scale: RowScale, _ axis: Axis, id: String, title: String) -> Markup {
    let sorted = side.holes.sorted { $0.holes > $1.holes }
    // Single rows are columns above; they say the same one by one.
    let holes = sorted.prefix(8).filter { $0.holes > 1 || sorted.count <= 3 }
    let height = Double(holes.count) * 34
    var markup = Markup()
    guard !holes.isEmpty else { return markup }
    markup.element("p", ["class": "subtitle"], text: title.followed(by: "What the holes suggest"))
    markup.element("div", ["class": "plot bare"]) { markup in
      markup.element("svg", Plot.attributes(id: id, height: height)) { markup in
        Plot.describe(
          id: id, "What the holes suggest", "Groups of missing rows, from the first to the last row.", in: &markup)
        for (number, hole) in holes.enumerated() {
          let (first, last) = (scale.place(of: hole.firstRow), scale.place(of: hole.lastRow))
          let top = Double(number) * 34
          markup.element(
            "text", ["class": "name", "x": "0", "y": NumberText.plain(top + 11)],
            text:
              "\(NumberText.count(hole.holes, "row")) of \(hole.tablet.shortened(to: 30)): \(hole.suggests.shortened(to: 40))"
          )
          markup.void(
            "rect", ["class": "track", "width": "100%", "y": NumberText.plain(top + 17), "height": "9", "rx": "2"])
          markup.void(
            "rect",
            [
              "class": "bar c2", "x": NumberText.plain(first * 100) + "%", "y": NumberText.plain(top + 17),
              "width": NumberText.plain(max((last - first) * 100, 0.3)) + "%", "height": "9", "rx": "2",
            ])
        }
        Plot.ticks(of: axis, below: height, in: &markup)
      }
    }
    let omitted = sorted.count + side.omittedHoles - holes.count
    if omitted > 0 {
      markup.element(
        "p", ["class": "note"], text: "and \(NumberText.count(Int64(omitted), "smaller group")) of missing rows")
    }
    return markup
  }
}
