import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile

// The bytes and the errors are the same with and without helpers.

@Suite struct PooledCompactionTests {
  private static let threads = [1, 2, 4]

  private func compactor(_ inputs: [String], _ output: RFileWriter.Options) -> FileCompactor {
    FileCompactor(
      inputs: inputs.map { MergeInput($0) }, propagateDeletes: false, output: output, iterators: [.versions(1)])
  }

  private func bytes(_ compactor: FileCompactor, threads: Int?) throws -> [UInt8] {
    var compactor = compactor
    let sink = ByteSink(memory: "output")
    guard let threads else {
      _ = try compactor.run(into: sink)
      return sink.memory
    }
    let pool = CodecPool(threads: threads)
    compactor.pool = pool
    _ = try pool.occupy { try compactor.run(into: sink) }
    return sink.memory
  }

  /// Files of many small blocks.
  private func makeFiles(_ count: Int, entries: Int, codec: Codec, in directory: ScratchDirectory) throws -> [String] {
    var random = SplitMix64(seed: 11)
    return try (0..<count).map { number in
      let path = directory.file("in\(number).rf")
      let keys = (0..<entries).map { _ in
        Key(
          row: Array("row\(Int.random(in: 0..<entries * 3, using: &random))".utf8), family: [UInt8(number)],
          timestamp: Int64.random(in: 0..<9, using: &random), deleted: Int.random(in: 0..<9, using: &random) == 0)
      }.sorted()
      let writer = try RFileWriter(
        ByteSink(creating: path), options: .init(codec: codec, blockSize: 700, indexBlockSize: 300))
      try writer.startDefaultLocalityGroup()
      try writer.append(contentsOf: ArrayCursor(keys.map { Entry(key: $0, value: Array("\($0.timestamp)".utf8)) }))
      _ = try writer.finish()
      return path
    }
  }

  @Test("the output of Accumulo's files is the same with any number of threads", arguments: [Codec.gz, .zstd, .none])
  func sameForGolden(codec: Codec) throws {
    let cases = try FileCompactorTests.cases().filter { $0.maxVersions == 1 && !$0.propagateDeletes }
    #expect(cases.count > 20)
    for c in cases {
      let compactor = compactor(c.inputs, .init(codec: codec, blockSize: 500, indexBlockSize: 200))
      let expected = try bytes(compactor, threads: nil)
      for threads in Self.threads {
        let isSame = try bytes(compactor, threads: threads) == expected
        #expect(isSame, "\(c.name), \(threads) threads")
      }
    }
  }

  @Test(
    "the output of thousands of blocks is the same with any number of threads",
    arguments: Codec.allCases.filter { $0 != .none })
  func sameAtSize(codec: Codec) throws {
    let directory = ScratchDirectory()
    let inputs = try makeFiles(5, entries: 20_000, codec: codec, in: directory)
    let compactor = compactor(inputs, .init(codec: codec, blockSize: 600, indexBlockSize: 400))
    let expected = try bytes(compactor, threads: nil)
    #expect(try RFileReader(ByteSource(bytes: expected, name: "output")).groups[0].blockCount > 1000)
    for threads in Self.threads {
      let isSame = try bytes(compactor, threads: threads) == expected
      #expect(isSame, "\(threads) threads")
    }
  }

