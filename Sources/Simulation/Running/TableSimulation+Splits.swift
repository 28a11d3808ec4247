// A tablet that has grown beyond `table.split.threshold` is split in the next round: it writes its memory to a file, the
// jobs that run on it are lost, and each of the two gets half of every file.
//
//     (a,m]  C1 600M  F7 500M      ──>      (a,g]  C1 300M  F7 250M
//                                           (g,m]  C1 300M  F7 250M
//
// So a split never changes the number of files of a tablet, and every file counts twice from then on. Accumulo 2.1:
// `Tablet.split`, which closes the tablet; 4.0: `UpdateTablets`, which forgets the external compactions.

internal import Planning
internal import Records

extension TableSimulation {
  /// To be called when a tablet has changed in size.
  mutating func noteSize(of tablet: Int) {
    guard tablets[tablet].bytes > rules.splitThreshold, !tablets[tablet].isTooLarge, !tablets[tablet].isUnsplittable
    else { return }
    tablets[tablet].isTooLarge = true
    tooLarge.append(tablet)
  }

  /// Splits the tablets that are too large.
  mutating func split() throws {
    let list = tooLarge
    tooLarge.removeAll(keepingCapacity: true)
    for tablet in list {
      tablets[tablet].isTooLarge = false
      if tablets[tablet].bytes > rules.splitThreshold { try split(tablet) }
    }
  }

  private mutating func split(_ lower: Int) throws {
    let extent = tablets[lower].extent
    guard let row = SplitRow.between(extent.prevEndRow, extent.endRow) else {
      tablets[lower].isUnsplittable = true
      return markChanged(lower)
    }
    try writeMemory(of: lower)
    let freed = tablets[lower].running.map { (jobs[$0].executor, jobs[$0].place) }
    for slot in tablets[lower].waiting { cancel(slot) }
    for slot in tablets[lower].running { if jobs[slot].state == .runs { lose(slot) } else { forget(slot) } }

    let upper = tablets.count
    var other = SimulatedTablet(
      extent: KeyExtent(tableId: extent.tableId, prevEndRow: row, endRow: extent.endRow),
      directory: tablets[lower].directory, server: upper % settings.servers,
      share: tablets[lower].share * (1 - settings.load.spread.lowerHalf), flushed: tablets[lower].flushed)
    tablets[lower].extent.endRow = row
    tablets[lower].share *= settings.load.spread.lowerHalf
    tablets[lower].select(false)
    for (file, entries) in tablets[lower].halve() { other.add(file, entries: entries) }
    tablets.append(other)
    totals.splits += 1
    counts.add(tabletOf: other.files.count)
    if !settings.load.arrivals.isEmpty {
      places[extent] = nil
      for tablet in [lower, upper] { places[tablets[tablet].extent] = tablet }
    }
    if case .none = tablets[lower].userCompaction {
    } else {
      openUserCompactions += 1
      tablets[upper].userCompaction = .waits
      tablets[lower].userCompaction = .waits
      for tablet in [lower, upper] { select(tablet) }
    }
    planFirstFlush(of: upper)
    for tablet in [lower, upper] {
      writeSplit(tablet)
      noteSize(of: tablet)
      markChanged(tablet)
    }
    for (executor, place) in freed { try dispatch(executor, at: place) }
  }

  private mutating func writeSplit(_ number: Int) {
    guard settings.writesJobs else { return }
    let tablet = tablets[number]
    for (file, state) in zip(tablet.files, tablet.states) {
      write(
        Arrival(
          time: now, extent: tablet.extent, file: file.file, size: file.size, entries: state.entries, kind: .split))
    }
  }
}

/// A row in the middle of a tablet.
enum SplitRow {
  /// Between the two as numbers: of hexadecimal digits if they are such rows of one length, else of bytes.
  /// - Returns: nil when there is no row after `first` and before `last`; a nil bound is that of the table.
  static func between(_ first: [UInt8]?, _ last: [UInt8]?) -> [UInt8]? {
    let digits = Array("0123456789abcdef".utf8)
    let length = max(first?.count ?? 0, last?.count ?? 0)
    let isHex = [first, last].allSatisfy { $0.map { $0.count == length && $0.allSatisfy(digits.contains) } ?? true }
    if isHex, length > 0 {
      let (low, high) = (
        first.map { $0.map { UInt8(digits.firstIndex(of: $0) ?? 0) } },
        last.map { $0.map { UInt8(digits.firstIndex(of: $0) ?? 0) } }
      )
      if let middle = middle(low, high, length, base: 16) { return middle.map { digits[Int($0)] } }
    }
    return middle(first, last, length + 1, base: 256)
  }

  private static func middle(_ first: [UInt8]?, _ last: [UInt8]?, _ length: Int, base: Int) -> [UInt8]? {
    let low = (first ?? []) + Array(repeating: 0, count: length - (first?.count ?? 0))
    // Without a last row, the first number of one digit more.
    let high =
      last.map { [0] + $0 + Array(repeating: 0, count: length - $0.count) } ?? [1] + Array(repeating: 0, count: length)
    var sum: [Int] = Array(repeating: 0, count: length + 1)
    var carry = 0
    for place in stride(from: length, through: 0, by: -1) {
      let digit = (place == 0 ? 0 : Int(low[place - 1])) + Int(high[place]) + carry
      (sum[place], carry) = (digit % base, digit / base)
    }
    var middle: [UInt8] = []
    var rest = 0
    for digit in sum {
      let value = rest * base + digit
      middle.append(UInt8(value / 2))
      rest = value % 2
    }
    let row = Array(middle.dropFirst())
    let isAfter = first.map { $0.lexicographicallyPrecedes(row) } ?? true
    let isBefore = last.map { row.lexicographicallyPrecedes($0) } ?? true
    return isAfter && isBefore ? row : nil
  }
}
