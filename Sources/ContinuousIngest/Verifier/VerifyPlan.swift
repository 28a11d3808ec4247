internal import BlockFile
import Entries
internal import Files
internal import RFile

// How a run is cut up, before it begins: units into ranges of rows for the threads, the row space into parts for the
// sweep. Both follow the keys that the indexes of the files name, so that it does not matter how the rows are spread.

/// Memory and cuts of a run.
struct VerifyPlan: Sendable {
  /// What a thread reads at a time.
  struct Turn: Sendable {
    var unit: Int
    var rows: RowRange
  }

  var turns: [Turn] = []
  /// Of the parts: see `LinkStore`.
  var borders: [UInt64]
  /// Entries of the files, as their indexes count them.
  var entries: Int64
  /// Bytes of links and rows that stay in memory; for the links of one part in a sweep; for a buffer of one part.
  var kept: Int
  var workspace: Int
  var buffer: Int

  /// Rows at the ends of blocks, in the files of each unit. At most so many of one file.
  private static let samples = 256

  init(
    _ units: [VerifyUnit], memory: Int, threads: Int, partition: VerifyPartition, limit: BlockLimit,
    stop: StopFlag, problem: (String) -> Void
  ) throws {
    var rowsOfUnits: [[[UInt8]]] = []
    entries = 0
    for unit in units {
      var rows: [[UInt8]] = []
      for file in unit.files {
        try stop.check()
        do {
          let (samples, count) = try UnitStream.reading(unit) { try Self.sample(file, limit) }
          rows += samples.filter { unit.rows.contains($0) }
          let (sum, overflow) = entries.addingReportingOverflow(count)
          entries = overflow ? .max : sum
        } catch let error as UnreadableUnit { problem(error.problem) }
      }
      rowsOfUnits.append(rows.sorted { $0.lexicographicallyPrecedes($1) })
    }
    // Every open file takes a stored and a raw block on each thread.
    let streams = threads * (units.map(\.files.count).max() ?? 0) * 400_000
    let left = max(memory - min(streams, memory / 2), 4096)
    workspace = max(left / 2 / threads, 512)
    kept = left / 2
    let slice = partition.rows
    let links = Double(entries) / Double(partition.count) * 8
    let buffers = left / 4
    let wanted = Int(min(links * 1.25 / Double(workspace), 4096).rounded(.up))
    let most = max(1, buffers / threads / 2 / 256)
    let parts = max(1, min(max(wanted, entries > 1_000_000 ? 2 * threads : 1), most))
    buffer = min(max(buffers / threads / (parts + 1), 64), 256 << 10)
    borders = Self.cut(slice, parts, rowsOfUnits)
    for (i, rows) in rowsOfUnits.enumerated() {
      turns += Self.cut(units[i], i, rows, max(1, (4 * threads + units.count - 1) / max(units.count, 1)))
    }
  }

  private static func sample(_ file: String, _ limit: BlockLimit) throws -> ([[UInt8]], Int64) {
    let loader = BlockLoader(limit: limit)
    let reader = try RFileReader(path: file, loader: loader)
    var rows: [[UInt8]] = []
    for group in reader.groups.indices {
      try reader.forEachIndexBlock(ofGroup: group, loader: loader) { block, _ in
        guard block.level == 0 else { return }
        let step = max(1, block.count / samples)
        for i in stride(from: step - 1, to: block.count, by: step) {
          do { rows.append(try block.entry(i).key.row) } catch {
            throw FileError(path: file, place: "index", cause: "\(error)")
          }
        }
      }
    }
    let step = max(1, rows.count / samples)
    return (stride(from: step - 1, to: rows.count, by: step).map { rows[$0] }, try reader.countEntries(loader: loader))
  }

  /// At most `count` parts of the slice with about as many sampled rows each.
  private static func cut(_ slice: Range<UInt64>, _ count: Int, _ samples: [[[UInt8]]]) -> [UInt64] {
    var rows = samples.joined().compactMap { row in
      // An index may name a prefix of a row.
      UInt64(String(decoding: row.prefix(16), as: UTF8.self), radix: 16).map {
        $0 << UInt64(64 - 4 * min(row.count, 16))
      }
    }.filter { slice.contains($0) }
    // Few samples say little about how the rows are spread.
    if rows.count < 4 * count {
      let step = (slice.upperBound - slice.lowerBound) / UInt64(4 * count)
      if step > 0 { rows += (0..<UInt64(4 * count)).map { slice.lowerBound + $0 * step } }
    }
    rows.sort()
    var borders = [slice.lowerBound]
    for i in 1..<max(count, 1) where !rows.isEmpty {
      let row = rows[i * rows.count / count]
      if row > borders[borders.count - 1] { borders.append(row) }
    }
    borders.append(max(slice.upperBound, slice.lowerBound + 1))
    return borders
  }

  /// At most `count` ranges of the rows of a unit.
  private static func cut(_ unit: VerifyUnit, _ index: Int, _ rows: [[UInt8]], _ count: Int) -> [Turn] {
    var turns: [Turn] = []
    var rest = unit.rows
    for i in 1..<max(count, 1) where rows.count >= 4 * count {
      let row = rows[i * rows.count / count]
      guard rest.contains(row), rest.end != row else { continue }
      var piece = rest
      piece.end = row
      turns.append(Turn(unit: index, rows: piece))
      rest = RowRange(after: row, through: rest.end)
    }
    return turns + [Turn(unit: index, rows: rest)]
  }
}
