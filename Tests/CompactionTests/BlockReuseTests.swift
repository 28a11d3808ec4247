import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile
@testable import Records

// The entries are the same whether blocks are taken over or not. Only speed and the borders of blocks can differ.

@Suite struct BlockReuseTests {
  struct Rules {
    var propagateDeletes = false
    var maxVersions = 1
    var rows = RowRange.all
    var groups: [LocalityGroupDefinition] = []
    /// Other iterators, below the versions and on top of them.
    var below: [IteratorLayer] = []
    var others: [IteratorLayer] = []

    var iterators: [IteratorLayer] { below + (maxVersions == 0 ? [] : [.versions(maxVersions)]) + others }
  }

  /// A file in memory would be enough, but inputs are paths.
  func makeFile(
    _ entries: [Entry], _ options: RFileWriter.Options, in directory: ScratchDirectory, _ name: String
  ) throws -> String {
    let path = directory.file(name)
    let writer = try RFileWriter(ByteSink(creating: path), options: options)
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries))
    _ = try writer.finish()
    return path
  }

  func compact(
    _ inputs: [String], _ output: RFileWriter.Options, _ rules: Rules = Rules(), reuse: Bool, threads: Int = 1
  ) throws -> (bytes: [UInt8], statistics: CompactionStatistics) {
    var compactor = FileCompactor(
      inputs: inputs.map { MergeInput($0, rows: rules.rows) }, propagateDeletes: rules.propagateDeletes, output: output,
      groups: rules.groups, iterators: rules.iterators)
    compactor.reusesBlocks = reuse
    compactor.certifies = true
    let pool = CodecPool(threads: threads)
    compactor.pool = pool
    let sink = ByteSink(memory: "output")
    let statistics = try pool.occupy { try compactor.run(into: sink) }
    return (sink.memory, statistics)
  }

  /// Checks everything else, also with what a model says of the entries, and returns the number of blocks that were taken over.
  @discardableResult func expectSame(
    _ inputs: [String], _ output: RFileWriter.Options, _ rules: Rules = Rules(), judged: Bool = true,
    entries model: [Entry]? = nil, _ comment: @autoclosure () -> String = ""
  ) throws -> Int {
    let plain = try compact(inputs, output, rules, reuse: false)
    let reusing = try compact(inputs, output, rules, reuse: true)
    let reader = try RFileReader(ByteSource(bytes: reusing.bytes, name: "output"))
    let entries = try collect(reader.merged())
    let expected = try collect(RFileReader(ByteSource(bytes: plain.bytes, name: "plain")).merged())
    let isSame = entries == expected && entries == model ?? expected
    #expect(isSame, "\(comment()): \(lines(entries))")
    let check = try reader.check(sums: true)
    #expect(check.entries == Int64(entries.count), "\(comment())")
    let certificate = try #require(reusing.statistics.certificate)
    #expect(certificate.imbalance == nil, "\(comment())")
    #expect(certificate.output == check.sum, "\(comment())")
    #expect(certificate == plain.statistics.certificate, "\(comment())")
    if judged { try ReferenceRFile(reusing.bytes).verifyTruth() }
    #expect(plain.statistics.blocksReused == 0)
    #expect(reusing.statistics.entriesRead == plain.statistics.entriesRead, "\(comment())")
    #expect(reusing.statistics.entriesWritten == Int64(entries.count), "\(comment())")
    #expect(reusing.statistics.blocks == reader.groups.reduce(0) { $0 + $1.blockCount })
    return reusing.statistics.blocksReused
  }

  @Test("files of Accumulo, cut into small blocks", arguments: [Codec.gz, .zstd]) func golden(codec: Codec) throws {
    let options = RFileWriter.Options(codec: codec, blockSize: 300, indexBlockSize: 200)
    var made: [String: String] = [:]
    let directory = ScratchDirectory()
    var reused = 0
    for c in try FileCompactorTests.cases() {
      let inputs = try c.inputs.map { path in
        if let input = made[path] { return input }
        let entries = try collect(RFileReader(path: path).merged())
        let input = try makeFile(entries, options, in: directory, "\(made.count).rf")
        made[path] = input
        return input
      }
      let rules = Rules(propagateDeletes: c.propagateDeletes, maxVersions: c.maxVersions)
      reused += try expectSame(inputs, options, rules, judged: false, c.name)
      var grouped = rules
      grouped.groups = [LocalityGroupDefinition(name: "g", families: [Array("a".utf8), Array("cf1".utf8)])]
      reused += try expectSame(inputs, options, grouped, judged: false, "\(c.name), grouped")
    }
    #expect(reused > 1000)
  }

  @Test(
    "all pairs of files of up to 3 of 8 versions of two cells, an entry a block and two a block", arguments: [10, 24])
  func allSmall(blockSize: Int) throws {
    var keys: [Key] = []
    for row in [UInt8(1), 2] {
      for timestamp in [Int64(2), 1] {
        for deleted in [true, false] { keys.append(Key(row: [row], timestamp: timestamp, deleted: deleted)) }
      }
    }
    let options = RFileWriter.Options(codec: .gz, blockSize: blockSize, indexBlockSize: 1000)
    let directory = ScratchDirectory()
    let subsets = (0..<256).filter { $0.nonzeroBitCount <= 3 }
    let files = try ["a", "b"].map { name in
      try subsets.map { subset in
        let entries = keys.indices.filter { subset & 1 << $0 != 0 }.map {
          Entry(key: keys[$0], value: Array("\(name)\($0)".utf8))
        }
        return try makeFile(entries, options, in: directory, "\(name)\(subset)")
      }
    }
    var random = SplitMix64(seed: UInt64(blockSize))
    var reused = 0
    for a in files[0] {
      for b in files[1] {
        // Each pair of files with one set of rules; over all pairs, each rule occurs often.
        let rules = Rules(
          propagateDeletes: Bool.random(using: &random), maxVersions: Int.random(in: 0...2, using: &random))
        reused += try expectSame([a, b], options, rules, judged: false, "\(a) \(b) \(rules)")
      }
    }
    #expect(reused > 100)
  }

  /// Rows in windows: the files are disjoint, overlap at their ends, or are nested.
  private func randomEntries(_ random: inout SplitMix64, value: Int) -> [Entry] {
    let start = Int.random(in: 0..<200, using: &random)
    let width = [3, 30, 200].randomElement(using: &random)!
    let deletes = [0, 0, 40, 5].randomElement(using: &random)!
    let versions = [1, 1, 2, 4].randomElement(using: &random)!
    let keys = (0..<Int.random(in: 0..<150, using: &random)).map { _ in
      Key(
        row: Array("\(1000 + start + Int.random(in: 0..<width, using: &random))".utf8),
        family: [97 + UInt8.random(in: 0..<3, using: &random)],
        qualifier: versions > 1 ? [] : Array("\(Int.random(in: 0..<99, using: &random))".utf8),
        timestamp: Int64.random(in: 0..<Int64(versions), using: &random),
        deleted: deletes > 0 && Int.random(in: 0..<deletes, using: &random) == 0)
    }
    return keys.sorted().map { Entry(key: $0, value: Array("\(value)".utf8)) }
  }

  @Test("random files that lie beside and in one another", arguments: 0..<120) func randomFiles(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let codec = Codec.allCases.filter { $0 != .none }.randomElement(using: &random)!
    let options = RFileWriter.Options(
      codec: codec, blockSize: Int.random(in: 40..<300, using: &random),
      indexBlockSize: Int.random(in: 50..<400, using: &random))
    let directory = ScratchDirectory()
    let inputs = try (0..<Int.random(in: 1..<6, using: &random)).map { number in
      try makeFile(randomEntries(&random, value: number), options, in: directory, "\(number).rf")
    }
    for _ in 0..<4 {
      var rules = Rules(
        propagateDeletes: Bool.random(using: &random), maxVersions: Int.random(in: 0..<4, using: &random))
      if Int.random(in: 0..<3, using: &random) == 0 {
        rules.rows = RowRange(
          after: Array("\(1000 + Int.random(in: 0..<150, using: &random))".utf8),
          through: Array("\(1000 + Int.random(in: 150..<300, using: &random))".utf8))
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        rules.groups = [LocalityGroupDefinition(name: "b", families: [[98]])]
      }
      if Int.random(in: 0..<3, using: &random) == 0 {
        rules.others = [.filter(EvenTimes(), negate: Bool.random(using: &random))]
      }
      if Bool.random(using: &random) {
        let sum = try combiner(.sum, ["b", "c:7", "a:3,c", "d"].randomElement(using: &random)!)
        if Bool.random(using: &random) { rules.below.append(sum) } else { rules.others.append(sum) }
      }
      try expectSame(inputs, options, rules, "\(rules)")
      let one = try compact(inputs, options, rules, reuse: true).bytes
      for threads in [2, 4] {
        let isSame = try compact(inputs, options, rules, reuse: true, threads: threads).bytes == one
        #expect(isSame, "\(threads) threads")
      }
    }
  }

  // Readable cases.

  static let options = RFileWriter.Options(codec: .gz, blockSize: 100, indexBlockSize: 1000)

  func entries(_ rows: [Int], timestamp: Int64 = 5) -> [Entry] {
    rows.map { Entry(key: Key(row: Array("row\(1000 + $0)".utf8), timestamp: timestamp), value: Array("value".utf8)) }
  }

  func blocks(_ path: String) throws -> Int { try RFileReader(path: path).groups[0].blockCount }

  @Test("a single file goes over whole, and becomes the same file", arguments: Codec.allCases.filter { $0 != .none })
  func singleFile(codec: Codec) throws {
    let directory = ScratchDirectory()
    var options = Self.options
    options.codec = codec
    let input = try makeFile(entries(Array(0..<500)), options, in: directory, "a.rf")
    let (bytes, statistics) = try compact([input], options, reuse: true)
    #expect(statistics.blocks > 50 && statistics.blocksReused >= statistics.blocks - 1)
    #expect(try Fixtures.bytes(input) == bytes)
  }

  @Test("files that lie beside each other go over, but for the ends") func disjoint() throws {
    let directory = ScratchDirectory()
    let inputs = try (0..<4).map { number in
      try makeFile(entries(Array(200 * number..<200 * number + 150)), Self.options, in: directory, "\(number).rf")
    }
    let reused = try expectSame(inputs, Self.options)
    let all = try inputs.reduce(0) { try $0 + blocks($1) }
    #expect(reused >= all - 8 && reused < all + 1)
  }

  @Test("one entry within a block of another file: the others go over") func oneWithin() throws {
    let directory = ScratchDirectory()
    let big = try makeFile(entries(Array(0..<500).filter { $0 != 250 }), Self.options, in: directory, "big.rf")
    let small = try makeFile(entries([250]), Self.options, in: directory, "small.rf")
    let reused = try expectSame([big, small], Self.options)
    #expect(try reused >= blocks(big) - 3)
  }

  @Test("interleaved files share nothing") func interleaved() throws {
    let directory = ScratchDirectory()
    let inputs = try (0..<2).map { number in
      try makeFile(entries((0..<300).map { 2 * $0 + number }), Self.options, in: directory, "\(number).rf")
    }
    #expect(try expectSame(inputs, Self.options) <= 2)
  }

  @Test("a delete in another file just before a block hides its first entry") func deleteBefore() throws {
    let directory = ScratchDirectory()
    let rows = Array(0..<200)
    let big = try makeFile(entries(rows), Self.options, in: directory, "big.rf")
    // A marker before each entry in turn, including the first entry of each block.
    for row in rows.prefix(60) {
      var marker = entries([row], timestamp: 9)
      marker[0].key.deleted = true
      let small = try makeFile(marker, Self.options, in: directory, "delete\(row).rf")
      for propagates in [false, true] {
        let reused = try expectSame([big, small], Self.options, Rules(propagateDeletes: propagates))
        #expect(try reused >= blocks(big) - 4)
      }
    }
  }

  @Test("versions of a cell on both sides of a border count together") func versionsAcross() throws {
    let directory = ScratchDirectory()
    // Rows of 1 to 30 versions, so some borders fall between versions.
    let keys = (1..<31).flatMap { row in
      (0..<row).map { Key(row: Array("row\(1000 + row)".utf8), timestamp: Int64(100 - $0)) }
    }
    let input = try makeFile(keys.map { Entry(key: $0, value: [1]) }, Self.options, in: directory, "a.rf")
    let newer = try makeFile(
      (1..<31).map { Entry(key: Key(row: Array("row\(1000 + $0)".utf8), timestamp: 200), value: [2]) }, Self.options,
      in: directory, "b.rf")
    for maxVersions in 0..<35 {
      let rules = Rules(maxVersions: maxVersions)
      let alone = try expectSame([input], Self.options, rules, "\(maxVersions)")
      try expectSame([newer, input], Self.options, rules, "\(maxVersions)")
      if maxVersions == 0 { #expect(try alone >= blocks(input) - 1) }
    }
  }

  @Test("nothing goes over with another codec, none, a level, or sizes that are far from the table's")
  func switchedOff()
    throws
  {
    let directory = ScratchDirectory()
    let input = try makeFile(entries(Array(0..<300)), Self.options, in: directory, "a.rf")
    var others = Array(repeating: Self.options, count: 5)
    others[0].codec = .zstd
    others[1].codec = .none
    others[2].level = .number(6)
    others[3].blockSize = 300
    others[4].blockSize = 40
    for options in others[..<3] { #expect(try expectSame([input], options) == 0) }
    // The last block of a file can be of any size.
    for options in others[3...] { #expect(try expectSame([input], options) <= 1) }
  }

  @Test("a block goes over when its entries pass all filters, and never under an iterator that combines all entries")
  func filters() throws {
    let directory = ScratchDirectory()
    // Even timestamps, then odd ones, then both.
    let rows = Array(0..<200)
    let both = rows.map { entries([$0 + 400], timestamp: Int64(4 + $0 % 2))[0] }
    let all = entries(rows, timestamp: 4) + entries(rows.map { $0 + 200 }, timestamp: 5) + both
    let input = try makeFile(all, Self.options, in: directory, "a.rf")
    let third = try blocks(input) / 3
    var rules = Rules()
    rules.others = [.filter(EvenTimes(), negate: false)]
    #expect(try (third - 2...third + 1).contains(expectSame([input], Self.options, rules)))
    rules.others = [.filter(EvenTimes(), negate: true)]
    #expect(try (third - 2...third + 1).contains(expectSame([input], Self.options, rules)))
    rules.others = [.filter(EvenTimes(), negate: true), .filter(EvenTimes(), negate: false)]
    #expect(try expectSame([input], Self.options, rules) == 0)
    rules.others = [.combiner(name: "same", spares: nil) { source, _, _ in source }]
    #expect(try expectSame([input], Self.options, rules) == 0)
  }

  @Test("a block cut short to make room is made up for by the next one") func sizes() throws {
    var random = SplitMix64(seed: 5)
    let directory = ScratchDirectory()
    for round in 0..<20 {
      let big = try makeFile(entries(Array(0..<600)), Self.options, in: directory, "big\(round).rf")
      let rows = Set((0..<40).map { _ in Int.random(in: 0..<600, using: &random) }).sorted()
      let small = try makeFile(entries(rows, timestamp: 6), Self.options, in: directory, "small\(round).rf")
      let plain = try compact([big, small], Self.options, reuse: false).statistics
      let reusing = try compact([big, small], Self.options, reuse: true).statistics
      #expect(reusing.blocksReused > 0 && reusing.blocks <= 2 * plain.blocks)
    }
  }

  @Test("damage in a block that might go over is told as if it were merged") func damage() throws {
    let directory = ScratchDirectory()
    let input = try makeFile(entries(Array(0..<200)), Self.options, in: directory, "a.rf")
    let sound = try Fixtures.bytes(input)
    var failures = 0
    for i in stride(from: 0, to: sound.count, by: 7) {
      var damaged = sound
      damaged[i] ^= 0x10
      let path = directory.write("damaged.rf", damaged)
      let results = [false, true].map { reuse in
        do {
          let bytes = try compact([path], Self.options, reuse: reuse).bytes
          return "\(try collect(RFileReader(ByteSource(bytes: bytes, name: "x")).merged()).count) entries"
        } catch { return "\(error)" }
      }
      #expect(results[0] == results[1])
      if results[0].contains("damaged.rf") { failures += 1 }
    }
    #expect(failures > 20)
  }
}
