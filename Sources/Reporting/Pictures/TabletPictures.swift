import Entries
import Records

/// Where the files and the data of a table are: over its rows, by size, by tablet.
struct TabletPictures {
  private let sides: [TabletMap]
  private let labels: [String]

  private static let columns = 120

  init(_ tablets: Sides<TabletMap>, labels: SideLabels) {
    // Tablets without lists of files are for the balancer alone.
    sides = tablets.values.filter { $0.files > 0 }
    self.labels = sides.count == tablets.all.count ? labels.labels(of: tablets) : [""]
  }

  func figures() -> [Figure] { sides.isEmpty ? [] : [map(), sizes(), filesPerTablet()] }

  // MARK: Over the rows

  private func map() -> Figure {
    let classes = usedClasses()
    var picture = Markup()
    var table = DataTable(["Rows after", "tablets", "files", "in a tablet at most", "size"])
    for (number, side) in sides.enumerated() {
      let columns = side.columns(atMost: Self.columns)
      let rows = rowAxis(columns)
      if !labels[number].isEmpty { picture.element("p", ["class": "subtitle"], text: labels[number]) }
      picture.append(profile(columns, rows, number))
      let heat = HeatMap(
        plot: Plot(
          id: "key-range-\(number)", title: "Files by rows and size".followed(by: labels[number]),
          description: "Across are the tablets in the order of their rows, upwards the sizes of their files.", x: rows,
          y: .powers(classes), height: max(Double(classes.count) * 14, 70)),
        cells: columns.map { column in
          classes.map { $0 < column.classes.count ? Double(column.classes[$0]) : 0 }
        }, weights: columns.map { Double($0.tablets) })
      picture.append(heat.markup())
      picture.append(heat.key("files"))
      add(columns, to: &table, label: labels[number], axis: rows)
    }
    return Figure(
      id: "key-range", title: "Where the data and the files are",
      caption: "The tablets in the order of their rows. Above: bytes in a tablet. Below: how many files of each size.",
      picture: picture, table: table, isWide: true)
  }

  /// Bytes in a tablet, on average over each column.
  private func profile(_ columns: [TabletMap.Column], _ rows: Axis, _ number: Int) -> Markup {
    let bytes = columns.map { $0.bytes / Double($0.tablets) }
    let plot = Plot(
      id: "key-range-bytes-\(number)", title: "Bytes in a tablet".followed(by: labels[number]),
      description: "Bytes in a tablet, over the rows of the table.", x: .plain(rows.range),
      y: .bytes(upTo: bytes.max() ?? 0), height: 72)
    var left = 0.0
    var path = "M0,\(NumberText.plain(plot.height))"
    for (column, value) in zip(columns, bytes) {
      path += "V\(NumberText.plain(plot.down(value)))H\(NumberText.plain(plot.across(left + Double(column.tablets))))"
      left += Double(column.tablets)
    }
    path += "V\(NumberText.plain(plot.height))Z"
    return plot.markup(class: "plot bare") { $0.void("path", ["class": "area c\(number + 1)", "d": path]) }
  }

  /// Tablets from the first to the last, with the rows at some of them.
  private func rowAxis(_ columns: [TabletMap.Column]) -> Axis {
    let count = columns.reduce(0) { $0 + $1.tablets }
    let several = Set(columns.map(\.extent.tableId)).count > 1
    var ticks: [Axis.Tick] = []
    var left = 0
    for column in columns {
      if left * 5 >= count * ticks.count, count > 1 {
        ticks.append(Axis.Tick(value: Double(left), label: Self.name(of: column.extent, withTable: several)))
      }
      left += column.tablets
    }
    return .plain(0...Double(max(count, 1)), ticks)
  }

  /// The row after which a tablet begins.
  private static func name(of extent: KeyExtent, withTable: Bool) -> String {
    let row = extent.prevEndRow.map { ByteText.encode($0.prefix(8)).shortened(to: 9) } ?? "first row"
    return withTable ? "\(extent.tableId.shortened(to: 4)): \(row)" : row
  }

  private func add(_ columns: [TabletMap.Column], to table: inout DataTable, label: String, axis: Axis) {
    var left = 0.0
    for column in columns {
      let row = column.extent.prevEndRow.map { ByteText.encode($0.prefix(40)).shortened(to: 40) } ?? "the first row"
      table.add(
        [
          label.followed(by: "\(column.extent.tableId): \(row)"), NumberText.count(Int64(column.tablets)),
          NumberText.count(Int64(column.files)), NumberText.count(Int64(column.mostFiles)),
          NumberText.bytes(column.bytes),
        ], at: axis.fraction(left + Double(column.tablets) / 2))
      left += Double(column.tablets)
    }
  }

