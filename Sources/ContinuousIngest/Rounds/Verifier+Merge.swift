import Entries
internal import Files
internal import Records

// The end of a verification on many machines: counts are added up, the undefined rows of the buckets follow on one
// another, the corrupt entries of the shards are merged. If there are undefined rows, the tablets of those shards are read
// again that refer to them, since nothing says which entry a link came from.

extension Verifier {
  /// The answer of the run that left its files in `directory`. Calls `tell` with each finding, as `run` would.
  /// - Throws: `LinkFileError` when files are missing, damaged, or of other inputs, before the first call of `tell`
  ///   (unless they change meanwhile); `Stopped`, `SystemError`, and the errors of `tell`.
  package func merge(_ directory: LinkDirectory, _ tell: (VerifyFinding) throws -> Void) throws -> VerifyReport {
    var report = input.report
    report.problems = input.problems
    guard report.problems.isEmpty else { return report }
    let (counts, reading, shards, concerned) = try sums(directory)
    report.take(reading)
    report.take(counts)

    let isConcerned = { options.explains && counts.undefined > 0 || concerned.contains($0) }
    let units = zip(input.units, input.shards(of: shards)).filter { isConcerned($1) }.map(\.0)
    var problems: [String] = []
    let plan = try VerifyPlan(units, options, stop: stop) { problems.append($0) }
    report.problems = Set(problems + input.changes).sorted()
    guard report.problems.isEmpty else { return report }
    let (holes, corrupt) = try directory.answers()
    report.problems = try finish(plan, SharedFindings(holes: holes, corrupt: corrupt), tell)
    return report
  }

  /// Reads all files to their ends. Returns the counts, and which shards refer to undefined rows.
  private func sums(
    _ directory: LinkDirectory
  ) throws -> (counts: LinkCounts, reading: VerifyReading, shards: Int, concerned: Set<Int>) {
    let (holes, corrupt) = try directory.answers()
    guard holes[0].identity.input == input.digest else {
      throw LinkFileError(
        "\(directory.path)", "is about other tables or files than these, or they changed since",
        "verify them again from the shards on, into a new directory")
    }
    var counts = LinkCounts()
    var reading = VerifyReading()
    var concerned: Set<Int> = []
    for reader in holes {
      try stop.check()
      let numbers = try reader.end(.links)
      counts.referenced = try reader.sum(counts.referenced, numbers[0])
      counts.unreferenced = try reader.sum(counts.unreferenced, numbers[1])
      counts.undefined = try reader.sum(counts.undefined, numbers[2])
      concerned.formUnion(numbers[3...].map { Int($0) })
    }
    for reader in corrupt {
      try stop.check()
      let numbers = try reader.end(.corrupt)
      reading.entries = try reader.sum(reading.entries, numbers[0])
      reading.corrupt = try reader.sum(reading.corrupt, numbers[1])
      reading.strayNULs = try reader.sum(reading.strayNULs, numbers[2])
      reading.failing = try reader.sum(reading.failing, numbers[3])
    }
    return (counts, reading, corrupt.count, concerned)
  }
}

/// Findings in files of joins and shards. They can be read once.
private struct SharedFindings: FindingSource {
  var holes: [LinkFileReader]
  var corrupt: [LinkFileReader]

  func forEachHole(_ body: (UInt64) throws -> Void) throws {
    for reader in holes {
      let bucket = PartNumber(reader.identity.bucket, of: reader.identity.buckets)
      let stream = LinkStream(reader, rows: bucket.rows)
      while try stream.load() {
        for link in stream.taken() { try body(link >> 1) }
      }
    }
  }

  func forEachCorrupt(_ body: (CorruptEntry) throws -> Void) throws {
    var streams = try corrupt.compactMap { try CorruptStream($0) }
    // In falling order, so that the next one is the last.
    streams.sort { $1.entry < $0.entry }
    while var stream = streams.popLast() {
      try body(stream.entry)
      guard try stream.advance() else { continue }
      var (low, high) = (0, streams.count)
      while low < high {
        let middle = (low + high) / 2
        if stream.entry < streams[middle].entry { low = middle + 1 } else { high = middle }
      }
      streams.insert(stream, at: low)
    }
  }
}

/// The corrupt entries of a shard, one after the other.
private struct CorruptStream {
  private(set) var entry: CorruptEntry
  /// Those of the frame that follow, in falling order.
  private var rest: [CorruptEntry]
  private let reader: LinkFileReader

  /// Nil when there are none.
  init?(_ reader: LinkFileReader) throws {
    self.reader = reader
    rest = try Self.load(reader)
    guard let first = rest.popLast() else { return nil }
    entry = first
  }

  /// False at the end.
  mutating func advance() throws -> Bool {
    if rest.isEmpty { rest = try Self.load(reader) }
    guard let next = rest.popLast() else { return false }
    guard !(next < entry) else { throw reader.error("expected corrupt entries in the order of their keys") }
    entry = next
    return true
  }

  private static func load(_ reader: LinkFileReader) throws -> [CorruptEntry] {
    var entries: [CorruptEntry] = []
    _ = try reader.next(.corrupt) { bytes in
      var place = 0
      while place < bytes.count {
        guard let entry = CorruptEntry(bytes, at: &place) else { throw reader.error("expected corrupt entries") }
        entries.append(entry)
      }
    }
    return entries.reversed()
  }
}
