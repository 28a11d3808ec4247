import BlockFile
import Entries
import Files
import RFile
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

/// A fresh directory with a table of real RFiles whose entries are known: row i is in exactly one of them.
final class CompactBed: Sendable {
  let actool = CommandRunner()

  /// The directory of the only tablet of most tests.
  static let tablet = "tables/2/t-1"

  /// Writes `files` RFiles, F0000000.rf and so on, with `entries` rows each; file f has the rows f, f + files, ...
  func makeFiles(in directory: String = CompactBed.tablet, files: Int = 3, entries: Int = 40, firstRow: Int = 0) throws
  {
    actool.write(directory + "/x", "")
    try Disk().remove(FilePath(actool.path(directory + "/x")))
    for file in 0..<files {
      let path = actool.path("\(directory)/\(FileName.make(.flush, UInt64(file)))")
      let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: .none, blockSize: 400))
      try writer.startDefaultLocalityGroup()
      let rows = (0..<entries).map { firstRow + $0 * files + file }
      try writer.append(contentsOf: ArrayCursor(rows.map(Self.entry)))
      _ = try writer.finish()
    }
  }

  static func entry(_ row: Int) -> Entry {
    let digits = String(row)
    let text = String(repeating: "0", count: 8 - digits.count) + digits
    return Entry(key: Key(row: Array(text.utf8), family: [0x66], timestamp: 5), value: Array("value \(row)".utf8))
  }

  func directory(_ name: String = CompactBed.tablet) throws -> TabletDirectory {
    TabletDirectory(
      FilePath(actool.path(name)),
      access: DirectoryAccess(
        owner: try ProcessIdentity.current(), now: { 0 },
        countEntries: { try RFileReader(path: $0.string).countEntries() }))
  }

  /// Rows of the tablet as a reader would see them, in order, with duplicates.
  func rows(in name: String = CompactBed.tablet) throws -> [Int] {
    let loader = BlockLoader()
    let directory = try directory(name)
    let merge = MergeCursor(
      try directory.contents().files.flatMap {
        try RFileReader(path: directory.path(of: $0.file).string).cursors(loader: loader)
      })
    var rows: [Int] = []
    while let entry = try merge.next() {
      let row = try #require(Int(String(decoding: entry.pointee.row.bytes, as: UTF8.self)))
      #expect(entry.pointee.entry == Self.entry(row))
      rows.append(row)
    }
    return rows
  }

  func live(_ name: String = CompactBed.tablet) throws -> [String] { try directory(name).contents().files.map(\.file) }

  /// Files in the directory that belong to it only while a job runs.
  func leftovers(_ name: String = CompactBed.tablet) throws -> [String] {
    let live = Set(try live(name))
    return actool.names(in: name).filter { ![".tablet.lock", "tablet.json"].contains($0) && !live.contains($0) }
  }

  /// The jobs that a plan prints, as text for `compact`.
  func plan(_ arguments: String..., path: String = "tables/2") -> [UInt8] {
    let outcome = actool.run(["plan", "--kind", "user"] + arguments + [path])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    return outcome.stdout
  }

  @discardableResult func planAndCompact(_ line: String = "", compact: String = "") -> CommandOutcome {
    actool.shell("actool plan --kind user \(line) tables/2 | actool compact --default-properties \(compact)")
  }

  /// The bytes of a file of the tablet.
  func bytes(of file: String) -> [UInt8]? { actool.read(Self.tablet + "/" + file) }

  /// Waits until the condition holds, at most ten seconds. Returns whether it does.
  func wait(until condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<6000 {
      if try condition() { return true }
      sleep(.milliseconds(10))
    }
    return false
  }
}

/// The records of a stream.
func records(_ bytes: [UInt8]) throws -> [Record] {
  var rest = bytes[...]
  var reader = RecordReader(source: "test") { memory in
    let count = min(memory.count, rest.count)
    memory.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }
  var records: [Record] = []
  while let record = try reader.next() { records.append(record) }
  return records
}

func jobs(_ bytes: [UInt8]) throws -> [CompactionJob] {
  try records(bytes).compactMap { if case .job(let job) = $0 { job } else { nil } }
}

func results(_ bytes: [UInt8]) throws -> [CompactionResult] {
  try records(bytes).compactMap { if case .result(let result) = $0 { result } else { nil } }
}
