import BlockFile
import Compaction
import Entries
import RFile
import Records

/// Measures commands that only read, and their floor, which is to inflate all blocks.
struct ReadingMeasure {
  var inputs: [String]
  var setting: MeasureSetting

  /// Reads all entries of all files in the order of their keys, as hex text that is discarded.
  func scan(into report: inout CaseReport) throws {
    try measure(into: &report) { loader in
      var writer = EntryTextWriter(.hex)
      var (entries, bytes) = (0, 0)
      let cursor = try FileScan().entries(of: inputs.map { MergeInput($0) }, loader: loader)
      while let entry = try cursor.next() {
        writer.append(entry)
        entries += 1
        guard writer.count >= 1 << 16 else { continue }
        bytes += writer.count
        writer.removeAll()
      }
      return (entries, bytes + writer.count)
    }
  }

  func check(into report: inout CaseReport) throws {
    try measure(into: &report) { loader in
      (try inputs.reduce(0) { try $0 + Int(RFileReader(path: $1).check(loader: loader).entries) }, 0)
    }
  }

  private func measure(
    into report: inout CaseReport, _ body: (BlockLoader) throws -> (entries: Int, bytesOut: Int)
  ) throws {
    (report.items, report.bytesOut) = try body(BlockLoader())
    report.itemsOut = report.items
    report.inputFiles = inputs.count
    var hash = Hash()
    for path in inputs {
      let reader = try RFileReader(path: path)
      report.bytesIn += Int(reader.file.source.count)
      hash.add(try Hash.ofEntries(path).utf8)
    }
    report.hash = hash.text
    var passes = setting.threadCounts.map { Runs(threads: $0) }
    var floors: [Double] = []
    for _ in 0..<setting.runs {
      floors.append(try CodecFloor.inflate(inputs))
      for i in passes.indices {
        let pool = CodecPool(threads: passes[i].threads)
        let start = Instant.now
        let found = try pool.occupy { try body(BlockLoader(pool: pool)) }
        passes[i].add(from: start, to: .now)
        guard found == (report.items, report.bytesOut) else {
          throw BenchError("\(report.name): \(pool.threads) threads give different entries than one")
        }
      }
    }
    report.conclude(passes, floors: floors)
  }
}
