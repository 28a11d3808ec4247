import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Digests
@testable import Entries
@testable import RFile
@testable import Records
@testable import TabletStore

@Suite("Auditing a table")
struct AuditTests {
  /// What lies in the files of a tablet, in its rows.
  private static func held(_ table: AuditedTable, _ tablet: Int) throws -> EntrySum {
    try table.files(tablet).reduce(into: EntrySum()) { sum, file in
      let entries = try collect(RFileReader(path: table.path(file.file, tablet)).merged())
      sum += AuditedTable.sum(entries.filter { table.extents[tablet].rows.contains($0.key.row) })
    }
  }

  @Test("200 random compactions: the table is its first state without what each fate took, and nothing is unproven")
  func randomCompactions() throws {
    let table = try AuditedTable(files: 5, seed: 7)
    let first = try table.extents.indices.map { try table.record($0) }
    try table.compact(200)
    #expect(table.results.count == 200 && table.results.allSatisfy { $0.state == .finished })
    var fates: Set<String> = []
    for tablet in table.extents.indices {
      let report = try table.report(tablet)
      #expect(report.problems == [])
      #expect(report.isProven && report.jobs >= 66)
      #expect(report.first.sum == table.given[tablet])
      #expect(try report.now.sum == Self.held(table, tablet))
      let dropped = report.dropped.reduce(report.now.sum) { $0 + $1.sum }
      #expect(report.made.reduce(report.first.sum) { $0 + $1.sum } == dropped)
      #expect(try report.now.files == table.files(tablet).count)
      #expect(report.chained > 20)
      fates.formUnion(report.dropped.map(\.name) + report.made.map { "made by \($0.name)" })
      // What was flushed since is none of that state, and no reason to doubt.
      #expect(try table.report(tablet, first: first[tablet]) == report)
    }
    #expect(
      fates.sorted() == ["combiner sum", "delete", "filter old", "made by combiner sum", "marker", "versions"])
  }

  /// A table of its own for each test that damages it.
  private static func small(keepingInputs: Bool = false) throws -> (AuditedTable, first: [Tablet]) {
    let table = try AuditedTable(files: 4, seed: 3)
    let first = try table.extents.indices.map { try table.record($0) }
    try table.compact(18, keepingInputs: keepingInputs)
    for tablet in table.extents.indices { #expect(try table.problems(tablet) == []) }
    return (table, first)
  }

  @Test("a result that is lost is found, or tablet.json still has its certificate")
  func lostResults() throws {
    let (table, _) = try Self.small()
    for i in table.results.indices {
      var results = table.results
      let lost = results.remove(at: i)
      let tablet = try #require(table.extents.firstIndex(of: lost.extent))
      let report = try table.report(tablet, results)
      if try table.files(tablet).contains(where: { $0.file == lost.output }) {
        #expect(try report == table.report(tablet), "\(lost.ecid)")
      } else {
        #expect(report.problems.contains { $0.contains("is missing") }, "\(lost.ecid): \(report.problems)")
      }
    }
    // Without any result, the last jobs of each chain are known, and those before them are missed.
    for tablet in table.extents.indices {
      let report = try table.report(tablet, [])
      #expect(report.jobs > 0 && !report.isProven)
    }
  }

  @Test("a certificate in tablet.json must agree with the result")
  func keptCertificates() throws {
    let (table, _) = try Self.small()
    let (tablet, file, _) = try Self.liveOutput(table)
    var manifest = try table.directory(tablet).contents()
    let kept = try #require(manifest.certificates[file.file])
    #expect(kept == table.results.first { $0.output == file.file }?.certificate)
    manifest.certificates[file.file]?.output = Self.other(kept.output, 1)
    try table.directory(tablet).replace(with: manifest)
    #expect(
      try table.problems(tablet) == ["\(file.file): tablet.json has a certificate that differs from its result"])
    manifest.certificates[file.file] = nil
    try table.directory(tablet).replace(with: manifest)
    #expect(try table.problems(tablet) == [])
  }

  @Test("results that come in another order, or twice, are the same; another one of the same job is not")
  func orderOfResults() throws {
    let (table, _) = try Self.small()
    for tablet in table.extents.indices {
      let report = try table.report(tablet)
      #expect(try table.report(tablet, table.results.reversed()) == report)
      #expect(try table.report(tablet, table.results + table.results) == report)
      var failed = table.results
      for i in failed.indices { failed[i].state = .failed }
      #expect(try table.report(tablet, failed + table.results) == report)
    }
    var other = table.results[0]
    other.seconds += 1
    let tablet = try #require(table.extents.firstIndex(of: other.extent))
    #expect(
      try table.problems(tablet, table.results + [other]).first
        == "results.json, line 19: a second, different result of \(other.ecid)")
  }

  private static func flip(_ digest: inout Digest, _ place: Int) { digest = Digest(digest.bits ^ (1 << (place % 128))) }

  private static func other(_ sum: EntrySum, _ place: Int) -> EntrySum {
    var digest = sum.digest
    flip(&digest, place)
    return EntrySum(count: sum.count, digest: digest)
  }

  /// Every way to change a number or a name of a result, one at a time.
  ///
  /// The name of a file that was flushed after the first state is known from nowhere else.
  private static func alterations(
    of result: CompactionResult, isLive: Bool, first: Tablet
  ) throws -> [CompactionResult] {
    let certificate = try #require(result.certificate)
    var altered: [CompactionResult] = []
    func alter(_ change: (inout CompactionResult, inout Certificate) -> Void) {
      var (other, books) = (result, certificate)
      change(&other, &books)
      other.certificate = books
      if other != result { altered.append(other) }
    }
    func alter(_ sum: WritableKeyPath<Certificate, EntrySum>) {
      alter { $1[keyPath: sum] = other($1[keyPath: sum], 5) }
      alter { $1[keyPath: sum] = EntrySum(count: $1[keyPath: sum].count + 1, digest: $1[keyPath: sum].digest) }
    }
    alter { result, _ in result.entries += 1 }
    alter { result, _ in result.entriesRead -= 1 }
    // Else `tablet.json` has the certificate.
    if !isLive {
      alter { result, _ in result.state = .failed }
      alter { result, _ in result.extent.endRow = [1] }
    }
    alter(\.output)
    for i in certificate.inputs.indices {
      alter(\.inputs[i].sum)
      let name = certificate.inputs[i].name
      if !name.hasPrefix("F") || first.files.contains(where: { $0.file == name }) {
        alter { $1.inputs[i].name = "F9999999.rf" }
      }
      alter { $1.inputs.remove(at: i) }
    }
    for i in certificate.dropped.indices { alter(\.dropped[i].sum) }
    for i in certificate.made.indices { alter(\.made[i].sum) }
    alter { result, _ in result.output = result.output.map { _ in "C9999999.rf" } }
    alter { result, _ in result.output = nil }
    guard isLive else { return altered }
    alter { result, _ in result.fileSize += 1 }
    alter { _, books in books.digest = Digest((books.digest?.bits ?? 0) ^ 1) }
    alter { _, books in books.digest = nil }
    return altered
  }

  @Test("a result in which any number or name was changed is found")
  func alteredResults() throws {
    let (table, first) = try Self.small()
    for (i, result) in table.results.enumerated() {
      let tablet = try #require(table.extents.firstIndex(of: result.extent))
      let isLive = try table.files(tablet).contains { $0.file == result.output }
      for other in try Self.alterations(of: result, isLive: isLive, first: first[tablet]) {
        var results = table.results
        results[i] = other
        #expect(try table.problems(tablet, results, first: first[tablet]) != [], "\(other)")
      }
    }
  }

  @Test("two changes that keep the equation of a job are found where its files meet others")
  func balancedAlterations() throws {
    let (table, _) = try Self.small()
    for (i, result) in table.results.enumerated() {
      guard var certificate = result.certificate, !certificate.inputs.isEmpty, result.entries > 0 else { continue }
      let tablet = try #require(table.extents.firstIndex(of: result.extent))
      guard table.results.contains(where: { $0.output == certificate.inputs[0].name }) else { continue }
      // An entry more in an input, and in the output.
      let entry = AuditedTable.sum([Entry(key: Key(row: [1]), value: [])])
      certificate.inputs[0].sum += entry
      certificate.output += entry
      var results = table.results
      results[i].certificate = certificate
      results[i].entries += 1
      results[i].entriesRead += 1
      #expect(certificate.imbalance == nil)
      #expect(try table.problems(tablet, results).contains { $0.contains(" read ") && $0.contains(" wrote ") })
    }
  }

  private struct Missing: Error {}

  /// A live output and its tablet.
  private static func liveOutput(_ table: AuditedTable) throws -> (tablet: Int, file: TabletFile, path: String) {
    for tablet in table.extents.indices {
      for file in try table.files(tablet) where !file.file.hasPrefix("F") {
        return (tablet, file, table.path(file.file, tablet))
      }
    }
    throw Missing()
  }

  @Test("an entry that was changed in a file is found, and so is a file that was written again with the same entries")
  func changedEntries() throws {
    let (table, _) = try Self.small()
    let (tablet, file, path) = try Self.liveOutput(table)
    let bytes = try Fixtures.bytes(path)
    let entries = try collect(RFileReader(path: path).merged())
    #expect(entries.count > 3)
    for place in entries.indices {
      var others = entries
      others[place].value.append(0x31)
      try table.write(others, to: path, codec: .none)
      #expect(try table.problems(tablet).contains { $0.hasPrefix(file.file + ": ") })
      others = entries
      others.remove(at: place)
      try table.write(others, to: path, codec: .none)
      #expect(try table.problems(tablet).contains { $0.hasPrefix(file.file + ": ") })
    }
    table.scratch.write("copy.rf", bytes)
    try table.write(entries, to: path, codec: .gz)
    #expect(try !table.problems(tablet).isEmpty)
  }

  @Test("a bit that flips in any byte of an output is found")
  func flippedBits() throws {
    let (table, _) = try Self.small()
    let (tablet, file, path) = try Self.liveOutput(table)
    let written = try #require(table.history(tablet).trace(of: file.file)?.written)
    let evidence = FileEvidence(rows: table.extents[tablet].rows, pool: CodecPool(threads: 1), limit: .none)
    func problem() throws -> String? {
      try evidence.problem(of: FilePath(path), nil, expecting: written.sum, written.digest, written.size)
    }
    var bytes = try Fixtures.bytes(path)
    for place in bytes.indices {
      bytes[place] ^= 1 << (place % 8)
      table.scratch.write("2/t-\(tablet)/\(file.file)", bytes)
      #expect(try problem() != nil, "byte \(place)")
      bytes[place] ^= 1 << (place % 8)
    }
    table.scratch.write("2/t-\(tablet)/\(file.file)", bytes)
    #expect(try problem() == nil)
    #expect(try table.problems(tablet) == [])
  }

  @Test("files that are gone, swapped or not in tablet.json are named")
  func missingFiles() throws {
    let (table, _) = try Self.small()
    let (tablet, file, path) = try Self.liveOutput(table)
    let bytes = try Fixtures.bytes(path)
    for other in table.extents.indices where other != tablet {
      guard let name = try table.files(other).first(where: { !$0.file.hasPrefix("F") })?.file else { continue }
      table.scratch.write("2/t-\(tablet)/\(file.file)", try Fixtures.bytes(table.path(name, other)))
      #expect(try table.problems(tablet).contains { $0.hasPrefix(file.file + ": ") })
    }
    _ = Subprocess.run("/bin/rm", [path])
    #expect(try table.problems(tablet) == ["\(file.file): is not there"])
    table.scratch.write("2/t-\(tablet)/\(file.file)", bytes)
    #expect(try table.problems(tablet) == [])

    var manifest = try table.directory(tablet).contents()
    manifest.files.removeAll { $0.file == file.file }
    try table.directory(tablet).replace(with: manifest)
    let problems = try table.problems(tablet)
    #expect(problems.count == 1 && problems[0].hasPrefix("\(file.file): was written by ECID:"))
    #expect(problems[0].hasSuffix("is not a file of the tablet: the result of the job that read it is missing"))
  }

  @Test("inputs that were kept are read, too")
  func keptInputs() throws {
    let (table, _) = try Self.small(keepingInputs: true)
    for tablet in table.extents.indices {
      let report = try table.report(tablet)
      #expect(report.chained == 0 && report.checked.count > 6)
    }
    let certificate = try #require(table.results[0].certificate)
    let tablet = try #require(table.extents.firstIndex(of: table.results[0].extent))
    try table.write(
      [Entry(key: Key(row: [1]), value: [])], to: table.path(certificate.inputs[0].name, tablet), codec: .none)
    #expect(try table.problems(tablet).contains { $0.hasPrefix(certificate.inputs[0].name + ": ") })
  }

  @Test("with a first state, a file that vanished before the first result is found")
  func firstState() throws {
    let (table, first) = try Self.small()
    var before = first[0]
    #expect(try table.problems(0, first: nil) == [])
    before.files.append(TabletFile(file: "F0000zzz.rf", size: 1, entries: 1))
    #expect(
      try table.problems(0, first: before).contains(
        "F0000zzz.rf: was in the first state and is gone: the result of the job that read it is missing"))
    before = first[0]
    for i in before.files.indices { before.files[i].entries = 1 }
    #expect(try table.problems(0, first: before).contains { $0.contains("entries in the first state, and") })
  }

  @Test(
    "a file without a job that was replaced is found by its size and its count in tablet.json and in the first state")
  func replacedFiles() throws {
    let table = try AuditedTable(files: 2, seed: 5)
    let first = try table.record(0)
    let file = try #require(table.files(0).first)
    #expect(try table.problems(0, first: first) == [])
    let entries = try collect(RFileReader(path: table.path(file.file, 0)).merged())
    let size = try table.write(Array(entries.dropLast()), to: table.path(file.file, 0), codec: .none)
    #expect(
      try table.problems(0) == ["\(file.file): has \(size) bytes, but tablet.json lists it with \(file.size)"])
    var manifest = try table.directory(0).contents()
    let place = try #require(manifest.files.firstIndex(of: file))
    manifest.files[place].size = size
    try table.directory(0).replace(with: manifest)
    #expect(try table.problems(0) == ["\(file.file): has 59 entries, but tablet.json lists it with 60"])
    manifest.files[place].entries = 0
    try table.directory(0).replace(with: manifest)
    #expect(try table.problems(0) == [])
    #expect(
      try table.problems(0, first: first) == [
        "\(file.file): has \(size) bytes, but the first state lists it with \(file.size)"
      ])
  }

  // MARK: Histories without files

  private static func result(
    _ ecid: String, _ inputs: [String], _ output: String?, entries: Int64 = 1
  ) -> CompactionResult {
    let sum = EntrySum(count: entries, digest: Digest(7))
    let none = inputs.count > 1 ? EntrySum() : sum
    let accounts = inputs.enumerated().map { Certificate.Account(name: $1, sum: $0 == 0 ? sum : none) }
    return CompactionResult(
      ecid: ecid, extent: KeyExtent(tableId: "2"), state: .finished, fileSize: 9, entries: entries,
      entriesRead: entries, output: output,
      certificate: Certificate(inputs: accounts, dropped: [], made: [], output: sum, digest: Digest(1)))
  }

  private static func history(_ results: [CompactionResult]) -> TabletHistory {
    var history = TabletHistory(KeyExtent(tableId: "2"))
    for (i, result) in results.enumerated() { history.add(result, at: "r, line \(i + 1)") }
    return history
  }

  @Test("a circle of jobs is told, whatever else hangs on it")
  func circles() {
    let line = [Self.result("a", ["F1.rf"], "C2.rf"), Self.result("b", ["C2.rf"], "C3.rf")]
    #expect(Self.history(line).circle == nil && Self.history(line.reversed()).circle == nil)
    #expect(
      Self.history([Self.result("a", ["C3.rf"], "C2.rf"), line[1]]).circle
        == "a (r, line 1) read a file that was made from its own output")
    #expect(Self.history([Self.result("a", ["C2.rf"], "C2.rf")]).circle != nil)
    #expect(Self.history(line + [Self.result("c", ["C4.rf", "C3.rf"], "C4.rf")]).circle != nil)
  }

  @Test("a file that two jobs took, or wrote, is told")
  func twice() {
    let taken = Self.history([Self.result("a", ["F1.rf"], "C2.rf"), Self.result("b", ["F1.rf"], "C3.rf")])
    #expect(taken.problems == ["r, line 2: b took F1.rf, and so did a"])
    let written = Self.history([Self.result("a", ["F1.rf"], "C3.rf"), Self.result("b", ["F2.rf"], "C3.rf")])
    #expect(written.problems == ["r, line 2: b wrote C3.rf, and so did a"])
  }

  @Test("a result without a certificate proves nothing, and names that are no files are refused")
  func uncertified() {
    var result = Self.result("a", ["F1.rf"], "C2.rf")
    result.certificate = nil
    #expect(
      Self.history([result]).problems == ["r, line 1: a has no certificate, so nothing is known of its inputs"])
    for name in ["../C2.rf", "", "C2", ".rf", "a/b.rf", "file:///x/../C2.rf"] {
      let history = Self.history([Self.result("a", ["F1.rf"], name), Self.result("b", [name], "C3.rf")])
      #expect(history.problems.count == 2 && history.jobs.isEmpty, "\(name): \(history.problems)")
    }
  }
}
