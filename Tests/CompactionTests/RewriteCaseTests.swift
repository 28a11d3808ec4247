import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile
@testable import Records
@testable import Settings

// What Accumulo's compactor makes of files for tables with Bloom filters, samples and summaries, against ours: the same
// blocks of entries and the same blocks beside them, byte for byte.

@Suite("Files rewritten as Accumulo does") struct RewriteCaseTests {
  static let cases = RewriteCase.all(in: "rewrite")

  /// The output for a case. Accumulo's defaults have a version filter, which the cases name when they have it.
  static func output(of test: RewriteCase, reuse: Bool = false, threads: Int = 1) throws -> RFileReader {
    var properties = test.properties
    if properties["table.iterator.majc.vers"] == nil { properties["table.iterator.majc.vers"] = "" }
    let settings = Settings(properties)
    let files = try FileSettings(settings)
    let stack = try MajcStack(settings)
    var compactor = FileCompactor(
      inputs: test.inputs.map { MergeInput($0) }, propagateDeletes: test.propagateDeletes, output: files.output,
      groups: files.groups,
      iterators: stack.layers(in: MajcContext(propagateDeletes: test.propagateDeletes, now: 0)))
    let pool = CodecPool(threads: threads)
    compactor.pool = pool
    compactor.reusesBlocks = reuse
    compactor.certifies = true
    let sink = ByteSink(memory: "output")
    let statistics = try pool.occupy { try compactor.run(into: sink) }
    #expect(statistics.certificate?.imbalance == nil, "\(test)")
    let reader = try RFileReader(ByteSource(bytes: sink.memory, name: "output"))
    let check = try reader.check(sums: true)
    #expect(check.sum == statistics.certificate?.output, "\(test)")
    return reader
  }

  /// Raw bytes of the data blocks of a group, or of its sample.
  static func blocks(of reader: RFileReader, _ group: Int, _ kind: GroupKind) throws -> [[UInt8]] {
    var blocks: [[UInt8]] = []
    let buffer = BlockBuffer()
    try reader.forEachDataBlock(ofGroup: group, kind, loader: BlockLoader()) { _, region in
      try reader.file.load(region, into: buffer, loader: BlockLoader(), place: "block")
      blocks.append([UInt8](buffer.bytes))
    }
    return blocks
  }

  static func metaBlock(_ name: String, of reader: RFileReader) throws -> [UInt8]? {
    try reader.file.metaBlock(name, loader: BlockLoader())
  }

  /// Groups with the same data, whatever their order.
  static func expectSameGroups(_ ours: RFileReader, _ theirs: RFileReader, _ test: RewriteCase) throws {
    #expect(ours.groups.count == theirs.groups.count, "\(test)")
    for (i, group) in ours.groups.enumerated() {
      let other = try #require(theirs.groups.firstIndex { $0.name == group.name }, "\(test)")
      #expect(group.families == theirs.groups[other].families, "\(test)")
      #expect(group.firstKey == theirs.groups[other].firstKey, "\(test)")
      let isSame = try blocks(of: ours, i, .data) == blocks(of: theirs, other, .data)
      #expect(isSame, "\(test): data blocks of \(group.name ?? "the default group")")
    }
  }

  /// Accumulo orders groups by a hash; ours come as configured.
  static func haveSameOrder(_ ours: RFileReader, _ theirs: RFileReader) -> Bool {
    ours.groups.map(\.name) == theirs.groups.map(\.name)
  }

  @Test("Accumulo and we refuse the same Bloom filters")
  func refusals() throws {
    let tests = Self.cases.filter { $0.fails && $0.name.contains("/bloom") }
    #expect(tests.count >= 5)
    for test in tests {
      #expect(throws: FileSettingsError.self, "\(test)") { try FileSettings(Settings(test.properties)) }
    }
  }

  @Test("Bloom filters come out byte for byte, whether blocks are taken over or not")
  func bloomFilters() throws {
    let tests = Self.cases.filter {
      !$0.fails && $0.name.contains("/bloom") && $0.properties["table.bloom.enabled"] == "true"
    }
    #expect(tests.count >= 15)
    for test in tests {
      let theirs = try RFileReader(path: test.output)
      let ours = try Self.output(of: test)
      try Self.expectSameGroups(ours, theirs, test)
      guard Self.haveSameOrder(ours, theirs) else { continue }
      let filter = try Self.metaBlock(BloomFilter.blockName, of: ours)
      let isSame = try filter == Self.metaBlock(BloomFilter.blockName, of: theirs)
      #expect(filter != nil && isSame, "\(test)")
      if test.codec == "none" {
        let end = Int(theirs.file.metaBlocks.map(\.region.offset).min()!)
        let bytes = try ours.file.source.bytes(at: 0, count: end)
        let isSameFile = try bytes == theirs.file.source.bytes(at: 0, count: end)
        #expect(isSameFile, "\(test): everything before the meta blocks")
      }
      for threads in [1, 3] {
        let reused = try Self.output(of: test, reuse: true, threads: threads)
        #expect(try Self.metaBlock(BloomFilter.blockName, of: reused) == filter, "\(test)")
      }
    }
  }
}
