import TestSupport
import Testing

@testable import BlockFile

@Suite struct BlockLimitTests {
  private static func compress(_ bytes: [UInt8], _ codec: Codec) -> [UInt8] {
    let output = BlockBuffer()
    bytes.withUnsafeBytes { Compressor(codec).compress($0, into: output) }
    return Array(output.bytes)
  }

  /// A container with one block of `count` zeros.
  private static func file(_ codec: Codec, zeros count: Int) throws -> (bytes: [UInt8], region: BlockRegion) {
    let sink = ByteSink(memory: "zeros.rf")
    let writer = try BCFileWriter(sink, codec: codec)
    let region = try [UInt8](repeating: 0, count: count).withUnsafeBytes { try writer.writeBlock($0) }
    try writer.finish()
    return (sink.memory, region)
  }

  @Test("the default is a quarter of the memory, at least 64 MiB") func share() {
    #expect(BlockLimit(memory: 0).bytes == 64 << 20 && BlockLimit(memory: 256 << 20).bytes == 64 << 20)
    #expect(BlockLimit(memory: 4 << 30).bytes == 1 << 30)
    #expect(BlockLimit.smallestDefault.bytes == 64 << 20 && BlockLimit.none.bytes == Int64(Int32.max))
  }

  @Test("a block as large as the limit is read, a larger one is refused before it is", arguments: Codec.allCases)
  func border(codec: Codec) throws {
    let (bytes, region) = try Self.file(codec, zeros: 10_000)
    for limit in [9_999, 10_000, 10_001] as [Int64] {
      let buffer = BlockBuffer()
      let loader = BlockLoader(limit: BlockLimit(bytes: limit))
      let file = try BCFileReader(ByteSource(bytes: bytes, name: "zeros.rf"), loader: loader)
      guard limit < 10_000 else {
        try file.load(region, into: buffer, loader: loader, place: "data block 0")
        #expect(buffer.count == 10_000)
        continue
      }
      let error = #expect(throws: FileError.self) {
        try file.load(region, into: buffer, loader: loader, place: "data block 0")
      }
      #expect(error?.kind == .unsupported && buffer.state.pointee.capacity == 0)
      #expect(
        error?.description
          == "zeros.rf: data block 0: a block of 10000 bytes is larger than the limit of 9999; "
          + "--block-limit SIZE allows more")
    }
  }

  @Test("the stored size counts as well as the raw size") func storedSize() {
    let limit = BlockLimit(bytes: 100)
    func isRefused(_ stored: Int64, _ raw: Int64) -> Bool {
      limit.problem(with: BlockRegion(offset: 16, compressedSize: stored, rawSize: raw)) != nil
    }
    #expect(!isRefused(100, 100) && isRefused(101, 5) && isRefused(5, 101))
  }

  @Test("a meta block above the limit is refused by name") func metaBlocks() throws {
    let sink = ByteSink(memory: "meta.rf")
    let writer = try BCFileWriter(sink, codec: .gz)
    try writer.writeMetaBlock("bomb", [UInt8](repeating: 0, count: 5_000))
    try writer.finish()
    let loader = BlockLoader(limit: BlockLimit(bytes: 4_999))
    let file = try BCFileReader(ByteSource(bytes: sink.memory, name: "meta.rf"), loader: loader)
    let error = #expect(throws: FileError.self) { try file.metaBlock("bomb", loader: loader) }
    #expect(
      error?.description
        == "meta.rf: block bomb: a block of 5000 bytes is larger than the limit of 4999; --block-limit SIZE allows more"
    )
  }

  @Test("inflating takes no more memory than was claimed, whatever comes", arguments: [Codec.gz, .zstd])
  func neverMoreThanClaimed(codec: Codec) {
    var random = SplitMix64(seed: 1)
    // Bytes that deflate well, and bytes that do not.
    var mixed = [UInt8](repeating: 7, count: 9 << 20)
    for i in stride(from: 0, to: mixed.count, by: 3) { mixed[i] = UInt8(truncatingIfNeeded: random.next()) }
    for bytes in [[UInt8](repeating: 0, count: 9 << 20), mixed] {
      let stored = Self.compress(bytes, codec)
      for claimed in [5 << 20, 5_000_001, 7 << 20, 9 << 20 - 1, 9 << 20, 9 << 20 + 1, 13 << 20] {
        let output = BlockBuffer()
        let isRight: Bool
        do {
          try stored.withUnsafeBytes {
            try Decompressor().decompress($0, codec: codec, rawSize: claimed, into: output)
          }
          isRight = claimed == bytes.count && output.count == claimed
        } catch { isRight = claimed != bytes.count }
        #expect(isRight && output.state.pointee.capacity <= claimed, "\(claimed)")
      }
    }
  }

  @Test("what is made of an index is counted before it is made") func reserves() throws {
    var reader = ByteReader([0, 0, 0], limit: BlockLimit(bytes: 100))
    _ = try reader.byte("something")
    try reader.reserve(3, ofSize: 20, "things")
    try reader.reserve(2, ofSize: 20, "things")
    let error = try #require(
      throws: DecodeError.self, performing: { try reader.reserve(1, ofSize: 1, "more things") })
    #expect(error.isTooLarge)
    #expect(
      error.description
        == "at byte 1: expected more things within a limit of 100 bytes of memory, found 1, which take 1")
    #expect(throws: DecodeError.self) { try reader.reserve(.max, ofSize: 20, "things") }

    let located = #expect(throws: FileError.self) {
      try FileError.locating("a.rf", "meta index") { () throws -> Void in throw error }
    }
    #expect(located?.kind == .unsupported)
    #expect(located?.description == "a.rf: meta index: \(error.description); --block-limit SIZE allows more")
  }
}
