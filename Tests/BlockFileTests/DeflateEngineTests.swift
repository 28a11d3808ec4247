import Glibc
import TestSupport
import Testing

@testable import BlockFile

// In a plain build, the only engine is compared with itself; `make test` runs both builds.

@Suite struct DeflateEngineTests {
  private static let engines = DeflateEngine.all

  private static func deflate(_ bytes: [UInt8], _ engine: DeflateEngine, level: Int? = nil) -> [UInt8] {
    let output = BlockBuffer()
    bytes.withUnsafeBytes { Compressor(rung(engine, level)).compress($0, into: output) }
    return Array(output.bytes)
  }

  /// An engine's level; nil: 6, if it has that.
  private static func rung(_ engine: DeflateEngine, _ level: Int? = nil) -> Rung {
    Rung(.gz, engine, level: level ?? min(6, engine.levels.upperBound))
  }

  /// The raw bytes, or the error.
  private static func inflate(
    _ stored: [UInt8], _ engine: DeflateEngine, rawSize: Int
  ) throws -> Result<[UInt8], DecodeError> {
    let output = BlockBuffer()
    do {
      try stored.withUnsafeBytes {
        try Decompressor(engine: engine).decompress($0, codec: .gz, rawSize: rawSize, into: output)
      }
      return .success(Array(output.bytes))
    } catch let error as DecodeError {
      return .failure(error)
    }
  }

  /// Checks that all engines give the same result for `stored`, and returns it.
  @discardableResult private static func inflateAlike(
    _ stored: [UInt8], rawSize: Int, _ what: String = ""
  ) throws -> Result<[UInt8], DecodeError> {
    let results = try engines.map { try inflate(stored, $0, rawSize: rawSize) }
    for (engine, result) in zip(engines, results) {
      // Compared outside the macro, which would print megabytes.
      let isAlike = isSame(result, results[0])
      #expect(isAlike, "\(engine): \(what)")
    }
    return results[0]
  }

