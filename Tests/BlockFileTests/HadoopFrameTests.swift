import TestSupport
import Testing

@testable import BlockFile

// Snappy and LZ4 in Hadoop's frames, checked against the reference (written from the formats alone), against blocks of
// Accumulo, and with false claims of every kind. In a build without these codecs, nothing is tested.

@Suite struct HadoopFrameTests {
  /// A codec of this build, with the raw size and the buffer size of Hadoop's chunks.
  struct Framed: Sendable, CustomStringConvertible {
    var codec: Codec
    var chunk: Int
    var buffer: Int
    var description: String { codec.rawValue }

    static let all: [Framed] = [("snappy", 54_582, 1 << 16), ("lz4", 261_100, 1 << 18)].compactMap {
      name, chunk, buffer in Codec(rawValue: name).map { Framed(codec: $0, chunk: chunk, buffer: buffer) }
    }
  }

  private static func deflate(_ bytes: [UInt8], _ codec: Codec, level: Int? = nil) -> [UInt8] {
    let output = BlockBuffer()
    bytes.withUnsafeBytes { Compressor(codec, level: level).compress($0, into: output) }
    return Array(output.bytes)
  }

  private static func inflate(
    _ stored: [UInt8], _ codec: Codec, rawSize: Int, into output: BlockBuffer = BlockBuffer()
  ) throws -> [UInt8] {
    try stored.withUnsafeBytes { try Decompressor().decompress($0, codec: codec, rawSize: rawSize, into: output) }
    return Array(output.bytes)
  }

