import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import Settings

@Suite("Files cut at rows")
struct SplitTests {
  let scratch = ScratchDirectory()

  /// A file with these entries, in small blocks.
  func file(_ name: String, _ entries: [Entry]) throws -> FilePath {
    let path = FilePath(scratch.file(name))
    let settings = Settings(["table.file.compress.blocksize": "300"])
    let file = try EntryFile(settings, sortMemory: 1 << 20, disk: Disk(), pool: nil)
    _ = try file.write(
      EntryFileTests.reader(entries), to: path, pulse: Pulse(stop: StopFlag(), now: { .zero }))
    return path
  }

  /// Rows of four bytes, deletes and several versions among them.
  static func random(_ count: Int, seed: UInt64) -> [Entry] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { number in
      Entry(
        key: Key(
          row: (0..<4).map { _ in .random(in: 0x61...0x64, using: &generator) }, family: [0x66],
          timestamp: .random(in: 1...3, using: &generator), deleted: Int.random(in: 0..<300, using: &generator) == 0),
        value: Array("\(number)".utf8))
    }
  }

  func split(_ files: [FilePath], at rows: [[UInt8]], into name: String) throws -> [FileSplitter.Output] {
    let splitter = try FileSplitter(
      Settings(["table.file.compress.blocksize": "300"]), files: files.count, disk: Disk(), pool: nil, limit: .none)
    return try splitter.split(
      files, at: rows, into: FilePath(scratch.file(name)), pulse: Pulse(stop: StopFlag(), now: { .zero })
    ) { Issue.record("\($0)") }
  }

  func entries(_ paths: [FilePath], rows: RowRange = .all) throws -> [Entry] {
    try collect(try MergeInputs(paths.map { MergeInput($0.string, rows: rows) }, loader: BlockLoader()))
  }

  @Test("the parts hold every entry once, each in its part, and whole blocks are copied")
  func cutting() throws {
    let files = try (0..<3).map { try file("F\($0).rf", Self.random(3000, seed: UInt64($0))) }
    let one = [try file("one.rf", Self.random(3000, seed: 9).filter { !$0.key.deleted })]
    var generator = SplitMix64(seed: 5)
    for round in 0..<8 {
      let inputs = round % 2 == 0 ? files : one
      let rows = Set((0..<round).map { _ in (0..<4).map { _ in UInt8.random(in: 0x60...0x65, using: &generator) } })
      let sorted = rows.sorted { $0.lexicographicallyPrecedes($1) }
      let parts = try split(inputs, at: sorted, into: "parts\(round)")
      #expect(parts.map(\.part.endRow) == sorted.map(Optional.some) + [nil])
      var found: [Entry] = []
      for part in parts {
        guard let name = part.name else {
          #expect(try entries(inputs, rows: part.part.rows).isEmpty)
          continue
        }
        let path = FilePath(scratch.file("parts\(round)")).appending(name)
        let inPart = try entries([path])
        #expect(!inPart.isEmpty && inPart.allSatisfy { part.part.rows.contains($0.key.row) })
        let size = try FileStatus.of(path)?.size
        #expect(part.part.entries == Int64(inPart.count) && part.part.size == size)
        // Only the blocks next to the cuts are written anew.
        if round % 2 == 1 { #expect(part.blocks - part.blocksReused <= 4) }
        found += inPart
      }
      #expect(try found == entries(inputs))
      #expect(scratch.names(in: "parts\(round)").count == parts.count { $0.name != nil })
    }
  }

  @Test("proposed parts are even, but for a block of each file, and their blocks are all blocks")
  func proposals() throws {
    let files = try (0..<3).map { try file("F\($0).rf", Self.random(4000, seed: UInt64($0))).string }
    let weights = try IndexWeights(of: files, loader: BlockLoader())
    for count in [1, 2, 3, 7, 50] {
      let parts = weights.parts(count)
      #expect(parts.count == count)
      #expect(parts.reduce(0) { $0 + $1.size } == weights.size && parts.reduce(0) { $0 + $1.entries } == 12_000)
      #expect(parts[0].prevEndRow == nil && parts[count - 1].endRow == nil)
      for (a, b) in zip(parts, parts.dropFirst()) {
        #expect(a.endRow == b.prevEndRow && !a.rows.isEmpty)
      }
      // What the rows really hold, against an even share.
      let share = 12_000.0 / Double(count)
      for part in parts {
        let real = try files.reduce(0) { try $0 + FileRows(of: $1, loader: BlockLoader()).entries(in: part.rows) }
        #expect(abs(Double(real) - share) < 200, "\(count): \(real)")
      }
    }
    for (exact, plain) in zip(weights.parts(20), weights.parts(20, readable: true)) {
      #expect(plain.endRow?.last != 0xff && plain.size == exact.size)
      #expect(exact.endRow == plain.endRow || exact.endRow == plain.endRow.map { $0 + [0xff] })
    }
    // There are only so many rows: every one of them ends a part.
    let most = weights.parts(1_000_000)
    #expect(most.count > 100 && most.count <= 256 && most.dropLast().allSatisfy { $0.size > 0 })
    #expect(try IndexWeights(of: [file("none.rf", []).string], loader: BlockLoader()).parts(5).count == 1)
  }

  @Test("load plans are those of Accumulo", .enabled(if: Fixtures.shared != nil, "no ../shared"))
  func loadPlans() throws {
    let folder = try #require(Fixtures.shared) + "/golden2/loadplan"
    var compared = 0
    for number in 0..<100 {
      let top = folder + "/p" + (number < 10 ? "0" : "") + "\(number)"
      guard let bytes = try? Fixtures.bytes(top + "/case.json") else { continue }
      let test = try JSONValue(parsing: bytes)
      let splits = (test["splits"]?.strings ?? []).map { Fixtures.hex($0) }
        .sorted { $0.lexicographicallyPrecedes($1) }
      var all = LoadPlan()
      guard case .array(let files)? = test["files"] else { continue }
      for file in files {
        let name = try #require(file["file"]?.text)
        let rows = try FileRows(of: top + "/" + name, loader: BlockLoader())
        let tablets = LoadPlan(
          destinations: try rows.tablets(between: splits).map {
            .init(name, startRow: $0.prevEndRow, endRow: $0.endRow, rangeType: .table)
          })
        #expect(Self.text(tablets) == file["table"]?.text, "\(top): \(name)")
        all.destinations += tablets.destinations
        // Accumulo fails for a file without entries.
        if let (first, last) = rows.ends {
          let plan = LoadPlan(destinations: [.init(name, startRow: first, endRow: last, rangeType: .file)])
          #expect(Self.text(plan) == file["fileRange"]?.text, "\(top): \(name)")
        }
        compared += 1
      }
      if let expected = test["all"]?.text { #expect(Self.text(all) == expected, "\(top)") }
    }
    #expect(compared > 20)
  }

  private static func text(_ plan: LoadPlan) -> String {
    var line = JSONLine()
    plan.write(to: &line)
    return line.text
  }
}