  @Test("compactions at the same time share a pool") func sharesPool() throws {
    let directory = ScratchDirectory()
    let inputs = try makeFiles(3, entries: 5_000, codec: .zstd, in: directory)
    let options = RFileWriter.Options(codec: .zstd, blockSize: 600, indexBlockSize: 400)
    let expected = try bytes(compactor(inputs, options), threads: nil)
    let pool = CodecPool(threads: 3)
    let right = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 5) { _ in
      let sink = ByteSink(memory: "output")
      var mine = compactor(inputs, options)
      mine.pool = pool
      if (try? pool.occupy { try mine.run(into: sink) }) != nil, sink.memory == expected {
        right.add(1, ordering: .relaxed)
      }
    }
    #expect(right.load(ordering: .relaxed) == 5)
  }

  @Test("damage is told in the same words, and a check finds the same") func sameErrors() throws {
    let directory = ScratchDirectory()
    let inputs = try makeFiles(2, entries: 2_000, codec: .gz, in: directory)
    let sound = try Fixtures.bytes(inputs[1])
    var random = SplitMix64(seed: 3)
    var failures = 0
    for round in 0..<200 {
      var damaged = sound
      // With several damaged bytes, the first error in order is reported.
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      let path = directory.write("damaged\(round).rf", damaged)
      let compactor = compactor([inputs[0], path], .init(codec: .gz, blockSize: 600))
      let alone = Result { try bytes(compactor, threads: nil) }.mapError { Told(text: "\($0)") }
      let helped = Result { try bytes(compactor, threads: 3) }.mapError { Told(text: "\($0)") }
      let isSame = alone == helped
      #expect(isSame, "round \(round)")
      if case .failure = alone { failures += 1 }

      let pool = CodecPool(threads: 3)
      let check = Result { try RFileReader(path: path).check() }.mapError { Told(text: "\($0)") }
      let helpedCheck = Result {
        try pool.occupy { try RFileReader(path: path).check(loader: BlockLoader(pool: pool)) }
      }.mapError { Told(text: "\($0)") }
      #expect(check == helpedCheck, "round \(round)")
    }
    #expect(failures > 100)
  }

  @Test("damage of a block is told of before damage of the index that comes after it") func sameErrorFirst() throws {
    let directory = ScratchDirectory()
    let sound = try makeFiles(1, entries: 6_000, codec: .gz, in: directory)[0]
    let reader = try RFileReader(path: sound)
    var leaves: [(region: BlockRegion, blocksBefore: Int)] = []
    try reader.forEachIndexBlock(ofGroup: 0, loader: BlockLoader()) { block, region in
      if let region, block.level == 0 { leaves.append((region, block.offset)) }
    }
    var blocks: [BlockRegion] = []
    try reader.forEachDataBlock(ofGroup: 0, loader: BlockLoader()) { blocks.append($1) }
    #expect(leaves.count > 5)
    for leaf in leaves.dropFirst() {
      for block in [leaf.blocksBefore - 1, leaf.blocksBefore - 3] {
        var damaged = try Fixtures.bytes(sound)
        for region in [leaf.region, blocks[block]] { damaged[Int(region.offset) + 8] ^= 0xff }
        let file = ByteSource(bytes: damaged, name: "damaged")
        let told = Result { try RFileReader(file).check() }.mapError { Told(text: "\($0)") }
        let pool = CodecPool(threads: 3)
        let helped = Result {
          try pool.occupy { try RFileReader(file).check(loader: BlockLoader(pool: pool)) }
        }.mapError { Told(text: "\($0)") }
        #expect(told == helped)
        guard case .failure(let error) = told else {
          Issue.record("no damage found")
          continue
        }
        #expect(error.text.contains("data block \(block) "))
      }
    }
  }

  private struct Told: Error, Equatable { var text: String }

  @Test("who counts blocks may end the work at any of them") func endsAnywhere() throws {
    let directory = ScratchDirectory()
    let inputs = try makeFiles(3, entries: 500, codec: .zstd, in: directory)
    let pool = CodecPool(threads: 3)
    var compactor = compactor(inputs, .init(codec: .zstd, blockSize: 600, indexBlockSize: 300))
    compactor.pool = pool
    var blocks = 0
    _ = try pool.occupy {
      try compactor.run(into: ByteSink(memory: "x"), onRead: { _ in blocks += 1 }, onWrite: { _ in blocks += 1 })
    }
    #expect(blocks > 40)
    for end in 0..<blocks {
      var count = 0
      func beat(_ bytes: Int) throws {
        if count == end { throw Told(text: "enough") }
        count += 1
      }
      weak var left: ByteSink?
      #expect(throws: Told.self) {
        let sink = ByteSink(memory: "x")
        left = sink
        _ = try pool.occupy { try compactor.run(into: sink, onRead: beat, onWrite: beat) }
      }
      // A removed file keeps its space on the disk as long as it is open.
      #expect(left == nil, "ended at block \(end)")
    }
    #expect(!pool.isBusy)
  }
}
