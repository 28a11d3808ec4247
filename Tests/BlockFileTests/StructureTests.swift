import TestSupport
import Testing

@testable import BlockFile

// Every structure of the container: encoded values decode to the same value and consume exactly their bytes, truncated
// bytes are an error, and Accumulo's bytes survive decoding and encoding unchanged.

@Suite struct StructureTests {
  private static func encode(_ body: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    body(&bytes)
    return bytes
  }

  /// Checks one value in both directions, at every length that is too short, and with every byte damaged.
  private static func check<T: Equatable>(
    _ value: T, _ encode: (T, inout [UInt8]) -> Void, _ decode: (inout ByteReader) throws -> T,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = Self.encode { encode(value, &$0) }
    var reader = ByteReader(bytes + [1])
    #expect(try decode(&reader) == value, sourceLocation: sourceLocation)
    #expect(reader.remaining == 1, sourceLocation: sourceLocation)
    for count in 0..<bytes.count {
      var short = ByteReader(Array(bytes[..<count]))
      #expect(throws: DecodeError.self, "\(value) cut at \(count)", sourceLocation: sourceLocation) {
        try decode(&short)
      }
    }
    for i in bytes.indices {
      for change in [0x01, 0x80, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[i] ^= change
        var reader = ByteReader(damaged)
        do { _ = try decode(&reader) } catch is DecodeError {} catch is UnsupportedFormat {}
      }
    }
  }

  private static let numbers: [Int64] = [0, 1, -1, 127, 128, 200, 65_535, 1 << 31, 1 << 40, .max, .min]

  private static func regions(_ random: inout SplitMix64, _ count: Int) -> [BlockRegion] {
    (0..<count).map { _ in
      BlockRegion(
        offset: numbers.randomElement(using: &random)!, compressedSize: .random(in: 0...1 << 20, using: &random),
        rawSize: .random(in: .min ... .max, using: &random))
    }
  }

  @Test("regions of blocks") func regions() throws {
    for offset in Self.numbers {
      for stored in Self.numbers {
        for raw in Self.numbers {
          let region = BlockRegion(offset: offset, compressedSize: stored, rawSize: raw)
          try Self.check(region, { $0.encode(into: &$1) }, { try BlockRegion(from: &$0) })
        }
      }
    }
  }

  @Test("versions") func versions() throws {
    for major in [0, 1, 2, 3, 255, 256, -1, .max, .min] as [Int16] {
      for minor in [0, 1, -1, .min] as [Int16] {
        let version = BCFileVersion(major: major, minor: minor)
        try Self.check(version, { $0.encode(into: &$1) }, { try BCFileVersion(from: &$0) })
      }
    }
  }

  @Test("crypto parameters") func cryptoParameters() throws {
    for bytes in [[], [0], [255, 0], CryptoParameters.none.bytes, Array(repeating: 7, count: 300)] as [[UInt8]] {
      let parameters = CryptoParameters(bytes: bytes)
      try Self.check(parameters, { $0.encode(into: &$1) }, { try CryptoParameters(from: &$0) })
    }
    #expect(CryptoParameters(bytes: [0, 2, 65, 66, 9]).serviceName == "AB")
    #expect(CryptoParameters(bytes: [0, 3, 65, 66]).serviceName == nil)
    #expect(
      CryptoParameters(bytes: [0, 0]).serviceName == nil && CryptoParameters(bytes: [0, 1, 10]).serviceName == nil)
  }

  @Test("the data index, of every codec") func dataIndex() throws {
    var random = SplitMix64(seed: 1)
    for codec in Codec.allCases {
      for count in [0, 1, 2, 3, 40] {
        let index = DataIndex(codec: codec, regions: Self.regions(&random, count))
        try Self.check(index, { $0.encode(into: &$1) }, { try DataIndex(from: &$0) })
      }
    }
    var lzo = ByteReader(Self.encode { $0.appendBCFileString("lzo") })
    #expect(throws: UnsupportedFormat(Codec.refusal(of: "lzo"))) { try DataIndex(from: &lzo) }
  }

  @Test("the meta index: all small ones, and random ones in any order") func metaIndex() throws {
    let names = ["", "a", "RFile.index", "BCFile.index", "ünïcode", String(repeating: "x", count: 200)]
    var random = SplitMix64(seed: 2)
    for subset in 0..<(1 << names.count) {
      let blocks = names.indices.filter { subset >> $0 & 1 == 1 }.map { i in
        MetaBlock(
          name: names[i], codecName: ["gz", "", "lzo"].randomElement(using: &random)!,
          region: Self.regions(&random, 1)[0])
      }
      let index = MetaIndex(blocks.shuffled(using: &random))
      #expect(index.blocks.map(\.name) == blocks.map(\.name).sorted())
      for block in blocks {
        #expect(index[name: block.name] == block)
        try Self.check(block, { $0.encode(into: &$1) }, { try MetaBlock(from: &$0) })
      }
      #expect(index[name: "absent"] == nil)
      if subset.nonzeroBitCount < 4 {
        try Self.check(index, { $0.encode(into: &$1) }, { try MetaIndex(from: &$0) })
      }
    }
  }

  @Test("a meta index with a name twice, or with a count that cannot be, is refused") func metaIndexDamage() throws {
    let block = MetaBlock(name: "a", codecName: "gz", region: BlockRegion(offset: 1, compressedSize: 2, rawSize: 3))
    var twice = ByteReader(Self.encode { MetaIndex([block, block]).encode(into: &$0) })
    #expect(throws: DecodeError(at: 14, expected: "each meta block once", found: "\"a\" twice")) {
      try MetaIndex(from: &twice)
    }
    for count in [-1, 1 << 20, .max] as [Int64] {
      var reader = ByteReader(Self.encode { $0.appendBCFileVLong(count) })
      #expect(throws: DecodeError(at: 0, expected: "a count of meta blocks", found: "\(count)")) {
        try MetaIndex(from: &reader)
      }
    }
  }

  @Test("footers of both versions, alone and at the end of a file; cut at either end they are refused")
  func footers() throws {
    for metaIndex in Self.numbers {
      for crypto in [nil] + Self.numbers.map(Optional.some) {
        let footer = Footer(metaIndexOffset: metaIndex, cryptoParametersOffset: crypto)
        #expect(footer.version == (crypto == nil ? .v1 : .v3))
        let bytes = Self.encode { footer.encode(into: &$0) }
        #expect(bytes.count == (crypto == nil ? Footer.smallestSize : Footer.largestSize))
        for before in 0..<3 {
          var reader = ByteReader([UInt8](repeating: 9, count: before * 20) + bytes)
          #expect(try Footer(from: &reader) == footer)
          #expect(reader.remaining == 0)
        }
        for count in 0..<bytes.count {
          for cut in [Array(bytes[..<count]), Array(bytes[(bytes.count - count)...])] {
            var reader = ByteReader(cut)
            #expect(throws: DecodeError.self) { try Footer(from: &reader) }
          }
        }
      }
    }
  }

  @Test("a footer of another version is refused by name") func otherVersions() {
    for version in [BCFileVersion.v2, BCFileVersion(major: 3, minor: 1), BCFileVersion(major: 4, minor: 0)] {
      var bytes = Self.encode { Footer(metaIndexOffset: 16, cryptoParametersOffset: 17).encode(into: &$0) }
      bytes.replaceSubrange(16..<20, with: Self.encode { version.encode(into: &$0) })
      var reader = ByteReader(bytes)
      #expect(throws: UnsupportedFormat("BCFile version \(version) is not supported (1.0 and 3.0 are)")) {
        try Footer(from: &reader)
      }
    }
  }

  @Test("offsets of a footer that lead out of its file are refused") func offsets() throws {
    let file: Int64 = 1000
    func problem(_ metaIndex: Int64, _ crypto: Int64?, size: Int64 = file) -> DecodeError? {
      let footer = Footer(metaIndexOffset: metaIndex, cryptoParametersOffset: crypto)
      do {
        let index = try footer.metaIndex(inFileOf: size)
        let parameters = try footer.cryptoParameters(inFileOf: size)
        #expect(index.lowerBound == metaIndex && index.upperBound <= size)
        #expect(parameters?.lowerBound == crypto)
        return nil
      } catch { return error }
    }
    // Footers have 28 or 36 bytes.
    #expect(problem(16, nil) == nil && problem(971, nil) == nil && problem(972, nil) != nil && problem(15, nil) != nil)
    #expect(problem(16, 17) == nil && problem(959, 960) == nil && problem(960, 961) != nil && problem(17, 17) != nil)
    for bad in [-1, 0, 15, 1000, .max, .min] as [Int64] {
      #expect(problem(bad, nil) != nil && problem(bad, 900) != nil && problem(16, bad) != nil)
    }
    #expect(
      problem(16, 17, size: 51) == DecodeError(at: 0, expected: "two offsets", found: "a file of 51 bytes"))
    #expect(problem(16, 17, size: 2 << 20)?.offset == 8)
  }

  @Test("what Accumulo wrote is encoded again as it was", arguments: RFileFixture.readable)
  func golden(fixture: RFileFixture) throws {
    let file = try Fixtures.bytes(fixture.path)
    var reader = ByteReader(file)
    let footer = try Footer(from: &reader)
    let index = try footer.metaIndex(inFileOf: Int64(file.count))
    reader = ByteReader(file, Int(index.lowerBound)..<file.count)
    let metaIndex = try MetaIndex(from: &reader)
    let parameters = try footer.version == .v3 ? CryptoParameters(from: &reader) : nil
    let tail = Self.encode {
      metaIndex.encode(into: &$0)
      parameters?.encode(into: &$0)
      footer.encode(into: &$0)
    }
    #expect(tail == Array(file[Int(index.lowerBound)...]))

    let container = try BCFileReader(ByteSource(bytes: file, name: fixture.name))
    let raw = try #require(try container.metaBlock(DataIndex.blockName, loader: BlockLoader()))
    var dataIndex = ByteReader(raw)
    let decoded = try DataIndex(from: &dataIndex)
    #expect(Self.encode { decoded.encode(into: &$0) } == raw && decoded.codec == container.codec)
  }
}
