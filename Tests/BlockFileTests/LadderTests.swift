import TestSupport
import Testing

@testable import BlockFile

@Suite struct LadderTests {
  private static let ladder = Ladder(.gz, .auto)!

  @Test("auto and fast begin with the codec's cheapest rung, and a number is the only rung") func rungs() throws {
    #expect(Ladder(.none, .auto) == nil && Ladder(.none, .fast) == nil)
    for codec in Codec.allCases where codec != .none {
      let auto = try #require(Ladder(codec, .auto))
      #expect(try #require(Ladder(codec, .fast)).rungs == [auto.rungs[0]])
      #expect(auto.metaRung.level == codec.defaultLevel && auto.trials.contains(auto.standard))
      for level in codec.levels.map(Array.init) ?? [] {
        #expect(try #require(Ladder(codec, .number(level))).rungs == [Rung(codec, level: level)])
      }
    }
    #expect(Ladder(.zstd, .auto)?.rungs.map(\.level) == [1, 2, 3])
    #expect(Self.ladder.standard.encoder == "zlib" && Self.ladder.standard.level == 6 && Self.ladder.tolerance == 0)
    // A build without libdeflate has no level between zlib's 6 and itself.
    #expect(Self.ladder.rungs.map(\.level) == (Self.ladder.rungs.contains(Self.ladder.standard) ? [1, 6] : [1, 6, 7]))
    #if ISAL
      #expect(Self.ladder.rungs[0].encoder == "isal")
    #endif
  }

  @Test("the cheapest rung that is small enough, else the smallest: all small sizes") func choices() throws {
    let gz = Ladder(.gz, .auto)!
    let zstd = Ladder(.zstd, .auto)!
    for a in 1...6 {
      for b in 1...6 {
        for c in 1...6 {
          for d in 1...6 where gz.trials.count == 4 {
            let choice = gz.choice([a, b, c, d])
            if a <= d || b <= d {
              #expect(choice == Ladder.Choice(rung: a <= d ? 0 : 1), "\(a) \(b) \(c) \(d)")
            } else if c < d {
              // As many blocks of the dearest as are needed, and one of 256 more at most.
              let bytes = (0...1).map { (256 - choice.dearer + $0) * b + (choice.dearer - $0) * c }
              #expect(choice.rung == 1 && bytes[0] <= 256 * d && bytes[1] * 1000 > 256 * 999 * d, "\(a) \(b) \(c) \(d)")
            } else {
              #expect(choice.dearer == 0 && [a, b, c][choice.rung] == min(a, b, c), "\(a) \(b) \(c) \(d)")
            }
          }
          // In a plain build, the dear rung is the standard itself.
          if gz.trials.count == 2 { #expect(gz.choice([a, b]) == Ladder.Choice(rung: a <= b ? 0 : 1), "\(a) \(b)") }
          let sizes = [a, b, c].map { 97 + $0 }
          let limit = Double(sizes[2]) * 1.02
          #expect(zstd.choice(sizes).rung == sizes.firstIndex { Double($0) <= limit }, "\(sizes)")
        }
      }
    }
  }

  @Test("of 256 blocks, as many as chosen get the dearer rung, evenly") func mixture() {
    for dearer in 0...256 {
      let choice = Ladder.Choice(rung: 1, dearer: dearer)
      var sum = 0
      for number in 0..<256 {
        #expect(choice.rung(ofBlock: number) == choice.rung(ofBlock: number + 256))
        sum += choice.rung(ofBlock: number) - 1
        #expect(sum == (number + 1) * dearer / 256)
      }
    }
  }

  @Test("a sample counts from the same block, however soon its sizes are known") func isIndependentOfTime() {
    // Data that change at the right time change the rung.
    #expect((1...20).count { Set(rungs(seed: $0)).count == 2 } > 5)
  }

  private func rungs(seed: UInt64) -> [Int] {
    var random = SplitMix64(seed: seed)
    // Of each block: dear data, for which the first rung is too large, or cheap data; in long runs.
    var isDear = false
    let sizes = (0..<2000).map { _ in
      if Int.random(in: 0..<150, using: &random) == 0 { isDear.toggle() }
      return isDear ? [120, 90, 89, 100] : [80, 90, 89, 100]
    }
    func rungs(delay: (Int) -> Int) -> [Int] {
      var choice = LadderChoice(Self.ladder)
      var known: [(number: Int, from: Int)] = []
      return sizes.indices.map { number in
        while let first = known.first, first.from <= number {
          choice.note(sizes[first.number], ofBlock: first.number)
          known.removeFirst()
        }
        if choice.needsFirst { choice.note(sizes[0], ofBlock: 0) }
        let next = choice.next()
        if next.isSample { known.append((number, max(number + delay(number), known.last?.from ?? 0))) }
        return next.rung
      }
    }
    let late = rungs { _ in LadderChoice.delay }
    #expect(rungs { _ in 1 } == late)
    #expect(rungs { 1 + $0 % LadderChoice.delay } == late)
    // The first block decides alone, until the sample 32 counts.
    #expect((0..<97).allSatisfy { late[$0] == (sizes[0][0] == 120 ? 1 : 0) })
    return late
  }

  /// Blocks of random bytes, which no rung makes smaller, and of words, which the dear rung makes much smaller.
  private static func blocks() -> [[UInt8]] {
    var random = SplitMix64(seed: 7)
    let words = (0..<500).map { _ in
      (0..<Int.random(in: 3...9, using: &random)).map { _ in UInt8.random(in: 97...122, using: &random) } + [32]
    }
    return (0..<700).map { number in
      if number < 150 { return (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) } }
      var text: [UInt8] = []
      while text.count < 3000 {
        let first = Int.random(in: 0..<500, using: &random)
        text += words[Int.random(in: 0...first, using: &random)]
      }
      return text
    }
  }

