import TestSupport
import Testing

@testable import BlockFile

@Suite struct CodecTests {
  private static let compressing = Codec.allCases.filter { $0 != .none }
  /// The codecs with a checksum over all bytes.
  private static let checking = Codec.allCases.filter { ["gz", "zstd", "bzip2"].contains($0.rawValue) }

  private static func compress(_ bytes: [UInt8], _ codec: Codec, level: Int? = nil) -> [UInt8] {
    guard codec != .none else { return bytes }
    let output = BlockBuffer()
    bytes.withUnsafeBytes { Compressor(codec, level: level).compress($0, into: output) }
    return Array(output.bytes)
  }

  private static func decompress(_ bytes: [UInt8], _ codec: Codec, rawSize: Int) throws -> [UInt8] {
    let output = BlockBuffer()
    try bytes.withUnsafeBytes { try Decompressor().decompress($0, codec: codec, rawSize: rawSize, into: output) }
    return Array(output.bytes)
  }

  @Test("every level of every codec gives the bytes back", arguments: Codec.allCases) func roundTrips(codec: Codec)
    throws
  {
    var random = SplitMix64(seed: 3)
    let text = (0..<20_000).map { _ in UInt8.random(in: 97...101, using: &random) }
    for bytes in [[], [7], text, Array(repeating: 0, count: 300_000)] as [[UInt8]] {
      for level in codec.levels.map(Array.init) ?? [] {
        let stored = Self.compress(bytes, codec, level: level)
        #expect(try Self.decompress(stored, codec, rawSize: bytes.count) == bytes)
      }
      #expect(try Self.decompress(Self.compress(bytes, codec), codec, rawSize: bytes.count) == bytes)
    }
  }

  @Test("one decompressor serves many blocks, sound and broken ones in turn", arguments: compressing)
  func recovers(codec: Codec) throws {
    let bytes = Array("the quick brown fox jumps over the lazy dog, over and over and over".utf8)
    let stored = Self.compress(bytes, codec)
    let decompressor = Decompressor()
    let output = BlockBuffer()
    for i in 0..<stored.count {
      var broken = stored
      broken[i] ^= 0x55
      _ = try? broken.withUnsafeBytes {
        try decompressor.decompress($0, codec: codec, rawSize: bytes.count, into: output)
      }
      try stored.withUnsafeBytes { try decompressor.decompress($0, codec: codec, rawSize: bytes.count, into: output) }
      #expect(Array(output.bytes) == bytes)
    }
  }

  @Test("the raw size must be that of the index, to the byte", arguments: Codec.allCases) func insistsOnSize(
    codec: Codec
  ) {
    let bytes = Array(repeating: UInt8(9), count: 5_000_000)
    let stored = Self.compress(bytes, codec)
    for size in [0, 1, 100, 4_999_999, 5_000_001, 6_000_000, Int(Int32.max)] {
      #expect(throws: DecodeError.self) { try Self.decompress(stored, codec, rawSize: size) }
    }
  }

  @Test("a stream that is cut, or has more behind it, is refused", arguments: compressing)
  func insistsOnLength(codec: Codec) {
    let bytes = Array("abcabcabcabcabcabcabcabcabc".utf8)
    let stored = Self.compress(bytes, codec)
    for count in 0..<stored.count {
      #expect(throws: DecodeError.self) { try Self.decompress(Array(stored[..<count]), codec, rawSize: bytes.count) }
    }
    #expect(throws: DecodeError.self) { try Self.decompress(stored + [0], codec, rawSize: bytes.count) }
  }

  @Test("a changed bit of a block is an error, or changes nothing", arguments: checking)
  func checksums(codec: Codec) throws {
    var random = SplitMix64(seed: 6)
    let incompressible = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
    let text = Array("row family qualifier value row family".utf8)
    for bytes in [incompressible, Array(repeating: 7, count: 500), text] {
      let stored = Self.compress(bytes, codec)
      for i in stored.indices {
        for bit in 0..<8 {
          var broken = stored
          broken[i] ^= 1 << bit
          if let found = try? Self.decompress(broken, codec, rawSize: bytes.count) {
            #expect(found == bytes, "byte \(i), bit \(bit)")
          }
        }
      }
    }
  }

