// Files come to tablets: flushes, bulk imports, and what is replayed.

internal import Entries
internal import Planning
internal import Records

extension TableSimulation {
  /// A tablet gets a file from outside.
  mutating func arrive(_ name: String, size: Int64, entries: Int64, kind: Arrival.Kind, at tablet: Int) throws {
    try checkGrowth(by: size, entries: entries)
    guard totals.arrived <= Self.largest - size else { throw Self.tooLarge }
    totals.arrive(bytes: size, entries: entries)
    fileNumber += 1
    let count = tablets[tablet].files.count
    tablets[tablet].add(PlannedFile(number: fileNumber, size: size, file: name), entries: entries)
    counts.move(from: count, to: count + 1)
    if settings.writesJobs {
      write(
        Arrival(
          time: now, extent: tablets[tablet].extent, file: name, size: size, entries: entries, kind: kind))
    }
    noteSize(of: tablet)
    try touch(tablet)
  }

  /// The most bytes, and entries, of a table: two plans of each tablet can then be added up.
  static let largest: Int64 = 1 << 60
  private static let tooLarge = SimulationError("the table grows beyond \(largest) bytes or entries")

  /// - Throws: `SimulationError` when the table gets too large.
  func checkGrowth(by bytes: Int64, entries: Int64) throws {
    guard totals.size.bytes <= Self.largest - bytes, totals.size.entries <= Self.largest - entries else {
      throw Self.tooLarge
    }
  }

  /// A name that no other file of the tablet has.
  mutating func newName(_ origin: FileName.Origin, in tablet: Int) -> String {
    while true {
      let name = FileName.make(origin, UInt64(fileNumber + 1))
      if !tablets[tablet].files.contains(where: { $0.file == name }) { return name }
      fileNumber += 1
    }
  }

  // MARK: Flushes

  /// Servers do not begin at the same moment, so the first flush comes at any time of a period.
  mutating func planFirstFlush(of tablet: Int) {
    guard !ingest.isEmpty, tablets[tablet].share > 0 else { return }
    if case .every(let period) = settings.load.flush {
      return events.plan(.flush, at: now + max(1, Int64(Double(period) * random.fraction())), tablet)
    }
    planFlush(of: tablet, portion: random.fraction())
  }

  /// - Parameter portion: of what a flush takes.
  private mutating func planFlush(of tablet: Int, portion: Double) {
    guard tablets[tablet].share > 0 else { return }
    switch settings.load.flush {
    case .every(let period): events.plan(.flush, at: now + max(1, Int64(Double(period) * portion)), tablet)
    case .at(let size):
      let total = tablets[tablet].flushed + Double(size) * portion / tablets[tablet].share
      if let time = ingest.time(reaching: total) { events.plan(.flush, at: max(now + 1, time), tablet) }
    }
  }

  /// A tablet writes its memory to a file, and the next time is planned.
  mutating func flush(_ tablet: Int) throws {
    guard now <= settings.length else { return }
    // A tablet that was split meanwhile has less in memory than it was to have by now.
    if case .at(let size) = settings.load.flush, memory(of: tablet) < 0.79 * Double(size) {
      return planFlush(of: tablet, portion: random.jitter())
    }
    try writeMemory(of: tablet)
    planFlush(of: tablet, portion: random.jitter())
  }

  /// Bytes that a tablet holds in memory.
  private mutating func memory(of tablet: Int) -> Double {
    (ingest.total(at: now) - tablets[tablet].flushed) * tablets[tablet].share
  }

  /// What is left of a byte stays in memory.
  mutating func writeMemory(of tablet: Int) throws {
    guard tablets[tablet].share > 0, now <= settings.length else { return }
    let memory = memory(of: tablet)
    guard memory >= 1 else { return }
    guard memory < 0x1p60 else { throw Self.tooLarge }
    let bytes = Int64(memory)
    tablets[tablet].flushed += Double(bytes) / tablets[tablet].share
    try arrive(
      newName(.flush, in: tablet), size: bytes, entries: settings.load.entries(in: bytes), kind: .flush, at: tablet)
  }

  // MARK: Bulk imports

  /// Files of a bulk import go to tablets of chance, to each by its share.
  mutating func importFiles(_ place: Int) throws {
    guard now <= settings.length else { return }
    let load = settings.load.imports[place]
    for _ in 0..<load.files {
      var left = random.fraction()
      let tablet = tablets.firstIndex { tablet in
        left -= tablet.share
        return left < 0
      }
      let receiver = tablet ?? tablets.count - 1
      try arrive(
        newName(.bulkImport, in: receiver), size: load.size, entries: settings.load.entries(in: load.size), kind: .bulk,
        at: receiver)
    }
    events.plan(.bulkImport, at: now + load.every, place)
  }

  // MARK: Replayed arrivals

  /// The files that arrive now. One for a tablet that was split goes to its parts, an equal share to each.
  mutating func replay() throws {
    let arrivals = settings.load.arrivals
    while nextArrival < arrivals.count, case let arrival = arrivals[nextArrival], arrival.time <= now {
      nextArrival += 1
      let receivers = receivers(of: arrival.extent)
      guard !receivers.isEmpty else {
        throw SimulationError("\(arrival.file) arrives for \(arrival.extent), of which there is no tablet")
      }
      var (size, entries, left) = (arrival.size, arrival.entries, Int64(receivers.count))
      for tablet in receivers {
        guard !tablets[tablet].files.contains(where: { $0.file == arrival.file }) else {
          throw SimulationError("\(arrival.file) arrives twice for \(arrival.extent)")
        }
        try arrive(arrival.file, size: size / left, entries: entries / left, kind: arrival.kind, at: tablet)
        (size, entries, left) = (size - size / left, entries - entries / left, left - 1)
      }
    }
    if nextArrival < arrivals.count { events.plan(.arrivals, at: arrivals[nextArrival].time) }
  }

  private func receivers(of extent: KeyExtent) -> [Int] {
    if let place = places[extent] { return [place] }
    return tablets.indices.filter {
      tablets[$0].extent.tableId == extent.tableId
        && !tablets[$0].extent.rows.intersection(extent.rows).isEmpty
    }
  }
}