  private static func write(_ blocks: [[UInt8]], _ level: CompressionLevel, threads: Int) throws -> (
    file: [UInt8], regions: [BlockRegion], rungs: [(rung: Rung, blocks: Int)]
  ) {
    let pool = CodecPool(threads: threads)
    return try pool.occupy {
      let sink = ByteSink(memory: "ladder")
      let writer = try BCFileWriter(sink, codec: .gz, level: level, pool: pool)
      let stream = writer.makeStream()
      var regions: [BlockRegion] = []
      let raw = BlockBuffer()
      for block in blocks {
        raw.append(block)
        try writer.add(raw, to: stream) { regions.append($0) }
      }
      try writer.finish()
      return (sink.memory, regions, stream.rungs)
    }
  }

  @Test("data that change get another rung, in the same file with any number of threads; zlib reads all of it")
  func files() throws {
    let blocks = Self.blocks()
    let alone = try Self.write(blocks, .auto, threads: 1)
    let rungs = alone.rungs.map(\.rung)
    #expect(rungs.prefix(2) == Self.ladder.rungs.prefix(2) && alone.rungs.prefix(2).allSatisfy { $0.blocks >= 100 })
    #expect(alone.rungs.reduce(0) { $0 + $1.blocks } == blocks.count)
    for threads in [2, 3, 40] {
      let helped = try Self.write(blocks, .auto, threads: threads)
      let isSame = helped.file == alone.file
      #expect(isSame && helped.regions == alone.regions, "\(threads) threads")
    }
    let decompressor = Decompressor(engine: .zlib)
    let output = BlockBuffer()
    for (region, block) in zip(alone.regions, blocks) {
      let stored = Array(alone.file[Int(region.offset)..<Int(region.offset + region.compressedSize)])
      try stored.withUnsafeBytes {
        try decompressor.decompress($0, codec: .gz, rawSize: Int(region.rawSize), into: output)
      }
      #expect(Array(output.bytes) == block)
    }
    let fast = try Self.write(blocks, .fast, threads: 2)
    let dear = try Self.write(blocks, .number(6), threads: 2)
    #expect(fast.rungs.map(\.rung) == [Self.ladder.rungs[0]] && dear.rungs.map(\.rung) == [Self.ladder.rungs[1]])
    #expect(dear.file.count < alone.file.count && alone.file.count < fast.file.count)
  }

  @Test("levels are auto, fast and the codec's numbers") func levels() {
    #expect(CompressionLevel("auto") == .auto && CompressionLevel("fast") == .fast)
    #expect(CompressionLevel("12") == .number(12))
    for text in ["", "-1", "+1", "1.0", "Auto", " 1", "99999999999999999999"] { #expect(CompressionLevel(text) == nil) }
    #expect(CompressionLevel.number(1).problem(with: .none) == "codec none has no levels, only auto")
    #expect(CompressionLevel.auto.problem(with: .none) == nil)
    #expect(CompressionLevel.number(23).problem(with: .zstd) == "levels of codec zstd: 1 to 22, auto or fast")
    #expect(CompressionLevel.number(22).problem(with: .zstd) == nil)
  }
}
