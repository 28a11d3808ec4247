import Entries
import Records
import TabletStore

/// Records, entries and `tablet.json`: what was read and is written again must be the same.
enum RecordTargets {
  /// Lines of records; also single JSON values of both dialects, and those that Accumulo stores.
  static func records(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let extent = KeyExtent(tableId: "2")
    let attempts: [() throws -> Void] = [
      { _ = try JSONValue(parsing: bytes) }, { _ = try JSONValue(parsing: bytes, .lenient) },
      { _ = try ExternalJob(ecid: "ECID:6f1b8ee2-4b0c-4a0e-9f5d-0d3c6d2b7f10", of: extent, json: text) },
      { _ = try ExternalJob(ecid: "ECID-6f1b8ee2-4b0c-4a0e-9f5d-0d3c6d2b7f10", of: extent, json: text) },
      { _ = try ExternalFinalState(json: text) }, { _ = try StoredTabletFile(json: text) },
      { _ = try SplitsFile.rows(in: bytes, isBase64: false, source: "input") },
      { _ = try SplitsFile.rows(in: bytes, isBase64: true, source: "input") },
    ]
    for attempt in attempts {
      do { try attempt() } catch { Oracle.isReadable(error) }
    }
    var reader = RecordReader(source: "input", read: stream(bytes))
    while let record = try reader.next() {
      switch record {
      case .tablet(let tablet): repeats(tablet, tablet.write, Tablet.init)
      case .job(let job): repeats(job, job.write, CompactionJob.init)
      case .result(let result): repeats(result, result.write, CompactionResult.init)
      case .batch(let batch): repeats(batch, batch.write, JobBatch.init)
      case .leftovers(let leftovers): repeats(leftovers, leftovers.write, Leftovers.init)
      case .tserver, .summary, .arrival: break
      }
    }
  }

  private static func repeats<R: Equatable>(
    _ record: R, _ write: (inout JSONLine) -> Void, _ read: (RecordFields) throws -> R
  ) {
    var line = JSONLine()
    write(&line)
    let again = Oracle.unfailing("a record that was written") { try read(RecordFields(parsing: line.bytes)) }
    Oracle.holds(again == record, "written and read: \(record), then \(again)")
  }

  /// A byte for the format, then lines of entries.
  static func entries(_ bytes: [UInt8]) throws {
    var input = Input(bytes)
    let isHex = input.byte() & 1 == 1
    let rest = Array(input.rest)
    let reader = EntryTextReader(isHex ? .hex : .json, source: "input", limit: 1 << 20, read: stream(rest))
    var writer = EntryTextWriter(isHex ? .hex : .json)
    var sum = EntrySum()
    defer { Oracle.holds(self.sum(writer, isHex) == sum, "entries written and read") }
    while let entry = try reader.next() {
      sum.add(entry)
      writer.append(entry)
    }
  }

  private static func sum(_ writer: borrowing EntryTextWriter, _ isHex: Bool) -> EntrySum {
    Oracle.unfailing("entries that were written") {
      try EntryTextReader(isHex ? .hex : .json, source: "output", read: stream(Array(writer.bytes))).sum()
    }
  }

  static func tablet(_ bytes: [UInt8]) throws {
    let manifest = try TabletManifest(json: bytes, path: "tablet.json")
    let again = Oracle.unfailing("a manifest that was written") {
      try TabletManifest(json: manifest.json(), path: "again")
    }
    Oracle.holds(again == manifest, "a manifest, written and read")
  }

  /// Gives out the bytes in pieces, so that lines cross their borders.
  private static func stream(_ bytes: [UInt8]) -> (UnsafeMutableRawBufferPointer) -> Int {
    var rest = bytes[...]
    return { memory in
      let piece = rest.prefix(min(61, memory.count))
      memory.copyBytes(from: piece)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
  }
}
