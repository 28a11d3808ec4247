/// How tablets are spread over servers, before and after a balance.
struct BalancePictures {
  private let hosting: Sides<Hosting>
  private let moves: Sides<Moves>
  private let groups: Sides<[GroupRecord]>
  private let labels: SideLabels

  private static let barLimit = 30
  private static let groupLimit = 30
  private static let serverLimit = 16

  init(hosting: Sides<Hosting>, moves: Sides<Moves>, groups: Sides<[GroupRecord]>, labels: SideLabels) {
    (self.hosting, self.moves, self.groups, self.labels) = (hosting, moves, groups, labels)
  }

  func figures() -> [Figure] { [servers(), spread(), movedGroups()].compactMap { $0 } }

  // MARK: Servers

  /// Tablets by server, before and after the migrations, or of two inputs.
  private var states: (labels: [String], servers: [String: [Int]])? {
    guard let first = hosting.values.first else { return nil }
    var after = first.tablets
    var names = ["before", "after"]
    if hosting.all.count == 2 {
      (after, names) = (hosting.values[1].tablets, labels.labels(of: hosting))
    } else if let moves = moves.values.first {
      for (server, gain) in moves.gains { after[server, default: 0] += gain }
    } else {
      names = [""]
    }
    var servers: [String: [Int]] = [:]
    for server in Set(first.tablets.keys).union(after.keys) {
      let counts = [first.tablets[server] ?? 0] + (names.count == 2 ? [max(0, after[server] ?? 0)] : [])
      servers[server] = counts
    }
    return (names, servers)
  }

  private func servers() -> Figure? {
    guard let (names, servers) = states, servers.count > 1, servers.values.joined().contains(where: { $0 > 0 }) else {
      return nil
    }
    let sorted = servers.sorted { ($1.value[0], $0.key) < ($0.value[0], $1.key) }
    var table = DataTable(["Server"] + names.map { $0.isEmpty ? "tablets" : $0 })
    for (server, counts) in sorted { table.add([server] + counts.map { NumberText.count(Int64($0)) }) }
    let title = "Tablets by server"
    var picture = Key.markup(names.count > 1 ? names.enumerated().map { ($0.element, $0.offset + 1) } : [])
    if sorted.count <= Self.barLimit {
      let items = sorted.map { server, counts in
        BarList.Item(
          name: server.shortened(to: 60),
          bars: counts.enumerated().map {
            BarList.Bar(value: Double($0.element), text: NumberText.count(Int64($0.element)), colour: $0.offset + 1)
          })
      }
      picture.append(
        BarList(
          id: "servers-bars", title: title, description: "Tablets on each server.", items: items, hasShortNames: true
        )
        .markup())
    } else {
      picture.append(ranked(names, servers))
    }
    return Figure(
      id: "servers", title: title,
      caption: sorted.count <= Self.barLimit
        ? "How many tablets each server hosts."
        : "Servers from the one with the most tablets to the one with the fewest.",
      picture: picture, table: table)
  }

  /// Many servers: the counts in falling order, for before and for after.
  private func ranked(_ names: [String], _ servers: [String: [Int]]) -> Markup {
    let most = servers.values.joined().max() ?? 0
    let last = Double(max(servers.count - 1, 1))
    let lines = names.enumerated().map { number, name in
      LineChart.Line(
        label: name, colour: number + 1,
        points: servers.values.map { Double($0[number]) }.sorted(by: >).enumerated().map {
          (Double($0.offset), $0.element)
        })
    }
    let ticks = [
      Axis.Tick(value: 0, label: "1st"),
      Axis.Tick(value: last, label: NumberText.count(Int64(servers.count), "server")),
    ]
    return LineChart(
      plot: Plot(
        id: "servers-ranked", title: "Tablets by server", description: "The numbers of tablets in falling order.",
        x: .plain(0...last, ticks), y: .counts(upTo: Double(most))), lines: lines
    ).markup()
  }

  // MARK: Groups