  private static func int32(_ values: Int...) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
  }

  private static func random(_ count: Int, _ values: ClosedRange<UInt8>, seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: values, using: &random) }
  }

  @Test("the index of a file, byte for byte as in Accumulo's files", arguments: Framed.all) func bytes(_ framed: Framed)
    throws
  {
    let (raw, stored): (String, String) =
      framed.codec.rawValue == "snappy"
      ? ("06736e6170707900", "000000080000000a081c06736e6170707900") : ("036c7a3400", "000000050000000650036c7a3400")
    #expect(Self.deflate(Fixtures.hex(raw), framed.codec) == Fixtures.hex(stored))
    #expect(try Self.inflate(Fixtures.hex(stored), framed.codec, rawSize: raw.count / 2) == Fixtures.hex(raw))
  }

  @Test("each chunk has a frame, is full but for the last, and fits into Hadoop's buffers", arguments: Framed.all)
  func chunks(_ framed: Framed) throws {
    let most = framed.chunk
    for count in [0, 1, most - 1, most, most + 1, 2 * most, 3 * most + 5] {
      let bytes = Self.random(count, 0...255, seed: UInt64(count))
      let stored = Self.deflate(bytes, framed.codec)
      let frames = try referenceFrames(stored, codec: framed.codec.rawValue)
      let full = Array(repeating: most, count: count / most)
      #expect(frames.flatMap { $0 }.map(\.raw) == full + (count % most > 0 ? [count % most] : []))
      #expect(frames.allSatisfy { $0.count == (count == 0 ? 0 : 1) && $0.allSatisfy { $0.stored <= framed.buffer } })
      let isBack = try Self.inflate(stored, framed.codec, rawSize: count) == bytes
      #expect(isBack, "\(count) bytes")
    }
    #expect(Self.deflate([], framed.codec) == [0, 0, 0, 0])
  }

  @Test("frames of several chunks, and an empty frame at the end, as Hadoop writes them", arguments: Framed.all)
  func acceptsHadoopsFrames(_ framed: Framed) throws {
    let text = Self.random(3000, 97...99, seed: 1)
    func chunk(_ range: Range<Int>) -> [UInt8] { Array(Self.deflate(Array(text[range]), framed.codec).dropFirst(4)) }
    let three = Self.int32(3000) + chunk(0..<1000) + chunk(1000..<1001) + chunk(1001..<3000)
    let two = Self.int32(10) + chunk(0..<10) + Self.int32(2990) + chunk(10..<3000)
    for stored in [three, two, three + Self.int32(0), two + Self.int32(0)] {
      #expect(try Self.inflate(stored, framed.codec, rawSize: 3000) == text)
    }
    #expect(try Self.inflate([], framed.codec, rawSize: 0) == [])
  }

  @Test("the frames of Accumulo's files are those that the tests are made for") func goldenFrames() throws {
    for (name, expected) in [
      ("frames/s3_snappy", [[24], [54582, 54582, 2], []]),
      ("frames/s4_lz4", [[24], [261_099], [13], [261_100], [12], [261_100, 1], [13], [261_100, 38_900], []]),
    ] {
      let fixture = try #require(RFileFixture.all.first { $0.name == name })
      let file = try ReferenceRFile(path: fixture.path)
      let frames = try file.groups.flatMap(\.blocks).map { block in
        let region = block.region
        return try referenceFrames(
          Array(file.container.file[region.offset..<region.offset + region.storedSize]), codec: fixture.codec)
      }
      #expect(frames.contains { $0.map { $0.map(\.raw) } == expected }, "\(name)")
    }
  }

  @Test("blocks that lie are refused in words that say where", arguments: Framed.all) func refuses(_ framed: Framed)
    throws
  {
    let (codec, name) = (framed.codec, framed.codec.rawValue)
    let text = Array("abcdabcdabcdabcdabcdabcdabcd".utf8)
    let sound = Self.deflate(text, codec)
    let chunk = Array(sound.dropFirst(8))
    let none = "expected a sound \(name) chunk of at most 28 raw bytes, found none in"
    let cases: [([UInt8], String)] = [
      (
        Self.int32(-1) + sound.dropFirst(4),
        "at byte 0: expected a raw length of a frame within the 28 bytes left, found -1"
      ),
      (
        Self.int32(29) + sound.dropFirst(4),
        "at byte 0: expected a raw length of a frame within the 28 bytes left, found 29"
      ),
      (
        Self.int32(28, -1) + chunk, "expected a stored length of a chunk within the \(chunk.count) bytes left, found -1"
      ),
      (Self.int32(28, chunk.count + 1) + chunk, "found \(chunk.count + 1)"),
      (Self.int32(28, Int(Int32.max)) + chunk, "found 2147483647"),
      (Self.int32(28, chunk.count - 1) + chunk, "at byte 8: \(none) \(chunk.count - 1) bytes"),
      (Self.int32(28, 0) + chunk, "at byte 8: \(none) 0 bytes"),
      (Self.int32(27) + sound.dropFirst(4), "chunk of at most 27 raw bytes"),
      (sound + [0], "at byte \(sound.count): expected 4 bytes of the raw length of a frame, found 1"),
      (
        sound + Self.int32(0) + sound,
        "expected the end of the block after an empty frame, found \(sound.count) more bytes"
      ),
      (sound + sound, "expected a raw length of a frame within the 0 bytes left, found 28"),
      (Self.int32(28), "expected 4 bytes of the stored length of a chunk, found 0"),
      ([], "expected 28 raw bytes, as the index says, found 0"),
      (Self.int32(0), "expected 28 raw bytes, as the index says, found 0"),
      // A copy from before the start.
      (
        Self.int32(28, 5) + (name == "snappy" ? [28, 0, 97, 0x09 | 0x60, 9] : [0x17, 97, 9, 0, 0]),
        "at byte 8: \(none) 5 bytes"
      ),
    ]
    for (stored, words) in cases {
      let error = #expect(throws: DecodeError.self) { try Self.inflate(stored, codec, rawSize: 28) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "") is not \(words)")
    }
  }

  @Test("a chunk that claims gigabytes takes no memory", arguments: Framed.all) func claims(_ framed: Framed) throws {
    let claim = Int(Int32.max)
    // Snappy writes the raw size first, up to 2^32 - 1. LZ4 lengthens a match by 255 for each byte of ff.
    let chunks: [[UInt8]] =
      framed.codec.rawValue == "snappy"
      ? [
        [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 97], [0xff, 0xff, 0xff, 0xff, 0x07] + Array(repeating: 0xfe, count: 60_000),
      ]
      : [[0xf0] + Array(repeating: 0xff, count: 1000), [0x1f, 97, 1, 0] + Array(repeating: 0xff, count: 4000)]
    for chunk in chunks {
      for frame in [claim, 1 << 20] {
        for size in [chunk.count, chunk.count - 1] {
          let output = BlockBuffer()
          let stored = Self.int32(frame, size) + chunk
          #expect(throws: DecodeError.self) {
            try Self.inflate(stored, framed.codec, rawSize: claim, into: output)
          }
          #expect(output.state.pointee.capacity <= 4 << 20, "\(output.state.pointee.capacity) bytes")
        }
      }
    }
  }

  @Test("what compresses ten thousandfold is inflated as it comes", arguments: Framed.all) func large(_ framed: Framed)
    throws
  {
    let zeros = [UInt8](repeating: 0, count: 40 << 20)
    let stored = Self.deflate(zeros, framed.codec)
    let isBack = try Self.inflate(stored, framed.codec, rawSize: zeros.count) == zeros
    #expect(isBack)
    let output = BlockBuffer()
    #expect(throws: DecodeError.self) {
      try Self.inflate(stored, framed.codec, rawSize: Int(Int32.max), into: output)
    }
    #expect(output.state.pointee.capacity <= 64 << 20)
  }

  @Test("random bytes of all kinds go through, and the reference reads them", arguments: Framed.all)
  func roundTrips(_ framed: Framed) throws {
    for seed in 0..<60 {
      var random = SplitMix64(seed: UInt64(seed))
      let top = [97, 99, 120, 255].randomElement(using: &random)!
      var bytes = Self.random(Int.random(in: 0..<6000, using: &random), 97...max(97, UInt8(top)), seed: UInt64(seed))
      if seed % 3 == 0 { bytes += bytes + bytes.reversed() }
      let level = framed.codec.levels?.randomElement(using: &random)
      let stored = Self.deflate(bytes, framed.codec, level: level)
      #expect(try Self.inflate(stored, framed.codec, rawSize: bytes.count) == bytes)
      #expect(try referenceInflate(stored, codec: framed.codec.rawValue) == bytes)
    }
  }

  @Test("damage at every byte: an error, or bytes that the reference finds in it too", arguments: Framed.all)
  func damage(_ framed: Framed) throws {
    let text = Array("the quick brown fox jumps over the lazy dog; ".utf8)
    let sound = Self.deflate(text + text + Self.random(90, 0...255, seed: 2) + text, framed.codec)
    let size = 3 * text.count + 90
    var failed = 0
    for i in sound.indices {
      for bit in 0..<8 {
        var broken = sound
        broken[i] ^= 1 << bit
        do {
          let bytes = try Self.inflate(broken, framed.codec, rawSize: size)
          let isSame = try referenceInflate(broken, codec: framed.codec.rawValue) == bytes
          #expect(isSame, "byte \(i), bit \(bit)")
        } catch is DecodeError { failed += 1 }
      }
    }
    #expect(failed > 100)
    for count in sound.indices {
      #expect(throws: DecodeError.self) { try Self.inflate(Array(sound[..<count]), framed.codec, rawSize: size) }
    }
  }
}
