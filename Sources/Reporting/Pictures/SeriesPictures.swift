/// The plots of a table over time: files per tablet, jobs, tablets, entries, rates.
struct SeriesPictures {
  private let labels: [String]
  private let sides: [Side]
  private let time: Axis
  private let names: ExecutorNames
  /// The stretch of time of one point, in ms.
  private let width: Double

  private struct Side {
    var track: SeriesTrack
    var stretches: [SeriesTrack.Stretch]
  }

  private static let points = 180.0

  /// - Parameter end: of the time that is drawn, in ms.
  init(_ series: Sides<SeriesTrack>, executors: ExecutorNames, until end: Double, labels: SideLabels) {
    names = executors
    self.labels = labels.labels(of: series)
    let width = max(1, (end / Self.points).rounded(.up))
    self.width = width
    sides = series.values.map { Side(track: $0, stretches: $0.merged(every: width)) }
    time = Axis.time(0...end)
  }

  /// - Parameter withRunning: whether there is no better picture of the jobs that run.
  func figures(withRunning: Bool) -> [Figure] {
    let all = [
      files(),
      executors(
        .queued, "Compactions that wait", "Jobs in the queue of each executor: the most in each stretch of time."),
      withRunning
        ? executors(.running, "Compactions that run", "Jobs of each executor, on average over each stretch of time.")
        : nil,
      values("tablets", "Tablets", .tablets, "Tablets of the table.", counted),
      values("entries", "Entries", .entries, "Entries in all files.", counted),
      values("size", "Size", .size, "Bytes in all files.") { (Axis.bytes(upTo: $0), NumberText.bytes) },
      rates("arriving", "Data that arrive", .arrived, "Bytes that came from outside, a second."),
      rates("writing", "Data that compactions write", .written, "Bytes of the outputs of compactions, a second."),
      values(
        "amplification", "Write amplification so far", .amplification,
        "Bytes written by flushes and compactions, divided by those that arrived.", counted),
      executors(.threads, "Compactors", "Threads of each executor, or compactors of each queue."),
    ]
    return all.compactMap { $0 }
  }

  private func counted(_ most: Double) -> (Axis, (Double) -> String) {
    (.counts(upTo: most), NumberText.scaled(orCount:))
  }

  // MARK: One picture

  /// The mean is what plots of clusters show; p95 and the maximum show the tablets that wait.
  private func files() -> Figure? {
    let most = peak { $0[.most].count > 0 ? $0[.most].most : $0[.mean].most }
    guard most > 0 else { return nil }
    var lines: [LineChart.Line] = []
    var band: LineChart.Band?
    var columns = ["Time"]
    for (number, side) in sides.enumerated() {
      let (label, colour) = (labels[number], number + 1)
      func points(_ value: @escaping (SeriesTrack.Stretch) -> Double) -> [(time: Double, value: Double)] {
        side.stretches.map { ($0.time, value($0)) }
      }
      lines.append(
        LineChart.Line(
          label: label.isEmpty ? "mean" : label, colour: colour, points: points { $0[.mean].mean }))
      lines.append(
        LineChart.Line(
          label: "most", colour: colour, style: .dotted,
          points: points { $0[.most].most }))
      if sides.count == 1 {
        lines.append(
          LineChart.Line(label: "95 %", colour: colour, style: .dashed, points: points { $0[.p95].mean }))
        band = LineChart.Band(colour: colour, points: side.stretches.map { ($0.time, $0[.p50].mean, $0[.p95].mean) })
      }
      columns += ["mean", "median", "95 % have at most", "most"].map { label.followed(by: $0) }
    }
    let plot = plot("files-per-tablet", "Files per tablet", Axis.counts(upTo: most), height: 280)
    let table = table(columns) { stretch in
      [stretch[.mean].mean, stretch[.p50].mean, stretch[.p95].mean, stretch[.most].most].map { NumberText.scaled($0) }
    }
    return Figure(
      id: plot.id, title: plot.title,
      caption: sides.count == 1
        ? "The mean, and how many files 95 % of the tablets have at most; the shaded area begins at the median. The "
          + "dotted line is the tablet with the most."
        : "The mean of all tablets; dotted, the tablet with the most files.",
      picture: LineChart(plot: plot, lines: lines, band: band).markup(), table: table, isWide: true)
  }

  private func values(
    _ id: String, _ title: String, _ metric: SeriesTrack.Metric, _ caption: String,
    _ scale: (Double) -> (Axis, (Double) -> String)
  ) -> Figure? {
    let all = sides.flatMap { side in side.stretches.map { $0[metric].last } }
    // What never changes is a number, not a picture.
    guard let most = all.max(), most > 0, Set(all).count > 1 else { return nil }
    let (axis, text) = scale(most)
    let lines = sides.enumerated().map { number, side in
      LineChart.Line(
        label: sides.count > 1 ? labels[number] : side.stretches.last.map { text($0[metric].last) } ?? "",
        colour: number + 1,
        points: side.stretches.map { ($0.time, $0[metric].last) })
    }
    return figure(
      id, title, caption, axis, lines,
      table(["Time"] + labels.map { $0.followed(by: title) }) { [text($0[metric].last)] })
  }

