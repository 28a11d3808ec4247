/// How busy the executors were, from the jobs themselves; and what a plan is going to do.
enum JobPictures {
  private static let stretches = 240

  /// - Parameter end: of the time that is drawn, in ms.
  static func lanes(
    _ lanes: Sides<JobLanes>, executors names: ExecutorNames, until end: Double, labels: SideLabels
  ) -> Figure? {
    guard !lanes.isEmpty, end > 0 else { return nil }
    let labels = labels.labels(of: lanes)
    let time = Axis.time(0...end)
    var picture = Markup()
    var table = DataTable(["Executor", "jobs", "lost", "written", "a job runs for", "waits for", "waits at most"])
    for (number, name) in names.shown.enumerated() {
      let lines = lanes.values.enumerated().map {
        LineChart.Line(
          label: labels[$0], colour: lanes.all.count > 1 ? $0 + 1 : number + 1, style: .thin,
          points: $1.running(on: name, stretches: stretches))
      }
      let most = lines.flatMap(\.points).map(\.value).max() ?? 0
      let plot = Plot(
        id: "jobs-\(number)", title: "Jobs of \(name) that run",
        description: "How many jobs of \(name) ran at once, over \(NumberText.duration(end)).",
        x: number + 1 == names.shown.count ? time : .plain(time.range), y: .counts(upTo: most), height: 72)
      picture.element("p", ["class": "subtitle"], text: subtitle(name, lanes, labels))
      picture.append(
        LineChart(
          plot: plot, lines: lines,
          band: lines.count > 1
            ? nil : LineChart.Band(colour: number + 1, points: lines[0].points.map { ($0.time, 0, $0.value) })
        ).markup())
      for (side, label) in zip(lanes.values, labels) {
        guard let lane = side.lanes[name], lane.jobs > 0 else { continue }
        table.add(
          [
            label.followed(by: name), NumberText.count(Int64(lane.jobs)), NumberText.count(Int64(lane.lost)),
            NumberText.bytes(lane.written), NumberText.duration(lane.ran / Double(lane.jobs)),
            NumberText.duration(lane.waited / Double(lane.jobs)), NumberText.duration(lane.longestWait),
          ])
      }
    }
    return Figure(
      id: "jobs", title: "Jobs by executor",
      caption: "How many jobs of each executor ran at once, on average over each stretch of time.".followed(
        by: names.note),
      picture: picture, table: table, isWide: true)
  }

  private static func subtitle(_ name: String, _ lanes: Sides<JobLanes>, _ labels: [String]) -> String {
    let facts = zip(lanes.values, labels).compactMap { side, label -> String? in
      guard let lane = side.lanes[name] else { return nil }
      let text =
        "\(NumberText.count(Int64(lane.jobs), "job")), \(NumberText.bytes(lane.written)) written"
        + (lane.lost > 0 ? ", \(NumberText.count(Int64(lane.lost))) lost" : "")
      return label.isEmpty ? text : "\(label): \(text)"
    }
    return "\(name.shortened(to: 40)) — \(facts.joined(separator: "; "))"
  }

  static func plan(_ plans: Sides<PlannedJobs>, labels: SideLabels) -> Figure? {
    let labels = labels.labels(of: plans)
    let sides = plans.values
    let names = Set(sides.flatMap(\.places.keys)).sorted { a, b in
      let (x, y) = (bytes(of: a, sides), bytes(of: b, sides))
      return x != y ? x > y : a < b
    }
    guard !names.isEmpty else { return nil }
    var table = DataTable(
      ["Executor"] + labels.flatMap { label in ["jobs", "files", "bytes"].map { label.followed(by: $0) } })
    let items = names.map { name in
      let places = sides.map { $0.places[name] ?? PlannedJobs.Place() }
      table.add(
        [name.isEmpty ? "none" : name]
          + places.flatMap {
            [NumberText.count(Int64($0.jobs)), NumberText.count(Int64($0.files)), NumberText.bytes($0.bytes)]
          })
      return BarList.Item(
        name: name.isEmpty ? "none" : name.shortened(to: 60),
        bars: zip(places, labels).enumerated().map { number, side in
          let (place, label) = side
          let text = "\(NumberText.bytes(place.bytes)) in \(NumberText.count(Int64(place.jobs), "job"))"
          return BarList.Bar(value: place.bytes, text: label.isEmpty ? text : "\(label): \(text)", colour: number + 1)
        })
    }
    let picture = BarList(
      id: "plan-bars", title: "Planned jobs by executor", description: "Bytes to read, by executor.",
      items: Array(items.prefix(24)))
    return Figure(
      id: "plan", title: "What is going to be compacted",
      caption: "Bytes that the planned jobs of each executor read.".followed(
        by: items.count > 24 ? "The 24 with the most are drawn." : ""),
      picture: picture.markup(), table: table)
  }

  private static func bytes(of name: String, _ sides: [PlannedJobs]) -> Double {
    sides.reduce(0) { $0 + ($1.places[name]?.bytes ?? 0) }
  }
}
