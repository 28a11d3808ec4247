import ArgumentParser
import Records
import Settings
import TabletStore

/// The tablets that a simulation begins with: read as `plan` reads them, made, or those of replayed files.
struct SimulatedTablets {
  private let options: Simulate

  struct Start {
    var tableId: String
    var tablets: [Tablet]
    var properties: ConfigurationSource?
    /// What is wrong with them: a line each.
    var problems: [String] = []
  }

  init(_ options: Simulate) { self.options = options }

  /// - Parameter arrivals: replayed files; those that were there at the start are taken out of it.
  func tablets(beside arrivals: [Arrival]) throws -> Start {
    if let count = options.tablets { return try made(count) }
    if !arrivals.isEmpty, options.paths.isEmpty { return try received(arrivals) }
    return try read()
  }

  /// Tablets of one size, with rows of 16 hexadecimal digits.
  private func made(_ count: Int) throws -> Start {
    let id = options.table ?? "1"
    let size = try options.fileSize.map { try SizeArgument.bytes($0, for: "--file-size") } ?? 0
    let entries = Int64(min(0x1p60, Double(size) / options.load.entrySize))
    let step = UInt64.max / UInt64(count)
    var (row, number): ([UInt8]?, UInt64) = (nil, 0)
    let tablets = (1...count).map { place in
      let end = place == count ? nil : Self.row(UInt64(place) * step)
      let files = (0..<(options.files ?? 0)).map { _ in
        number += 1
        return TabletFile(file: FileName.make(.compaction, 78_364_164_095 - number), size: size, entries: entries)
      }
      defer { row = end }
      return Tablet(extent: KeyExtent(tableId: id, prevEndRow: row, endRow: end), files: files)
    }
    return Start(tableId: id, tablets: tablets)
  }

  private static func row(_ number: UInt64) -> [UInt8] {
    let digits = String(number, radix: 16)
    return Array((String(repeating: "0", count: 16 - digits.count) + digits).utf8)
  }

  /// Without files: those of the start arrive at once.
  private func received(_ arrivals: [Arrival]) throws -> Start {
    var extents = Set(arrivals.map(\.extent))
    if let table = options.table { extents = extents.filter { $0.tableId == table } }
    let id = try oneTable(Set(extents.map(\.tableId)))
    return Start(tableId: id, tablets: extents.sorted().map { Tablet(extent: $0, files: []) })
  }

  private func read() throws -> Start {
    var input = TabletInput(access: try options.directories.access(), for: "simulate") { id in
      options.table.map { $0 == id } ?? true
    }
    var tablets: [Tablet] = []
    var properties: ConfigurationSource?
    var running = 0
    try input.forEach(in: options.paths) { found in
      guard found.tablet.hasFiles else {
        throw SimulationInputError("\(found.place): \(found.tablet.extent): its files are not known")
      }
      properties = properties ?? found.tableProperties
      var tablet = found.tablet
      running += tablet.running.count
      (tablet.running, tablet.candidates, tablet.selected) = ([], nil, nil)
      tablets.append(tablet)
    }
    if running > 0 {
      Messages.write("actool simulate: \(running) running compactions are taken for not begun")
    }
    guard !tablets.isEmpty else { throw SimulationInputError("no tablets to simulate") }
    let id = try oneTable(Set(tablets.map(\.extent.tableId)))
    return Start(
      tableId: id, tablets: tablets.sorted { $0.extent < $1.extent }, properties: properties, problems: input.problems)
  }

  private func oneTable(_ ids: Set<String>) throws -> String {
    guard let id = ids.min() else { throw SimulationInputError("no tablets of the table \(options.table ?? "")") }
    guard ids.count == 1 else {
      throw ValidationError(
        "found tablets of the tables \(ids.sorted().joined(separator: ", ")): choose one with --table")
    }
    if id.hasPrefix("+") || id.hasPrefix("!") { throw Simulate.ofAccumulo(id) }
    return id
  }
}
