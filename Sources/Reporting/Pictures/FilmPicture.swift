// The files of a tablet over time, twice:
//
//     the frame      one moment: a bar for each file, oldest first, as high as the file is large (logarithmic)
//     the tracks     the whole time: a line for each file from its birth to its end, with a mark at the moment shown
//
// Without a script the frame shows the moment with the most files. With it, the reader moves the mark, or plays.

import Glibc
import Records

struct FilmPicture {
  private let history: FileHistory
  private let number: Int
  private let label: String
  private let time: Axis
  private let palette: Palette

  /// Pixels.
  private static let frameHeight = 150.0
  private static let trackHeight = 12.0

  /// The first takes the whole width.
  /// - Parameter end: of the time that is drawn, in ms.
  static func figures(
    _ histories: Sides<FileHistories>, executors: ExecutorNames, until end: Double, labels: SideLabels
  ) -> [Figure] {
    let labels = labels.labels(of: histories)
    var films: [FilmPicture] = []
    for (side, label) in zip(histories.values, labels) {
      for history in side.busiest.prefix(histories.all.count > 1 ? 1 : FileHistories.drawn) {
        films.append(
          FilmPicture(
            history: history, number: films.count, label: label, time: .time(0...end),
            palette: Palette(history, executors)))
      }
    }
    return films.map { $0.figure(isWide: $0.number == 0 && films.count != 2) }
  }

  private func figure(isWide: Bool) -> Figure {
    var picture = Markup()
    let tracks = FileTracks(history, end: time.range.upperBound)
    let moment = history.telling
    picture.element("div", ["class": "film", "data-film": "film-\(number)-data"]) { markup in
      markup.append(palette.key())
      frame(at: moment, &markup)
      markup.element("p", ["class": "moment", "aria-live": "off"], text: sentence(at: moment))
      markup.element("div", ["class": "controls", "hidden": ""]) { markup in
        markup.element("button", ["type": "button", "class": "play"], text: "▶ Play")
        markup.void(
          "input",
          ["type": "range", "class": "scrub", "min": "0", "max": "1000", "value": "0", "aria-label": "Moment"])
      }
      markup.append(trackPlot(tracks, moment))
      markup.element("script", ["type": "application/json", "id": "film-\(number)-data"]) { $0.append(data: data()) }
    }
    return Figure(
      id: "film-\(number)",
      title: "Files of tablet \(history.extent.description.shortened(to: 60))".followed(by: label),
      caption: "Each file is a bar: the higher, the larger. Below, each file from the time it was written until a "
        + "compaction took it.".followed(by: history.isCut ? "Only the first part of its history is drawn." : ""),
      picture: picture, table: table(), isWide: isWide)
  }

  // MARK: The frame

  private func frame(at moment: Double, _ markup: inout Markup) {
    let id = "film-\(number)-frame"
    let files = history.files(at: moment)
    markup.element("div", ["class": "plot moment-frame"]) { markup in
      markup.element("svg", Plot.attributes(id: id, height: Self.frameHeight)) { markup in
        Plot.describe(
          id: id, "Files of the tablet at one moment",
          "Bars for \(NumberText.count(Int64(files.count), "file")), oldest first.",
          in: &markup)
        markup.void(
          "line",
          [
            "class": "base", "x2": "100%", "y1": NumberText.plain(Self.frameHeight),
            "y2": NumberText.plain(Self.frameHeight),
          ])
        markup.element("g", ["class": "files"]) { markup in
          for (place, file) in files.enumerated() { bar(history.files[file], at: place, &markup) }
        }
      }
    }
  }

  private func bar(_ file: FileHistory.File, at place: Int, _ markup: inout Markup) {
    let slot = 100 / Double(slots)
    let height = barHeight(file.size)
    let top = NumberText.plain(Self.frameHeight - height)
    markup.void(
      "rect",
      [
        "class": "bar c\(palette.colour(of: file, in: history))",
        "x": NumberText.plain(Double(place) * slot + slot * 0.1) + "%",
        "width": NumberText.plain(slot * 0.8) + "%", "y": top, "height": NumberText.plain(height), "rx": "2",
      ])
    guard slots <= 9 else { return }
    markup.element(
      "text",
      [
        "class": slots > 6 ? "size optional" : "size", "x": NumberText.plain((Double(place) + 0.5) * slot) + "%",
        "y": top,
        "dy": "-5",
      ], text: NumberText.bytes(file.size))
  }

