import BlockFile
import Compaction
import Entries
import RFile

/// What only reads: beside the floor, which is to inflate all blocks.
struct ReadingMeasure {
  var inputs: [String]
  var setting: MeasureSetting

  /// All entries of all files in the order of their keys, as hex text that goes nowhere.
  func scan(into report: inout CaseReport) throws {
    try measure(into: &report) {
      var writer = EntryTextWriter(.hex)
      var (entries, bytes) = (0, 0)
      let cursor = try FileScan().entries(of: inputs, loader: BlockLoader())
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
    try measure(into: &report) {
      (try inputs.reduce(0) { try $0 + Int(RFileReader(path: $1).check().entries) }, 0)
    }
  }

  private func measure(
    into report: inout CaseReport, _ body: () throws -> (entries: Int, bytesOut: Int)
  ) throws {
    (report.items, report.bytesOut) = try body()
    report.itemsOut = report.items
    report.inputFiles = inputs.count
    var hash = Hash()
    for path in inputs {
      let reader = try RFileReader(path: path)
      report.bytesIn += Int(reader.file.source.count)
      hash.add(try Hash.ofEntries(path).utf8)
    }
    report.hash = hash.text
    var runs = Runs(threads: 1)
    var floors: [Double] = []
    for _ in 0..<setting.runs {
      floors.append(try CodecFloor.inflate(inputs))
      let start = Instant.now
      _ = try body()
      runs.add(from: start, to: .now)
    }
    report.conclude([runs], floors: floors)
  }
}