  /// How fast a sum of bytes grows.
  private func rates(_ id: String, _ title: String, _ metric: SeriesTrack.Metric, _ caption: String) -> Figure? {
    let rates = sides.map { side in
      zip([nil] + side.stretches.map { Optional($0) }, side.stretches).map {
        before, after -> (time: Double, value: Double) in
        let seconds = (after.time - (before?.time ?? 0)) / 1000
        return (after.time, seconds > 0 ? max(0, after[metric].last - (before?[metric].last ?? 0)) / seconds : 0)
      }
    }
    let most = rates.joined().map(\.value).max() ?? 0
    guard most > 0 else { return nil }
    let lines = rates.enumerated().map { number, points in
      LineChart.Line(label: labels[number], colour: number + 1, style: .thin, points: points)
    }
    var table = DataTable(["Time"] + labels.map { $0.followed(by: "a second") })
    for (place, point) in (rates.max { $0.count < $1.count } ?? []).enumerated() {
      let cells = rates.map { $0.indices.contains(place) ? NumberText.bytes($0[place].value) + "/s" : "" }
      table.add([clock(point.time)] + cells, at: time.fraction(point.time))
    }
    return figure(id, title, caption, .bytes(upTo: most, suffix: "/s"), lines, table)
  }

  /// One plot when there is one input; with two, one below the other for each executor.
  private func executors(_ metric: SeriesTrack.ExecutorMetric, _ title: String, _ caption: String) -> Figure? {
    func value(_ stretch: SeriesTrack.Stretch, _ executor: Int) -> Double {
      let statistics = stretch[executor, metric]
      return metric == .queued ? max(0, statistics.most) : statistics.mean
    }
    func points(_ name: String, _ side: Side) -> [(time: Double, value: Double)] {
      guard let executor = side.track.executors.firstIndex(of: name) else { return [] }
      return side.stretches.map { ($0.time, value($0, executor)) }
    }
    let drawn = names.shown.map { name in (name: name, lines: sides.map { points(name, $0) }) }
      // Compactors that never change are no picture.
      .filter { metric != .threads || $0.lines.contains { Set($0.map(\.value)).count > 1 } }
    let all = drawn.flatMap(\.lines)
    let most = all.joined().map(\.value).max() ?? 0
    guard most > 0 else { return nil }
    let id = "executors-\(metric)"
    var table = DataTable(["Time"] + drawn.flatMap { executor in labels.map { executor.name.followed(by: $0) } })
    let times = (sides.max { $0.stretches.count < $1.stretches.count }?.stretches ?? []).map(\.time)
    for (place, moment) in times.enumerated() {
      let cells = all.map { $0.indices.contains(place) ? NumberText.scaled($0[place].value) : "" }
      table.add([clock(moment)] + cells, at: time.fraction(moment))
    }
    var picture = Markup()
    if sides.count == 1 {
      let lines = drawn.map { executor in
        LineChart.Line(
          label: names.label(of: executor.name), colour: names.colour(of: executor.name),
          style: names.style(of: executor.name), points: executor.lines[0])
      }
      picture = LineChart(plot: plot(id, title, .counts(upTo: most)), lines: lines).markup()
    } else {
      for (number, (name, points)) in drawn.enumerated() {
        let lines = points.enumerated().map {
          LineChart.Line(label: labels[$0], colour: $0 + 1, style: .thin, points: $1)
        }
        let axis = Axis.counts(upTo: points.joined().map(\.value).max() ?? 1)
        picture.element("p", ["class": "subtitle"], text: name)
        picture.append(
          LineChart(plot: plot("\(id)-\(number)", "\(title): \(name)", axis, height: 110), lines: lines).markup())
      }
    }
    return Figure(
      id: id, title: title, caption: caption.followed(by: names.note), picture: picture, table: table)
  }

  // MARK: Parts

  private func peak(_ value: (SeriesTrack.Stretch) -> Double) -> Double {
    sides.flatMap { $0.stretches.map(value) }.max() ?? 0
  }

  private func clock(_ moment: Double) -> String { NumberText.clock(moment, of: time.range.upperBound) }

  private func plot(_ id: String, _ title: String, _ axis: Axis, height: Double = 200) -> Plot {
    Plot(
      id: id, title: title,
      description: "\(title) over \(NumberText.duration(time.range.upperBound)). The numbers are in the table below.",
      x: time, y: axis, height: height)
  }

  private func figure(
    _ id: String, _ title: String, _ caption: String, _ axis: Axis, _ lines: [LineChart.Line], _ table: DataTable
  ) -> Figure {
    Figure(
      id: id, title: title, caption: caption,
      picture: LineChart(plot: plot(id, title, axis), lines: lines).markup(), table: table)
  }

  /// A row for each point of time, with the cells of each side.
  private func table(_ columns: [String], _ cells: (SeriesTrack.Stretch) -> [String]) -> DataTable {
    var table = DataTable(columns)
    let longest = sides.max { $0.stretches.count < $1.stretches.count }?.stretches ?? []
    for (place, stretch) in longest.enumerated() {
      let all = sides.flatMap { side in
        side.stretches.indices.contains(place) ? cells(side.stretches[place]) : cells(stretch).map { _ in "" }
      }
      table.add([clock(stretch.time)] + all, at: time.fraction(stretch.time))
    }
    return table
  }
}

extension NumberText {
  /// Three digits below a thousand, whole above.
  static func scaled(orCount number: Double) -> String { number < 1000 ? scaled(number) : count(number) }
}