  /// What each group gains and loses on each server.
  private func movedGroups() -> Figure? {
    guard let moves = moves.values.first, !moves.groups.isEmpty else { return nil }
    func moved(_ changes: [Int]) -> Int { changes.reduce(0) { $0 + $1.magnitude.clamped } }
    let groups = moves.groups.sorted {
      let (x, y) = (moved(Array($0.value.values)), moved(Array($1.value.values)))
      return x != y ? x > y : $0.key < $1.key
    }
    let servers = moves.gains.keys.sorted { a, b in
      let (x, y) = (groups.reduce(0) { $0 + abs($1.value[a] ?? 0) }, groups.reduce(0) { $0 + abs($1.value[b] ?? 0) })
      return x != y ? x > y : a < b
    }.prefix(Self.serverLimit).sorted()
    var table = DataTable(["Group"] + servers.map { $0.shortened(to: 24) })
    var picture = Markup()
    let most = max(1, groups.flatMap(\.value.values).map { abs($0) }.max() ?? 1)
    picture.element("div", ["class": "scroll whole", "tabindex": "0"]) { markup in
      markup.element("table", ["class": "grid"]) { markup in
        markup.element("tr") { row in
          row.element("th", ["scope": "col"], text: "group")
          for server in servers { row.element("th", ["scope": "col"], text: server.shortened(to: 24)) }
        }
        for (name, changes) in groups.prefix(Self.groupLimit) {
          let cells = servers.map { changes[$0] ?? 0 }
          table.add([name.isEmpty ? "\"\"" : name] + cells.map(Self.signed))
          markup.element("tr") { row in
            row.element("th", ["scope": "row"], text: name.isEmpty ? "\"\"" : name.shortened(to: 24))
            for cell in cells {
              let shade = cell == 0 ? nil : "\(cell > 0 ? "gain" : "loss") s\(min(3, abs(cell) * 3 / most + 1))"
              row.element("td", ["class": shade], text: cell == 0 ? "·" : Self.signed(cell))
            }
          }
        }
      }
    }
    let hidden = max(0, groups.count - Self.groupLimit)
    return Figure(
      id: "moves", title: "What moves, by group and server",
      caption: "Tablets that a server gains (+) or gives away (−), by group.".followed(
        by: hidden > 0 ? "\(NumberText.count(Int64(hidden), "group")) that move less are left out." : ""),
      picture: picture, table: table, isWide: true)
  }

  private static func signed(_ number: Int) -> String {
    number > 0 ? "+\(number)" : number < 0 ? "−\(number.magnitude)" : "0"
  }

  /// The fewest and the most tablets of each group on any server, against its even share.
  private func spread() -> Figure? {
    guard let first = groups.values.first, !first.isEmpty else { return nil }
    let names = labels.labels(of: groups)
    let shown = first.sorted { ($1.deviation, $0.table, $0.group) < ($0.deviation, $1.table, $1.group) }
    var table = DataTable(
      ["Group"] + names.flatMap { n in ["tablets", "even share", "fewest", "most"].map { n.followed(by: $0) } })
    let rest = groups.values.dropFirst().first ?? []
    let items = shown.map { group in
      let sides = [group] + rest.filter { $0.table == group.table && $0.group == group.group }.prefix(1)
      let name = group.group.isEmpty ? "\"\"" : group.group
      table.add(
        ["\(group.table): \(name)"]
          + sides.flatMap { side in
            [
              NumberText.count(side.tablets), Self.share(side), NumberText.count(side.fewest),
              NumberText.count(side.most),
            ]
          })
      return BarList.Item(
        name: name,
        bars: sides.enumerated().map { number, side in
          let text = "\(side.fewest) to \(side.most)"
          return BarList.Bar(
            value: Double(side.most), text: names[number].isEmpty ? text : "\(names[number]): \(text)",
            colour: number + 1)
        })
    }
    return Figure(
      id: "groups", title: "How evenly the groups are spread",
      caption: "The fewest and the most tablets of a group on one server. An even group has the same number "
        + "everywhere, or one more on some.",
      picture: BarList(
        id: "groups-bars", title: "Tablets of a group on one server", description: "The fewest and the most, by group.",
        items: Array(items.prefix(Self.groupLimit)), hasShortNames: true
      ).markup(), table: table)
  }

  private static func share(_ group: GroupRecord) -> String {
    group.floor == group.ceiling ? "\(group.floor)" : "\(group.floor) or \(group.ceiling)"
  }
}

extension UInt {
  fileprivate var clamped: Int { Int(clamping: self) }
}
