internal import BlockFile
import Entries
internal import Files
internal import RFile
internal import Records

// Divides a run before it begins: units into ranges of rows for the threads, and the row space into parts for the
// sweep. Both are cut at keys sampled from the files' indexes, so the distribution of the rows does not matter.

/// The memory and the divisions of a run.
struct VerifyPlan: Sendable {
  /// A range of rows that a thread reads in one go.
  struct Turn: Sendable {
    var unit: Int
    var rows: RowRange
  }

  let units: [VerifyUnit]
  var turns: [Turn] = []
  /// The borders of the parts, among them those of all buckets; see `LinkStore`.
  var borders: [UInt64]
  /// The entries of the files, according to their indexes.
  var entries: Int64
  /// Bytes of memory: for links and rows in the store, for the links of one part in a sweep, and for a buffer of one
  /// part.
  var kept: Int
  var workspace: Int
  var buffer: Int

  /// The most sampled rows per file; each is the row at the end of a block.
  private static let samples = 256

  /// - Parameter problem: called with each file that cannot be read.
  init(
    _ units: [VerifyUnit], buckets: Int = 1, _ options: Verifier.Options, stop: StopFlag, problem: (String) -> Void
  ) throws {
    self.units = units
    let (memory, threads) = (options.memory, options.threads)
    var rowsOfUnits: [[[UInt8]]] = []
    entries = 0
    for unit in units {
      var rows: [[UInt8]] = []
      for file in unit.files {
        try stop.check()
        do {
          let (samples, count) = try UnitStream.reading(unit) { try Self.sample(file, options.limit) }
          rows += samples.filter { unit.rows.contains($0) }
          entries = entries.addingSaturated(count)
        } catch let error as UnreadableUnit { problem(error.problem) }
      }
      rowsOfUnits.append(rows.sorted { $0.lexicographicallyPrecedes($1) })
    }
    // Every open file needs a stored and a raw block on each thread.
    let streams = threads * (units.map(\.files.count).max() ?? 0) * 400_000
    let left = max(memory - min(streams, memory / 2), 4096)
    workspace = max(left / 2 / threads, 512)
    kept = left / 2
    let links = Double(entries) * 8
    let buffers = left / 4
    let wanted = Int(min(links * 1.25 / Double(workspace), 4096).rounded(.up))
    let most = max(1, buffers / threads / 2 / 256)
    let parts = max(1, min(max(wanted, entries > 1_000_000 ? 2 * threads : 1), most))
    borders = Self.cut(parts, buckets, rowsOfUnits)
    buffer = min(max(buffers / threads / borders.count, 64), 256 << 10)
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

  /// Cuts the row space into buckets, and at `count` places with about equally many sampled rows between them.
  private static func cut(_ count: Int, _ buckets: Int, _ samples: [[[UInt8]]]) -> [UInt64] {
    var rows = samples.joined().compactMap { row in
      // The row of an index key can be a prefix of a row.
      UInt64(String(decoding: row.prefix(16), as: UTF8.self), radix: 16).map {
        $0 << UInt64(64 - 4 * min(row.count, 16))
      }
    }.filter { $0 < RowNumber.end }
    // With few samples, assume that rows are evenly distributed.
    if rows.count < 4 * count {
      let step = RowNumber.end / UInt64(4 * count)
      rows += (0..<UInt64(4 * count)).map { $0 * step }
    }
    rows.sort()
    var borders = Set(PartNumber.all(of: buckets).map(\.rows.lowerBound))
    for i in 1..<max(count, 1) { borders.insert(rows[i * rows.count / count]) }
    borders.insert(RowNumber.end)
    return borders.sorted()
  }

  /// Cuts the rows of a unit into at most `count` ranges.
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