  /// As many bars as there ever are files, so that a bar keeps its width.
  private var slots: Int { max(history.fullest.files, 6) }

  private var sizes: (low: Double, high: Double) {
    let sizes = history.files.map { log2(max($0.size, 1)) }
    return ((sizes.min() ?? 0) - 1, max(sizes.max() ?? 1, (sizes.min() ?? 0) + 1))
  }

  private func barHeight(_ size: Double) -> Double {
    let (low, high) = sizes
    return max(2, (log2(max(size, 1)) - low) / (high - low) * (Self.frameHeight - 24))
  }

  private func sentence(at moment: Double) -> String {
    let files = history.files(at: moment)
    let bytes = files.reduce(0) { $0 + history.files[$1].size }
    return
      "\(NumberText.clock(moment, of: time.range.upperBound)) · \(NumberText.count(Int64(files.count), "file")), \(NumberText.bytes(bytes))"
  }

  // MARK: The tracks

  private func trackPlot(_ tracks: FileTracks, _ moment: Double) -> Markup {
    let height = Double(max(tracks.count, 3)) * Self.trackHeight
    let plot = Plot(
      id: "film-\(number)-tracks", title: "Files of the tablet over time",
      description: "Each file as a line from its birth to its end. The numbers are in the table below.", x: time,
      y: .plain(0...1), height: height)
    let (low, high) = sizes
    return plot.markup(class: "plot tracks") { markup in
      for (file, track) in zip(history.files, tracks.ofFile) {
        let thickness = 2 + (log2(max(file.size, 1)) - low) / (high - low) * (Self.trackHeight - 4)
        let (left, right) = (plot.across(file.born), plot.across(file.gone ?? time.range.upperBound))
        markup.element(
          "rect",
          [
            "class": "bar c\(palette.colour(of: file, in: history))", "x": NumberText.plain(left),
            "width": NumberText.plain(max(right - left, 0.5)),
            "y": NumberText.plain((Double(track) + 0.5) * Self.trackHeight - thickness / 2),
            "height": NumberText.plain(thickness),
          ]
        ) { $0.element("title", text: "\(file.name), \(NumberText.bytes(file.size)), \(story(of: file))") }
      }
      for job in history.jobs {
        guard let output = job.output, !job.inputs.isEmpty else { continue }
        let all = (job.inputs + [output]).map { (Double(tracks.ofFile[$0]) + 0.5) * Self.trackHeight }
        let x = NumberText.plain(plot.across(job.end))
        markup.void(
          "path", ["class": "merge", "d": "M\(x),\(NumberText.plain(all.min()!))V\(NumberText.plain(all.max()!))"])
      }
    } labels: { markup in
      let x = NumberText.plain(time.fraction(moment) * 100) + "%"
      markup.void("line", ["class": "cursor", "x1": x, "x2": x, "y1": "-4", "y2": NumberText.plain(height)])
    }
  }

  /// `flush at 02:10, gone at 02:40`
  private func story(of file: FileHistory.File) -> String {
    func clock(_ moment: Double) -> String { NumberText.clock(moment, of: time.range.upperBound) }
    return palette.name(of: file, in: history) + " at " + clock(file.born)
      + (file.gone.map { ", gone at \(clock($0))" } ?? "")
  }

  private func table() -> DataTable {
    var table = DataTable(["File", "size", "by", "from", "until"])
    for file in history.files {
      table.add([
        file.name, NumberText.bytes(file.size), palette.name(of: file, in: history),
        NumberText.clock(file.born, of: time.range.upperBound),
        file.gone.map { NumberText.clock($0, of: time.range.upperBound) } ?? "the end",
      ])
    }
    return table
  }

  /// For the script: what `bar` and `sentence` need at any moment.
  private func data() -> ScriptData {
    let (low, high) = sizes
    return ScriptData { data in
      data.field("end", time.range.upperBound)
      data.field("moment", history.telling)
      data.field("slots", slots)
      data.field("low", low)
      data.field("high", high)
      data.array("files", history.files) { data, file in
        data.object { data in
          data.field("s", file.size)
          data.field("b", file.born)
          if let gone = file.gone { data.field("g", gone) }
          data.field("c", palette.colour(of: file, in: history))
        }
      }
      data.array("jobs", history.jobs) { data, job in
        data.object { data in
          data.field("e", job.executor)
          data.field("b", job.start)
          data.field("g", job.end)
          data.array("i", job.inputs) { $0.value($1) }
          if job.isLost { data.field("lost", true) }
        }
      }
    }
  }
}
