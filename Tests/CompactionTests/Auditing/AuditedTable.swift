import SystemPackage
import TestSupport

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import Settings
@testable import TabletStore

/// A table of real RFiles in a scratch directory, with random entries and random compactions of several kinds. Remembers
/// every entry that was ever put into it, and every result.
final class AuditedTable {
  let scratch = ScratchDirectory()
  let access: DirectoryAccess
  let extents = [
    KeyExtent(tableId: "2", endRow: Array("h".utf8)),
    KeyExtent(tableId: "2", prevEndRow: Array("h".utf8), endRow: Array("p".utf8)),
    KeyExtent(tableId: "2", prevEndRow: Array("p".utf8)),
  ]
  private(set) var results: [CompactionResult] = []
  /// What was put into each tablet, in its rows.
  private(set) var given: [EntrySum] = [EntrySum(), EntrySum(), EntrySum()]
  private var random: SplitMix64
  private var numbers: UInt64 = 0

  /// - Parameter files: of each tablet at first.
  init(files: Int, seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    access = DirectoryAccess(
      owner: try .current(), now: { 0 },
      countEntries: { path in
        let loader = BlockLoader()
        return try RFileReader(path: path.string, loader: loader).countEntries(loader: loader)
      })
    for (i, extent) in extents.enumerated() {
      scratch.makeDirectory("2/t-\(i)")
      let flushed = try (0..<files).map { _ in try flush(into: i) }
      try directory(i).create(TabletManifest(extent: extent, files: flushed))
    }
  }

  func directory(_ tablet: Int) -> TabletDirectory {
    TabletDirectory(FilePath(scratch.file("2/t-\(tablet)")), access: access)
  }

  func files(_ tablet: Int) throws -> [TabletFile] { try directory(tablet).contents().files }

  func path(_ file: String, _ tablet: Int) -> String { scratch.file("2/t-\(tablet)/\(file)") }

  /// The state as `actool tablets` prints it.
  func record(_ tablet: Int) throws -> Tablet { try directory(tablet).tablet() }

  // MARK: Files

  /// Rows of all tablets, so that every file has some that its tablet has not.
  private func entry() -> Entry {
    let row = UInt8.random(in: UInt8(ascii: "a")...UInt8(ascii: "z"), using: &random)
    return Entry(
      key: Key(
        row: [row], family: Array("f\(random.next() % 3)".utf8), qualifier: Array("q\(random.next() % 2)".utf8),
        timestamp: Int64(random.next() % 6), deleted: random.next() % 9 == 0),
      value: Array("\(random.next() % 100)".utf8))
  }

  private func flush(into tablet: Int) throws -> TabletFile {
    let entries = (0..<60).map { _ in entry() }.sorted { $0.key < $1.key }
    numbers += 1
    let name = FileName.make(.flush, numbers)
    let inside = entries.filter { extents[tablet].rows.contains($0.key.row) }
    given[tablet] += Self.sum(inside)
    return TabletFile(
      file: name, size: try write(entries, to: path(name, tablet), codec: .none), entries: Int64(entries.count))
  }