  // MARK: By size, and by tablet

  private func sizes() -> Figure {
    let classes = usedClasses()
    let ranges = classes.map { size in
      "\(NumberText.bytes(Self.power(size))) to \(NumberText.bytes(Self.power(size + 1)))"
    }
    let files = sides.map { side in classes.map { Double(side.filesByClass[$0]) } }
    let shares = sides.map { side in classes.map { side.bytes > 0 ? side.bytesByClass[$0] / side.bytes * 100 : 0 } }
    func columns(_ id: String, _ title: String, _ values: [[Double]], _ unit: String, _ colour: Int) -> Columns {
      Columns(
        plot: Plot(
          id: id, title: title, description: "\(title), by powers of two.", x: .powers(classes),
          y: .counts(upTo: values.joined().max() ?? 0, unit: unit), height: 120),
        groups: values.enumerated().map {
          Columns.Group(label: labels[$0.offset], colour: sides.count > 1 ? $0.offset + 1 : colour, values: $0.element)
        },
        hint: {
          labels[$0].followed(
            by: "\(ranges[$1]): \(NumberText.scaled(orCount: values[$0][$1])) \(unit.isEmpty ? "files" : unit)")
        })
    }
    let count = columns("sizes", "Number of files", files, "", 1)
    let share = columns("sizes-bytes", "Share of all bytes", shares, "%", 2)
    var picture = count.key()
    for part in [count, share] {
      picture.element("p", ["class": "subtitle"], text: part.plot.title)
      picture.append(part.markup())
    }
    var table = DataTable(["Size"] + labels.flatMap { [$0.followed(by: "files"), $0.followed(by: "% of bytes")] })
    for (place, range) in ranges.enumerated() {
      table.add(
        [range]
          + sides.indices.flatMap { [NumberText.count(files[$0][place]), NumberText.decimal(shares[$0][place], 1)] },
        at: (Double(place) + 0.5) / Double(ranges.count))
    }
    return Figure(
      id: "file-sizes", title: "Sizes of the files",
      caption: "Most files are usually small, and most bytes are usually in a few large ones.", picture: picture,
      table: table)
  }

  private func filesPerTablet() -> Figure {
    let most = sides.map { side in side.tabletsByFiles.lastIndex { $0 > 0 } ?? 0 }.max() ?? 0
    // Not more columns than can be told apart.
    let width = most / 40 + 1
    let count = most / width + 1
    let values = sides.map { side in
      (0..<count).map { first in
        Double(side.tabletsByFiles[min(first * width, 1000)..<min((first + 1) * width, 1001)].reduce(0, +))
      }
    }
    let step = max(1, (count + 9) / 10)
    let ticks = stride(from: 0, to: count, by: step).map {
      Axis.Tick(value: Double($0) + 0.5, label: NumberText.count(Int64($0 * width)))
    }
    func range(_ place: Int) -> String {
      width == 1 ? NumberText.count(Int64(place), "file") : "\(place * width) to \((place + 1) * width - 1) files"
    }
    let columns = Columns(
      plot: Plot(
        id: "tablets-by-files", title: "Tablets by their number of files",
        description: "How many tablets have so many files.", x: .plain(0...Double(count), ticks),
        y: .counts(upTo: values.joined().max() ?? 0), height: 276),
      groups: values.enumerated().map {
        Columns.Group(label: labels[$0.offset], colour: $0.offset + 1, values: $0.element)
      }, hint: { "\(range($1)): \(NumberText.count(Int64(values[$0][$1]), "tablet"))" })
    var table = DataTable(["Files"] + labels.map { $0.followed(by: "tablets") })
    for place in 0..<count {
      table.add(
        [range(place)] + values.map { NumberText.count($0[place]) }, at: (Double(place) + 0.5) / Double(count))
    }
    var picture = columns.key()
    picture.append(columns.markup())
    return Figure(
      id: "files-by-tablet", title: "Files per tablet", caption: "How many tablets have 1 file, 2 files and so on.",
      picture: picture, table: table)
  }

  /// From the smallest to the largest class that has a file, and one more on each side.
  private func usedClasses() -> ClosedRange<Int> {
    let used = (0..<TabletMap.sizeClasses).filter { size in sides.contains { $0.filesByClass[size] > 0 } }
    return max(0, (used.first ?? 0) - 1)...min(TabletMap.sizeClasses - 1, (used.last ?? 0) + 1)
  }

  private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 2 } }
}
