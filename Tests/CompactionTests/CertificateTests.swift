import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile
@testable import Records

/// Adds every entry to an account, like the inputs of a merge.
final class CountedCursor: EntryCursor {
  private let source: any EntryCursor
  private let account: LedgerAccount

  init(_ source: any EntryCursor, _ account: LedgerAccount) { (self.source, self.account) = (source, account) }

  func next() throws -> EntryPointer? {
    guard let entry = try source.next() else { return nil }
    account.add(entry)
    return entry
  }
}

/// Adds every entry to an account, like a writer, and checks the contract of cursors.
final class WrittenCursor: EntryCursor {
  private let source: any EntryCursor
  private let account: LedgerAccount

  init(_ source: any EntryCursor, _ account: LedgerAccount) { (self.source, self.account) = (source, account) }

  func next() throws -> EntryPointer? {
    guard let entry = try source.next() else { return nil }
    #expect(account.currentHash == EntrySum.hash(of: entry), "the current hash is not that of the entry")
    account.add()
    return entry
  }
}

@Suite struct CertificateTests {
  private let directory = ScratchDirectory()

  /// One cell per row, with versions, markers and values of several lengths.
  private static func entries(_ count: Int, seed: UInt64) -> [Entry] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Entry(
        key: Key(
          row: Array("r\(random.next() % 40)".utf8), family: Array("f\(random.next() % 3)".utf8),
          qualifier: Array("q".utf8), timestamp: Int64(random.next() % 5), deleted: random.next() % 9 == 0),
        value: Array(String(repeating: "5", count: 1 + Int(random.next() % 3)).utf8))
    }.sorted { $0.key < $1.key }
  }

  private func makeFiles(_ count: Int, entries: Int, _ options: RFileWriter.Options) throws -> [MergeInput] {
    try (0..<count).map { number in
      let path = directory.file("\(number).rf")
      let writer = try RFileWriter(ByteSink(creating: path), options: options)
      try writer.startDefaultLocalityGroup()
      try writer.append(contentsOf: ArrayCursor(Self.entries(entries, seed: UInt64(number) + 1)))
      _ = try writer.finish()
      return MergeInput(path)
    }
  }

  private static let small = RFileWriter.Options(codec: .none, blockSize: 200, indexBlockSize: 150)

  @Test("a certificate names each input, each fate, and sums what a naive count of the entries sums")
  func accounts() throws {
    let inputs = try makeFiles(3, entries: 200, Self.small)
    let stack = try MajcStack(properties: [
      "table.iterator.majc.vers": "20,org.apache.accumulo.core.iterators.user.VersioningIterator",
      "table.iterator.majc.vers.opt.maxVersions": "3",
      "table.iterator.majc.old": "10,org.apache.accumulo.core.iterators.user.AgeOffFilter",
      "table.iterator.majc.old.opt.ttl": "9", "table.iterator.majc.old.opt.currentTime": "10",
      "table.iterator.majc.sum": "30,org.apache.accumulo.core.iterators.user.SummingCombiner",
      "table.iterator.majc.sum.opt.columns": "f1", "table.iterator.majc.sum.opt.type": "STRING",
    ])
    var compactor = FileCompactor(
      inputs: inputs, propagateDeletes: false, output: Self.small,
      groups: [LocalityGroupDefinition(name: "g", families: [Array("f0".utf8)])],
      iterators: stack.layers(in: MajcContext(propagateDeletes: false, now: 0)))
    compactor.certifies = true
    let sink = ByteSink(memory: "output")
    let certificate = try #require(try compactor.run(into: sink).certificate)

    #expect(certificate.inputs.map(\.name) == inputs.map(\.path))
    for (number, account) in certificate.inputs.enumerated() {
      #expect(account.sum == Self.sum(Self.entries(200, seed: UInt64(number) + 1)))
    }
    #expect(
      Set(certificate.dropped.map(\.name)) == ["delete", "marker", "versions", "filter old", "combiner sum"])
    #expect(certificate.made.map(\.name) == ["combiner sum"])
    #expect(certificate.imbalance == nil)
    let output = try RFileReader(ByteSource(bytes: sink.memory, name: "output"))
    #expect(certificate.output == Self.sum(try collect(output.merged())))
    #expect(try certificate.output == output.check(sums: true).sum)
  }

  private static func sum(_ entries: [Entry]) -> EntrySum {
    var sum = EntrySum()
    let cursor = ArrayCursor(entries)
    while let entry = try? cursor.next() { sum.add(entry) }
    return sum
  }

  @Test("a certificate that was written is read again, and one of another definition is refused")
  func record() throws {
    let inputs = try makeFiles(2, entries: 100, Self.small)
    var compactor = FileCompactor(
      inputs: inputs, propagateDeletes: false, output: Self.small, iterators: [.versions(1)])
    compactor.certifies = true
    var certificate = try #require(try compactor.run(into: ByteSink(memory: "output")).certificate)
    certificate.digest = Self.sum(Self.entries(1, seed: 1)).digest
    var line = JSONLine()
    line.object { certificate.write(as: "certificate", to: &$0) }
    func read(_ text: String) throws -> Certificate {
      try RecordFields(parsing: Array(text.utf8)).object("certificate") { (fields) throws(FieldError) in
        try Certificate(fields)
      }
    }
    #expect(try read(line.text) == certificate)
    #expect(throws: FieldError.self) { try read(line.text.replacing(EntrySum.algorithm, with: "md5")) }
    #expect(throws: FieldError.self) { try read(line.text.replacing("\"sum\":\"", with: "\"sum\":\"x")) }
  }

  // MARK: What goes wrong

  /// Loses its third entry.
  private final class LosingCursor: EntryCursor {
    private let source: any EntryCursor
    private var count = 0
    init(_ source: any EntryCursor) { self.source = source }

    func next() throws -> EntryPointer? {
      count += 1
      if count == 3 { _ = try source.next() }
      return try source.next()
    }
  }

  /// Returns its third entry with another timestamp.
  private final class ChangingCursor: EntryCursor {
    private let source: any EntryCursor
    private let buffer = EntryBuffer()
    private var count = 0
    init(_ source: any EntryCursor) { self.source = source }

    func next() throws -> EntryPointer? {
      guard let entry = try source.next() else { return nil }
      count += 1
      guard count == 3 else { return entry }
      var changed = entry.pointee.entry
      changed.value.append(1)
      buffer.copy(changed)
      return EntryPointer(buffer.view)
    }
  }

  private func compact(_ layer: IteratorLayer, to path: String) throws -> CompactionStatistics {
    let inputs = try makeFiles(2, entries: 50, Self.small)
    var compactor = FileCompactor(
      inputs: inputs, propagateDeletes: true, output: Self.small, iterators: [layer])
    compactor.certifies = true
    return try compactor.run(into: ByteSink(creating: path))
  }

  @Test("an iterator that loses an entry without saying so fails the job")
  func lost() throws {
    let path = directory.file("out.rf")
    let statistics = try compact(
      .combiner(name: "losing", spares: nil) { source, _, _ in LosingCursor(source) }, to: path)
    #expect(throws: LedgerError.self) {
      try ReadBack(path: FilePath(path), of: statistics).check(loader: BlockLoader())
    }
  }

  @Test("an entry that changed on its way to the writer fails the job")
  func changed() throws {
    let path = directory.file("out.rf")
    let statistics = try compact(
      .combiner(name: "changing", spares: nil) { source, _, _ in ChangingCursor(source) }, to: path)
    #expect(throws: ReadBackError.self) {
      try ReadBack(path: FilePath(path), of: statistics).check(loader: BlockLoader())
    }
  }

  @Test(
    "a bit that flips in any byte of the output fails the job, or the entries are the same", arguments: Codec.allCases)
  func flippedBits(codec: Codec) throws {
    let options = RFileWriter.Options(codec: codec, blockSize: 300, indexBlockSize: 150)
    let inputs = try makeFiles(2, entries: 40, options)
    var compactor = FileCompactor(
      inputs: inputs, propagateDeletes: true, output: options,
      groups: [LocalityGroupDefinition(name: "g", families: [Array("f0".utf8)])], iterators: [])
    compactor.certifies = true
    let path = directory.file("out.rf")
    let statistics = try compactor.run(into: ByteSink(creating: path))
    let readBack = ReadBack(path: FilePath(path), of: statistics)
    try readBack.check(loader: BlockLoader())
    let sound = try collect(RFileReader(path: path).merged())

    let bytes = try Fixtures.bytes(path)
    let file = try FileDescriptor.open(FilePath(path), .readWrite)
    defer { try? file.close() }
    var found = 0
    // bzip2 needs a millisecond for even the smallest block.
    for place in stride(from: 0, to: bytes.count, by: codec.rawValue == "bzip2" ? 9 : 1) {
      for bit in codec == .none ? Array(0..<8) : [place % 8] {
        _ = try file.writeAll(toAbsoluteOffset: Int64(place), [bytes[place] ^ 1 << bit])
        do {
          try readBack.check(loader: BlockLoader())
          #expect(try collect(RFileReader(path: path).merged()) == sound, "bit \(bit) of byte \(place)")
        } catch {
          found += 1
        }
      }
      _ = try file.writeAll(toAbsoluteOffset: Int64(place), [bytes[place]])
    }
    #expect(found > bytes.count / 20)
  }
}