  /// Gives the size.
  @discardableResult
  func write(_ entries: [Entry], to path: String, codec: Codec) throws -> Int64 {
    let sink = ByteSink(memory: path)
    let writer = try RFileWriter(sink, options: .init(codec: codec, blockSize: 150, indexBlockSize: 150))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries))
    let size = try writer.finish()
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(sink.memory) }
    return size
  }

  static func sum(_ entries: [Entry]) -> EntrySum {
    var sum = EntrySum()
    let cursor = ArrayCursor(entries)
    while let entry = try? cursor.next() { sum.add(entry) }
    return sum
  }

  /// Adds a file, as a flush does.
  private func grow(_ tablet: Int) throws {
    var manifest = try directory(tablet).contents()
    manifest.files.append(try flush(into: tablet))
    try directory(tablet).replace(with: manifest)
  }

  // MARK: Compactions

  private static let user = "org.apache.accumulo.core.iterators.user."

  /// Settings of a kind that changes from job to job.
  private func properties() -> [String: String] {
    var properties = [
      "table.file.compress.blocksize": "150B", "table.file.compress.blocksize.index": "150B",
      "table.file.compress.type": ["none", "gz", "zstd"].randomElement(using: &random)!,
      "table.iterator.majc.vers": "20," + Self.user + "VersioningIterator",
      "table.iterator.majc.vers.opt.maxVersions": "\(1 + random.next() % 4)",
    ]
    if random.next() % 3 == 0 {
      properties["table.groups.enabled"] = "g"
      properties["table.group.g"] = "f0"
    }
    if random.next() % 4 == 0 {
      properties["table.iterator.majc.old"] = "10," + Self.user + "AgeOffFilter"
      properties["table.iterator.majc.old.opt.ttl"] = "9"
      properties["table.iterator.majc.old.opt.currentTime"] = "\(9 + random.next() % 4)"
    }
    if random.next() % 4 == 0 {
      properties["table.iterator.majc.sum"] = "30," + Self.user + "SummingCombiner"
      properties["table.iterator.majc.sum.opt.columns"] = "f1"
      properties["table.iterator.majc.sum.opt.type"] = "STRING"
    }
    return properties
  }

  private func job(_ tablet: Int) throws -> CompactionJob {
    if try files(tablet).isEmpty || random.next() % 2 == 0 { try grow(tablet) }
    let files = try files(tablet).shuffled(using: &random)
    let inputs = Array(files.prefix(Int.random(in: 1...min(files.count, 4), using: &random)))
    let takesAll = inputs.count == files.count
    numbers += 1
    let output = FileName.make(takesAll ? .fullCompaction : .compaction, numbers)
    return CompactionJob(
      ecid: "ECID:\(numbers)", extent: extents[tablet], directory: directory(tablet).path.string, kind: .user,
      service: "default", executor: "i.default.small", pass: 1, priority: 1, inputs: inputs, nextFiles: [],
      output: output, tmp: output + "_tmp", propagateDeletes: !takesAll, selectedAll: takesAll,
      bytes: inputs.reduce(0) { $0 + $1.size }, properties: properties())
  }

  /// Runs some jobs, one of each tablet at a time.
  func compact(_ count: Int, keepingInputs: Bool = false) throws {
    var configuration = RFileExecution(
      configuration: Configuration(), acceptsDefaults: true, map: FileMap(), disk: Disk(), now: { 0 })
    configuration.limit = .none
    let start = ContinuousClock.now
    let runner = JobRunner(
      RunConditions(
        access: access, stop: StopFlag(), keepsInputs: keepingInputs, clock: { ContinuousClock.now - start }),
      threads: 2, memory: 1 << 30)
    let end = results.count + count
    while results.count < end {
      let jobs = try extents.indices.prefix(end - results.count).map { try job($0) }
      _ = try runner.run(jobs, with: configuration) { event in
        if case .ended(_, let result, _) = event { results.append(result) }
      }
    }
  }

  // MARK: Audits

  /// The history of a tablet, read from some results.
  func history(_ tablet: Int, _ results: [CompactionResult]? = nil, first: Tablet? = nil) -> TabletHistory {
    var history = TabletHistory(extents[tablet])
    if let first { history.begin(with: first, at: "first.json, line \(tablet + 1)") }
    for (number, result) in (results ?? self.results).enumerated() where result.extent == extents[tablet] {
      history.add(result, at: "results.json, line \(number + 1)")
    }
    return history
  }

  /// An audit of a tablet: the lines of its problems.
  func problems(_ tablet: Int, _ results: [CompactionResult]? = nil, first: Tablet? = nil) throws -> [String] {
    try report(tablet, results, first: first).problems
  }

  func report(_ tablet: Int, _ results: [CompactionResult]? = nil, first: Tablet? = nil) throws -> AuditReport {
    let pool = CodecPool(threads: 1)
    let history = history(tablet, results, first: first)
    return try pool.occupy {
      try TabletAudit(history, in: directory(tablet), pool: pool, limit: .none).run()
    }
  }
}