  /// `==` of arrays is slow where it is not optimised.
  private static func isSame(_ a: Result<[UInt8], DecodeError>, _ b: Result<[UInt8], DecodeError>) -> Bool {
    guard case .success(let a) = a, case .success(let b) = b else { return a == b }
    return a.count == b.count
      && a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          a.isEmpty || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0
        }
      }
  }

  /// The raw data blocks of continuous ingest files.
  private static func continuousIngest() throws -> [[UInt8]] {
    try RFileFixture.all.filter { $0.name.hasPrefix("ci/") }.flatMap { fixture in
      try ReferenceRFile(path: fixture.path).groups.flatMap(\.blocks).map(\.bytes)
    }
  }

  private static func random(_ count: Int, _ values: ClosedRange<UInt8>, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: values, using: &random) }
  }

  @Test("libdeflate has the numbered levels where it was built in, and ISA-L the first rung") func builtIn() {
    #expect(Codec.gz.levels == DeflateEngine.numbered.levels && DeflateEngine.zlib.levels == 1...9)
    #if Libdeflate
      #expect(
        Codec.gz.levels == 1...12 && DeflateEngine.numbered == .libdeflate && DeflateEngine.inflating[0] == .libdeflate)
    #else
      #expect(DeflateEngine.numbered == .zlib)
    #endif
    #if ISAL
      // The tests install it: without it, they would compare nothing with it.
      #expect(DeflateEngine.quickest == .isal && ISALLibrary.name?.hasPrefix("libisal.so.2") == true)
      #expect(DeflateEngine.inflating.last == .isal)
    #else
      #expect(DeflateEngine.quickest == .numbered && DeflateEngine.inflating == [.numbered])
    #endif
  }

  @Test("what an engine writes depends on the block alone, not on earlier blocks or on where its state lies")
  func isDeterministic() {
    var random = SplitMix64(seed: 6)
    for engine in Self.engines {
      let compressors = (0..<4).map { _ in Compressor(Self.rung(engine)) }
      let output = BlockBuffer()
      var differing = 0
      for round in 0..<3000 {
        let most = round % 100 == 0 ? 20_000 : 120
        let highest = UInt8.random(in: 1...30, using: &random)
        let bytes = (0..<Int.random(in: 0...most, using: &random)).map { _ in
          UInt8.random(in: 0...highest, using: &random)
        }
        // The first compressor sees all blocks, and the others every third.
        let stored = (0..<2).map { i in
          bytes.withUnsafeBytes { compressors[i == 0 ? 0 : 1 + round % 3].compress($0, into: output) }
          return Array(output.bytes)
        }
        if stored[0] != stored[1] { differing += 1 }
      }
      #expect(differing == 0, "\(engine)")
    }
  }

  @Test("every engine reads what every engine writes, at every level") func readEachOther() throws {
    let blocks = try Self.continuousIngest()
    let cases: [[UInt8]] = [
      [], [0], [255], Array("accumulo".utf8), blocks[0], Array(repeating: 7, count: 65_537),
      Self.random(100_000, 0...255, seed: 1), Self.random(70_000, 97...101, seed: 2),
    ]
    for bytes in cases {
      for engine in Self.engines {
        for level in [nil] + engine.levels.map(Optional.some) {
          let stored = Self.deflate(bytes, engine, level: level)
          #expect(stored.count <= bytes.count + bytes.count / 1000 + 64, "\(engine) \(level ?? 0)")
          #expect(try Self.inflateAlike(stored, rawSize: bytes.count) == .success(bytes), "\(engine) \(level ?? 0)")
        }
      }
    }
  }

  @Test("blocks of a few MiB: what deflates little, much, and not at all") func large() throws {
    let ingest = Array(try Self.continuousIngest().joined())
    let some = Array((0..<5).map { _ in ingest }.joined())
    #expect(some.count > 5 << 20)
    for bytes in [some, Array(repeating: 0, count: 6 << 20), Self.random(5 << 20, 0...255, seed: 3)] {
      for engine in Self.engines {
        let stored = Self.deflate(bytes, engine)
        let isBack = Self.isSame(try Self.inflateAlike(stored, rawSize: bytes.count), .success(bytes))
        #expect(isBack, "\(engine)")
        for size in [bytes.count - 1, bytes.count + 1, 2 * bytes.count] {
          #expect(throws: DecodeError.self) { try Self.inflateAlike(stored, rawSize: size).get() }
        }
        #expect(throws: DecodeError.self) { try Self.inflateAlike(stored.dropLast(), rawSize: bytes.count).get() }
      }
    }
  }

  @Test("every gz block of Accumulo's own files inflates alike") func golden() throws {
    var blocks = 0
    for fixture in RFileFixture.readable where fixture.codec == "gz" {
      let file = try ReferenceRFile(path: fixture.path)
      let groups = file.groups + file.sampleGroups
      let data = groups.flatMap(\.blocks).map { ($0.region, $0.bytes) }
      let index = groups.flatMap { $0.levels.joined() }.compactMap { block in block.region.map { ($0, block.bytes) } }
      let meta = file.container.metaBlocks.filter { $0.codec == "gz" }.map { ($0.region, $0.bytes) }
      for (region, bytes) in data + index + meta {
        let stored = Array(file.container.file[region.offset..<region.offset + region.storedSize])
        #expect(try Self.inflateAlike(stored, rawSize: bytes.count) == .success(bytes), "\(fixture): \(region)")
        blocks += 1
      }
    }
    #expect(blocks > 200)
  }

  @Test("damage at every byte gives the same error, or the same bytes, in every engine") func damage() throws {
    let bytes = try Array(Self.continuousIngest()[0].prefix(700)) + Self.random(100, 0...255, seed: 4)
    for writer in Self.engines {
      let stored = Self.deflate(bytes, writer)
      var failed = 0
      for i in stored.indices {
        for change in [0x01, 0x10, 0x80, 0xff] as [UInt8] {
          var broken = stored
          broken[i] ^= change
          if case .failure = try Self.inflateAlike(broken, rawSize: bytes.count, "byte \(i) ^ \(change)") {
            failed += 1
          }
        }
      }
      // The first two bytes contain a hint about the level, which no reader uses.
      #expect(failed > stored.count * 4 - 8)
    }
  }

  @Test("a stream that is cut or has more behind it, and a wrong raw size, give the same error") func wrongSizes()
    throws
  {
    let bytes = Self.random(300, 97...110, seed: 5)
    for writer in Self.engines {
      let stored = Self.deflate(bytes, writer)
      for count in 0..<stored.count {
        let result = try Self.inflateAlike(Array(stored[..<count]), rawSize: bytes.count, "\(count) bytes")
        #expect(throws: DecodeError.self) { try result.get() }
      }
      for more in [[0], stored] as [[UInt8]] {
        #expect(throws: DecodeError.self) { try Self.inflateAlike(stored + more, rawSize: bytes.count).get() }
      }
      for size in Array(0..<bytes.count) + [301, 302, 1000, 4 << 20, 4 << 20 + 1, 1 << 30, Int(Int32.max), -1] {
        #expect(throws: DecodeError.self) { try Self.inflateAlike(stored, rawSize: size, "size \(size)").get() }
      }
    }
  }

  @Test("memory for a large block that an index claims is reserved only as its bytes come", arguments: engines)
  func reserves(engine: DeflateEngine) throws {
    let stored = Self.deflate(Array(repeating: 1, count: 5 << 20), engine)
    let output = BlockBuffer()
    for size in [6 << 20, 1 << 30, Int(Int32.max)] {
      #expect(throws: DecodeError.self) {
        try stored.withUnsafeBytes {
          try Decompressor(engine: engine).decompress($0, codec: .gz, rawSize: size, into: output)
        }
      }
      #expect(output.state.pointee.capacity <= 16 << 20, "\(size)")
    }
  }

  @Test("level 6 takes no more bytes than zlib's on continuous ingest") func size() throws {
    let blocks = try Self.continuousIngest()
    func stored(_ engine: DeflateEngine) -> Int { blocks.reduce(0) { $0 + Self.deflate($1, engine).count } }
    #expect(blocks.reduce(0) { $0 + $1.count } > 1_000_000)
    #expect(stored(.numbered) <= stored(.zlib))
  }
}
