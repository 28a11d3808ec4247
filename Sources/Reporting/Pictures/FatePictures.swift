/// What became of every entry: kept, or dropped and by what.
enum FatePictures {
  static func figure(_ id: String, _ title: String, _ fates: Sides<EntryFates>, labels: SideLabels) -> Figure? {
    let labels = labels.labels(of: fates)
    let sides = fates.values
    guard sides.contains(where: { !$0.isEmpty }) else { return nil }
    var rows: [(name: String, values: [Double], colour: Int)] = [
      ("read from the inputs", sides.map(\.taken), 1)
    ]
    for name in names(sides, \.made) { rows.append(("made by \(name)", sides.map { $0.made[name] ?? 0 }, 5)) }
    rows.append(("written to the outputs", sides.map(\.kept), 3))
    for name in names(sides, \.dropped) { rows.append(("dropped: \(name)", sides.map { $0.dropped[name] ?? 0 }, 2)) }
    var table = DataTable(["Entries"] + labels.map { $0.followed(by: "entries") })
    let items = rows.map { row in
      table.add([row.name] + row.values.map { NumberText.count($0) })
      return BarList.Item(
        name: row.name.shortened(to: 60),
        bars: row.values.enumerated().map { number, value in
          let all = sides[number].taken + sides[number].made.values.reduce(0, +)
          let share = all > 0 ? value / all * 100 : 0
          let text =
            "\(NumberText.count(value)) (\(share > 0 && share < 0.1 ? "< 0.1" : NumberText.decimal(share, 1)) %)"
          return BarList.Bar(
            value: value, text: labels[number].isEmpty ? text : "\(labels[number]): \(text)", colour: row.colour)
        })
    }
    return Figure(
      id: id, title: title,
      caption: "Entries, by what the certificates of the jobs say. What went in or was made equals what was written or "
        + "dropped.",
      picture: BarList(
        id: "\(id)-bars", title: title, description: "Entries by what became of them.", items: Array(items.prefix(24))
      ).markup(), table: table)
  }

  private static func names(_ sides: [EntryFates], _ accounts: (EntryFates) -> [String: Double]) -> [String] {
    var sums: [String: Double] = [:]
    for side in sides { sums.merge(accounts(side), uniquingKeysWith: +) }
    return sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}
