import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import ContinuousIngest
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import TabletStore

/// Writes entries into RFiles and tablets in a scratch directory.
final class TestTable {
  let scratch = ScratchDirectory()
  static let access: DirectoryAccess = {
    guard let owner = try? ProcessIdentity.current() else { preconditionFailure("no process") }
    return DirectoryAccess(owner: owner, now: { 0 }, countEntries: { try RFileReader(path: $0.string).countEntries() })
  }()

  /// Writes one file of entries, given in any order. Returns its path.
  @discardableResult func write(_ name: String, _ entries: [Entry], blockSize: Int = 400) throws -> String {
    let folders = name.split(separator: "/").dropLast()
    if !folders.isEmpty { scratch.makeDirectory(folders.joined(separator: "/")) }
    let path = scratch.file(name)
    let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: .none, blockSize: blockSize))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries.sorted { $0.key < $1.key }))
    _ = try writer.finish()
    return path
  }

  /// Makes a small table of continuous ingest without damage, named "2". Returns its path.
  func ingest(tablets: Int, files: Int) throws -> String {
    var options = TableWriter.Options()
    (options.tablets, options.files) = (tablets, files)
    let path = scratch.file("2")
    let settings = IngestSettings(entries: 3000, seed: 5)
    _ = try TableWriter(settings, options: options, access: Self.access).write(to: FilePath(path)) { _ in }
    return path
  }

  /// Verifies, and gathers the findings.
  func verify(
    _ paths: [String], isOffline: Bool = false, memory: Int = 1 << 24, threads: Int = 2,
    explains: Bool = false, supply: ThreadSupply = ThreadSupply()
  ) throws -> Answer {
    let input = VerifyInput(paths, isOffline: isOffline, access: Self.access)
    let verifier = Verifier(
      input,
      options: .init(
        memory: memory, threads: threads, scratch: FilePath(scratch.path), explains: explains, supply: supply))
    let answer = try Self.gather(verifier.run)
    #expect(scratch.names().allSatisfy { !$0.contains("scratch") })
    return answer
  }

  /// Verifies in rounds, and gathers the findings.
  func verify(
    _ paths: [String], shards: Int, buckets: Int, memory: Int = 1 << 24, threads: Int = 2, explains: Bool = false,
    in directory: String = "links"
  ) throws -> Answer {
    let verifier = Verifier(
      VerifyInput(paths, access: Self.access),
      options: .init(memory: memory, threads: threads, scratch: FilePath(scratch.path), explains: explains))
    let directory = LinkDirectory(FilePath(scratch.file(directory)), access: Self.access)
    for shard in PartNumber.all(of: shards) {
      let report = try verifier.leaveLinks(of: shard, buckets: buckets, in: directory)
      #expect(report.problems == [])
    }
    for bucket in PartNumber.all(of: buckets) { _ = try BucketJoin(bucket, in: directory).run() }
    return try Self.gather { try verifier.merge(directory, $0) }
  }

  private static func gather(_ run: ((VerifyFinding) throws -> Void) throws -> VerifyReport) throws -> Answer {
    var answer = Answer()
    answer.report = try run { finding in
      switch finding {
      case .undefined(let row, let references): answer.undefined.append(.init(row: row, references: references))
      case .corrupt(let entry): answer.corrupt.append(entry)
      case .holes(let group): answer.groups.append(group)
      }
    }
    return answer
  }

  struct Undefined: Hashable {
    var row: UInt64
    var references: [UInt64]
  }

  struct Answer: Equatable {
    var undefined: [Undefined] = []
    var corrupt: [CorruptEntry] = []
    var groups: [HoleGroup] = []
    var report = VerifyReport(tablets: 0, files: 0)
  }

  /// An entry from Accumulo's golden lines.
  static func entry(_ row: String, _ cf: String, _ cq: String, _ cv: String, _ value: String, time: Int64 = 1) -> Entry
  {
    Entry(
      key: Key(
        row: Array(row.utf8), family: Array(cf.utf8), qualifier: Array(cq.utf8), visibility: Array(cv.utf8),
        timestamp: time), value: Array(value.utf8))
  }
}

/// A verifier that is obviously correct: it uses dictionaries and has no limits.
struct NaiveVerifier {
  var undefined: [TestTable.Undefined] = []
  var corrupt: [Key] = []
  var referenced: Int64 = 0
  var unreferenced: Int64 = 0
  var entries: Int64 = 0

  /// All entries of all files of the table, in any order.
  init(_ all: [Entry]) {
    var defined: Set<UInt64> = []
    var references: [UInt64: [UInt64]] = [:]
    for entry in Self.visible(all) {
      entries += 1
      guard let (row, previous) = Self.node(entry) else {
        corrupt.append(entry.key)
        continue
      }
      defined.insert(row)
      if let previous { references[previous, default: []].append(row) }
    }
    for row in defined { if references[row] == nil { unreferenced += 1 } else { referenced += 1 } }
    undefined = references.filter { !defined.contains($0.key) }.map {
      .init(row: $0.key, references: $0.value.sorted())
    }
    .sorted { $0.row < $1.row }
  }

  /// The newest version of each cell after deletes, in order.
  static func visible(_ all: [Entry]) -> [Entry] {
    var result: [Entry] = []
    var last: Key?
    for entry in all.sorted(by: { $0.key < $1.key }) {
      var cell = entry.key
      (cell.timestamp, cell.deleted) = (0, false)
      if cell == last { continue }
      last = cell
      if !entry.key.deleted { result.append(entry) }
    }
    return result
  }

  /// Parses only the classic form with 16 digits, the only one in these tests.
  private static func node(_ entry: Entry) -> (UInt64, UInt64?)? {
    let text = String(decoding: entry.value, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false)
    guard text.count == 4, text[0].count == 36,
      let row = UInt64(String(decoding: entry.key.row, as: UTF8.self), radix: 16)
    else { return nil }
    if !text[3].isEmpty {
      var sum: UInt32 = 0xffff_ffff
      let key = entry.key.row + entry.key.family + entry.key.qualifier + entry.key.visibility
      for byte in key + entry.value.dropLast(8) {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xedb8_8320 : sum >> 1 }
      }
      guard UInt32(text[3], radix: 16) == ~sum else { return nil }
    }
    return (row, text[2].isEmpty ? nil : UInt64(text[2], radix: 16))
  }
}
