import BlockFile
import CZlib

/// Stored bytes of blocks.
///
///     byte codec, 0x80: raw deflate with the right checksum around it | int24 raw size | stored bytes
enum CodecTarget {
  static func read(_ bytes: [UInt8]) throws {
    var input = Input(bytes)
    let kind = input.byte()
    var codec = Codec.allCases[Int(kind & 0x7f) % Codec.allCases.count]
    var rawSize = input.int16() << 8 | Int(input.byte())
    var stored = Array(input.rest)
    if kind & 0x80 != 0 {
      codec = .gz
      let raw = inflated(stored)
      if rawSize & 1 == 0 { rawSize = raw.count }
      let sum = adler32(1, raw, UInt32(raw.count))
      stored =
        [0x78, 0x9c] + stored + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: sum >> $0) }
    }
    let engines = codec == .gz ? DeflateEngine.all : [.zlib]
    let results = engines.map { engine in Result { try inflate(stored, codec, rawSize, engine) } }
    let answers = results.map { try? $0.get() }
    Oracle.holds(answers.allSatisfy { $0 == answers[0] }, "engines of \(codec) differ")
    let raw = try results[0].get()
    Oracle.holds(raw.count == rawSize, "\(raw.count) bytes, not \(rawSize)")
    guard raw.count <= 64 << 10, let rung = Ladder(codec, .auto)?.rungs.last else { return }
    let again = BlockBuffer()
    raw.withUnsafeBytes { Compressor(rung).compress($0, into: again) }
    let back = Oracle.unfailing("what was compressed again") {
      try inflate([UInt8](again.bytes), codec, rawSize, .numbered)
    }
    Oracle.holds(back == raw, "compressed and inflated")
  }

  private static func inflate(
    _ stored: [UInt8], _ codec: Codec, _ rawSize: Int, _ engine: DeflateEngine
  ) throws -> [UInt8] {
    let output = BlockBuffer()
    try stored.withUnsafeBytes {
      try Decompressor(engine: engine).decompress($0, codec: codec, rawSize: rawSize, into: output)
    }
    return [UInt8](output.bytes)
  }

  /// As much as can be had of raw deflate, up to 1 MiB.
  private static func inflated(_ stored: [UInt8]) -> [UInt8] {
    var input = stored
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return [] }
    defer { inflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: 1 << 20) { memory, count in
      input.withUnsafeMutableBufferPointer { input in
        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
        (stream.next_out, stream.avail_out) = (memory.baseAddress, UInt32(memory.count))
        _ = CZlib.inflate(&stream, Z_SYNC_FLUSH)
      }
      count = memory.count - Int(stream.avail_out)
    }
  }
}
