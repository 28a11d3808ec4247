import BlockFile
import Compaction
import Entries
import RFile

/// Merges files of one codec into one, as a full compaction of a table with default iterators does.
struct CompactionBench {
  var codec: Codec
  var files: Int
  var entries: Int
  var runs: Int
  var directory: String

  static let header =
    "codec   merge ns   floor ns   ratio   merge M/s   CPU s   with disk ns   read back ns   wall M/s   out MB   hash"

  func run() throws -> String {
    let inputs = try (0..<files).map { try makeInput($0) }
    let total = Double(files * entries)
    let compactor = FileCompactor(
      inputs: inputs, propagateDeletes: false, output: .init(codec: codec)
    ) { VersioningIterator(source: $0, maxVersions: 1) }

    let merge = try Measurement.best(of: runs) {
      try compactor.run(into: ByteSink(discarding: "nowhere"))
    }
    let output = "\(directory)/\(codec)-output.rf"
    let wallStart = Measurement.wallSeconds
    let disk = try Measurement.best(of: 1) { try compactor.run(into: ByteSink(creating: output)) }
    let readBack = try Measurement.best(of: 1) { try RFileReader(path: output).check() }
    let wall = Measurement.wallSeconds - wallStart
    precondition(readBack.result.entries == disk.result.entriesWritten)

    let floor = try inputs.reduce(CodecFloor.deflate(output)) { try $0 + CodecFloor.inflate($1) }
    let perEntry = 1e9 / total
    return [
      codec.rawValue.padded(to: 5), (merge.seconds * perEntry).text(1), (floor * perEntry).text(1, width: 10),
      floor > 0 ? (merge.seconds / floor).text(3, width: 7) : "      -",
      (total / merge.seconds / 1e6).text(2, width: 11),
      merge.seconds.text(2, width: 7), (disk.seconds * perEntry).text(1, width: 14),
      (readBack.seconds * perEntry).text(1, width: 14), (total / wall / 1e6).text(2, width: 10),
      (Double(disk.result.fileSize) / 1e6).text(1, width: 8), "  " + String(try hash(output), radix: 16),
    ].joined(separator: " ")
  }

  private func makeInput(_ number: Int) throws -> String {
    let path = "\(directory)/\(codec)-input\(number).rf"
    let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: codec))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ContinuousIngest(count: entries, seed: UInt64(number + 1)))
    _ = try writer.finish()
    return path
  }

  /// FNV-1a over the keys and the ends of the values: the same entries give the same number, whatever the codec.
  private func hash(_ path: String) throws -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ bytes: UnsafeBufferPointer<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
    let cursor = try RFileReader(path: path).merged()
    while let entry = try cursor.next() {
      add(entry.pointee.row.bytes)
      add(entry.pointee.family.bytes)
      add(entry.pointee.qualifier.bytes)
      add(UnsafeBufferPointer(rebasing: entry.pointee.value.bytes.suffix(8)))
    }
    return hash
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
