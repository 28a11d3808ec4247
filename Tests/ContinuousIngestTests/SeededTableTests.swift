import BlockFile
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@testable import ContinuousIngest
@testable import Entries
@testable import RFile

@Suite("Tables with losses that are known")
struct SeededTableTests {
  /// A table from the generator, the truth about its damage, and all entries of its files.
  private func make(_ table: TestTable, seed: UInt64) throws -> (path: String, truth: [TableWriter.Truth], all: [Entry])
  {
    var random = SplitMix64(seed: seed)
    func draw(_ below: UInt64) -> Int { Int(random.next() % below) }
    var settings = IngestSettings(
      entries: Int64(draw(3000) + 200), flushEntries: Int64(draw(60) + 1), seed: seed)
    // Small row spaces cause collisions: rows occur twice, refer to themselves, or refer to rows that are written
    // later.
    settings.rows = 0..<[RowNumber.end - 1, 100_000, 2000, 1 << 40][draw(4)]
    settings.maxFamily = [32767, 3][draw(2)]
    settings.maxQualifier = [32767, 2][draw(2)]
    settings.visibilities = [[[]], [Array("A".utf8), Array("B&C".utf8), []]][draw(2)]
    settings.deleteProbability = [0, 0.4][draw(2)]
    var options = TableWriter.Options()
    (options.tablets, options.files, options.codec, options.blockSize) = (draw(5) + 1, draw(4) + 1, .none, 500)
    (options.threads, options.memory) = (draw(3) + 1, 1 << 20)
    var damage = IngestDamage()
    (damage.lost, damage.corrupted) = (draw(20), draw(10))
    damage.lostFlushes = draw(4) == 0 ? 1 : 0
    damage.losesFile = draw(5) == 0
    let name = "\(seed)"
    var truth: [TableWriter.Truth] = []
    func write(_ name: String, _ damage: IngestDamage) throws -> [Entry] {
      let writer = try TableWriter(settings, options: options, damage: damage, access: TestTable.access)
      let result = try writer.write(to: FilePath(table.scratch.file(name))) { truth.append($0) }
      let entries = try allEntries(table.scratch.file(name))
      #expect(result.entries == Int64(entries.count))
      return entries
    }
    let whole = try write("whole", IngestDamage())
    let all = try write(name, damage)
    // Applying the truth to the undamaged table gives the damaged one.
    #expect(
      try Self.apply(truth, to: whole, lostFile: { try self.entries(in: table.scratch.file("whole/" + $0)) }) == all)
    return (table.scratch.file(name), truth, all)
  }

  private static func apply(
    _ truth: [TableWriter.Truth], to whole: [Entry], lostFile: (String) throws -> [Entry]
  ) throws -> [Entry] {
    var gone: Set<Key> = []
    var corrupted: Set<Key> = []
    var ranges: [ClosedRange<UInt64>] = []
    for fact in truth {
      switch fact {
      case .lost(let key, _): gone.insert(key)
      case .corrupted(let key, _, _): corrupted.insert(key)
      case .lostFlush(let counts): ranges.append(UInt64(counts.lowerBound)...UInt64(counts.upperBound))
      case .lostFile(let file, _): gone.formUnion(try lostFile(file).map(\.key))
      }
    }
    return whole.compactMap { entry in
      if gone.contains(entry.key) { return nil }
      let count = UInt64(String(decoding: entry.value.dropFirst(37).prefix(16), as: UTF8.self), radix: 16)
      if let count, ranges.contains(where: { $0.contains(count) }) { return nil }
      guard corrupted.contains(entry.key) else { return entry }
      var entry = entry
      let sum = UInt32(String(decoding: entry.value.suffix(8), as: UTF8.self), radix: 16)! ^ 0x10
      entry.value.replaceSubrange(
        entry.value.count - 8..<entry.value.count, with: RowNumber.hex(UInt64(sum), digits: 8))
      return entry
    }
  }

  private func allEntries(_ table: String) throws -> [Entry] {
    try TableDirectory(FilePath(table), access: TestTable.access).tablets().flatMap { tablet in
      try tablet.files.flatMap { try entries(in: "\(tablet.directory!)/\($0.file)") }
    }.sorted { $0.key < $1.key }
  }

  private func entries(in file: String) throws -> [Entry] { try collect(RFileReader(path: file).merged()) }

  @Test("100 tables: the same answer as a naive verifier, at any memory, threads, shards and buckets")
  func tables() throws {
    var spilled = 0
    for seed in 1...100 as ClosedRange<UInt64> {
      let table = TestTable()
      let (path, _, all) = try make(table, seed: seed)
      let naive = NaiveVerifier(all)
      var whole: TestTable.Answer?
      for (memory, threads) in [(0, 1), (30_000, 3), (1 << 24, 2)] {
        let answer = try table.verify([path], memory: memory, threads: threads)
        check(answer, naive, "seed \(seed), memory \(memory)")
        if answer.report.scratchBytes > 0 { spilled += 1 }
        whole = answer
      }
      // More shards than tablets at times, so that some are empty.
      let (shards, buckets, explains) = (Int(seed % 7 + 1), Int(seed / 7 % 4 + 1), seed % 2 == 0)
      var one = explains ? try table.verify([path], explains: true) : try #require(whole)
      one.report.scratchBytes = 0
      func many(_ memory: Int, _ threads: Int) throws -> TestTable.Answer {
        try table.verify(
          [path], shards: shards, buckets: buckets, memory: memory, threads: threads, explains: explains,
          in: "links\(threads)")
      }
      #expect(try many(30_000, 3) == one, "seed \(seed), \(shards) shards, \(buckets) buckets")
      guard seed % 20 == 0 else { continue }
      // A second attempt writes the same bytes, however it runs.
      #expect(try many(1 << 24, 1) == one)
      let difference = Subprocess.run(
        "/usr/bin/diff", ["-r", table.scratch.file("links1"), table.scratch.file("links3")])
      #expect(difference.status == 0, "seed \(seed): \(difference.stdout)")
    }
    #expect(spilled > 95)
  }

  private func check(_ answer: TestTable.Answer, _ naive: NaiveVerifier, _ note: Comment) {
    #expect(answer.report.problems == [], note)
    #expect(answer.undefined == naive.undefined, note)
    #expect(answer.corrupt.map(\.key) == naive.corrupt, note)
    #expect(answer.corrupt.allSatisfy { $0.fault == .badChecksum && $0.file.hasSuffix(".rf") }, note)
    #expect(answer.report.referenced == naive.referenced, note)
    #expect(answer.report.unreferenced == naive.unreferenced, note)
    #expect(answer.report.undefined == Int64(naive.undefined.count), note)
    #expect(answer.report.corrupt == Int64(naive.corrupt.count), note)
    #expect(answer.report.entries == naive.entries, note)
  }

  @Test("the same seed gives the same bytes, whatever the threads and the memory")
  func determinism() throws {
    let table = TestTable()
    var settings = IngestSettings(entries: 40_000, flushEntries: 700, seed: 5)
    settings.zipfian = .init(minimum: 0, maximum: 50, exponent: 1.5)
    var contents: Set<[[UInt8]]> = []
    for (name, threads, memory) in [("a", 1, 1 << 30), ("b", 3, 1 << 20), ("c", 2, 40_000)] {
      var options = TableWriter.Options()
      (options.tablets, options.files, options.threads, options.memory) = (3, 2, threads, memory)
      let directory = table.scratch.file(name + "/2")
      table.scratch.makeDirectory(name)
      _ = try TableWriter(settings, options: options, access: TestTable.access).write(to: FilePath(directory)) { _ in }
      let files = try TableDirectory(FilePath(directory), access: TestTable.access).tablets().flatMap { tablet in
        tablet.files.map { "\(tablet.directory!)/\($0.file)" }
      }
      #expect(files.count == 6)
      contents.insert(try files.map { try Fixtures.bytes($0) })
      #expect(try table.verify([directory]).report.isHealthy)
    }
    #expect(contents.count == 1)
  }

  @Test("lost files, lost flushes and lost ranges are told apart")
  func explained() throws {
    var batches = 0
    for seed in 1...5 as ClosedRange<UInt64> {
      var damage = IngestDamage()
      damage.losesFile = true
      let files = try groups(seed, damage) { $0 }
      #expect(!files.isEmpty && files.allSatisfy { $0.pattern == .file && $0.tablet == files[0].tablet })
      damage = IngestDamage()
      damage.lostFlushes = 1
      let flushes = try groups(seed, damage) { $0 }
      // The close of a cycle is a flush, too. If it is lost, the older versions remain, and no row is missing.
      #expect(flushes.allSatisfy { $0.pattern == .batch && $0.tabletsAlike == 4 })
      batches += flushes.count
      let range = try groups(seed, IngestDamage()) { entries in
        let low = entries.count / 3
        return Array(entries[..<low] + entries[(low + 60)...])
      }
      let large = range.filter { $0.holes >= 8 }
      #expect(large.count == 1 && large[0].pattern == .range && large[0].holes > 50)
    }
    #expect(batches >= 4)
  }

  /// The groups of holes of a table; `change` can remove entries from the first file of its last tablet.
  private func groups(
    _ seed: UInt64, _ damage: IngestDamage, _ change: ([Entry]) -> [Entry]
  ) throws -> [HoleGroup] {
    let table = TestTable()
    var options = TableWriter.Options()
    (options.tablets, options.files, options.codec) = (4, 3, .none)
    let path = table.scratch.file("2")
    let settings = IngestSettings(entries: 26_000, flushEntries: 500, seed: seed)
    _ = try TableWriter(settings, options: options, damage: damage, access: TestTable.access).write(to: FilePath(path))
    { _ in }
    var paths = [path]
    if damage == IngestDamage() {
      // Without tablet.json: given as the files of one tablet.
      paths = try TableDirectory(FilePath(path), access: TestTable.access).tablets().flatMap { tablet in
        try tablet.files.map { try self.entries(in: "\(tablet.directory!)/\($0.file)") }
      }.joined().sorted { $0.key < $1.key }.split(whole: change).enumerated().map {
        try table.write("\($0.offset).rf", $0.element)
      }
    }
    return try table.verify(paths, isOffline: damage == IngestDamage(), explains: true).groups
  }

  @Test("what could not be looked at is named, and nothing is said about rows")
  func problems() throws {
    let table = TestTable()
    let path = try table.ingest(tablets: 3, files: 2)
    let file = path + "/t-0000002/F0000002.rf"
    let bytes = try Fixtures.bytes(file)
    func problems(_ word: String) throws {
      let answer = try table.verify([path])
      #expect(
        answer.report.problems.count >= 1 && answer.report.problems[0].contains(word), "\(answer.report.problems)")
      #expect(answer.undefined.isEmpty && answer.report.referenced == 0)
    }
    let input = VerifyInput([path], access: TestTable.access)
    #expect(input.problems == [])
    table.scratch.write("2/t-0000002/F0000002.rf", bytes)
    let limits = Verifier.Options(memory: 1 << 20, threads: 1, scratch: FilePath(table.scratch.path))
    let changed = try Verifier(input, options: limits).run { _ in }
    #expect(changed.problems == ["\(file) changed while it was verified: run again"])
    var broken = bytes
    for i in 40..<80 { broken[i] ^= 0x55 }
    table.scratch.write("2/t-0000002/F0000002.rf", broken)
    try problems("F0000002.rf")
    table.scratch.write("2/t-0000002/F0000002.rf", bytes + [0])
    try problems("F0000002.rf has")
    _ = Subprocess.run("/bin/rm", [file])
    try problems("F0000002.rf is a file of the tablet, but does not exist")
    _ = Subprocess.run("/bin/rm", ["-r", path + "/t-0000002"])
    try problems("has no tablet for the rows")
    let absent = try table.verify([path + "/none"])
    #expect(absent.report.problems.count == 1)
  }
}

extension [Entry] {
  /// Two files of one tablet, after a change of all entries.
  fileprivate func split(whole change: ([Entry]) -> [Entry]) -> [[Entry]] {
    let rest = change(self)
    return [0, 1].map { file in rest.indices.filter { $0 % 2 == file }.map { rest[$0] } }
  }
}