  @Test("a block says whether it has a checksum: ours of gz, zstd and bzip2 have one, Hadoop's of zstd have none")
  func knowsChecksums() throws {
    for codec in Codec.allCases {
      let sink = ByteSink(memory: "ours")
      let writer = try BCFileWriter(sink, codec: codec)
      let region = try [UInt8](1...50).withUnsafeBytes { try writer.writeBlock($0) }
      let empty = try writer.writeBlock(UnsafeRawBufferPointer(start: nil, count: 0))
      try writer.finish()
      let file = try BCFileReader(ByteSource(bytes: sink.memory, name: "ours"))
      #expect(try file.hasChecksum(region, "block") == Self.checking.contains(codec))
      #expect(try file.hasChecksum(empty, "block") == Self.checking.contains(codec))
    }
    let path = "\(Fixtures.accumulo)/rfiles/codec/lg_zstd.rf"
    let block = try #require(ReferenceRFile(path: path).groups.first { !$0.blocks.isEmpty }?.blocks[0].region)
    let region = BlockRegion(
      offset: Int64(block.offset), compressedSize: Int64(block.storedSize), rawSize: Int64(block.rawSize))
    #expect(try !BCFileReader(ByteSource(path: path)).hasChecksum(region, "block"))
  }

  @Test("a codec without levels takes none; the others have their default among them") func levels() {
    for codec in Codec.allCases {
      #expect(codec.levels?.contains(codec.defaultLevel) ?? (codec.defaultLevel == 0), "\(codec)")
    }
    #expect(Codec.zstd.levels == 1...22 && Codec.none.levels == nil)
    #if Snappy
      #expect(Codec.snappy.levels == nil)
    #endif
    #if LZ4
      #expect(Codec.lz4.levels == 1...12)
    #endif
    #if Bzip2
      #expect(Codec.bzip2.levels == 1...9 && Codec.bzip2.defaultLevel == 9)
    #endif
  }

  @Test("higher levels of lz4 and bzip2 give fewer bytes of the same text") func higherLevels() {
    var random = SplitMix64(seed: 9)
    let words = (0..<300).map { _ in (0..<6).map { _ in UInt8.random(in: 97...122, using: &random) } }
    let text = (0..<60_000).flatMap { _ in words.randomElement(using: &random)! }
    for name in ["lz4", "bzip2"] {
      guard let codec = Codec(rawValue: name), let levels = codec.levels else { continue }
      let (low, high) = (Self.compress(text, codec, level: 1), Self.compress(text, codec, level: levels.upperBound))
      #expect(high.count < low.count, "\(name): \(high.count) of \(low.count)")
    }
  }

  #if Bzip2
    @Test("a bzip2 block is one stream as the program bzip2 writes it") func bzip2()
      throws
    {
      let text = Array("abcdefabcdefabcdef 12345 abcdef".utf8)
      let stored = Self.compress(text, .bzip2)
      #expect(Array(stored.prefix(10)) == Array("BZh9".utf8) + [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
      #expect(Self.compress([], .bzip2) == Array("BZh9".utf8) + [0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0])
      // A second stream after the first is more than the block contains.
      #expect(throws: DecodeError.self) { try Self.decompress(stored + stored, .bzip2, rawSize: 2 * text.count) }
    }
  #endif

  @Test("zlib's format is what gz means: header 78, checksum at the end") func gzIsZlib() throws {
    let stored = Self.compress([1, 2, 3], .gz)
    #expect(stored[0] == 0x78)
    #expect(Array(stored.suffix(4)) == [0, 0x0d, 0, 0x07])
  }
}
