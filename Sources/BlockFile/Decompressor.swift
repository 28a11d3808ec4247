import CZlib
import CZstd

// The other direction is in Compressor.swift. Contexts are kept and used again: one decompressor serves all files of a
// thread.

/// Inflates blocks of any codec. Not for use by two threads at once.
public final class Decompressor {
  /// Output larger than this is grown step by step as it really comes; up to it the memory is reserved at once.
  private static let trusted = 4 << 20

  private var zlib: UnsafeMutablePointer<z_stream>?
  private var zstd: OpaquePointer?

  public init() {}

  deinit {
    if let zlib {
      inflateEnd(zlib)
      zlib.deallocate()
    }
    ZSTD_freeDCtx(zstd)
  }

  /// Replaces the contents of `output` by the inflated `input`, which must come to exactly `rawSize` bytes.
  ///
  /// Memory grows no further than `rawSize`, and beyond 4 MiB only as output really comes. Throws `DecodeError`.
  public func decompress(
    _ input: UnsafeRawBufferPointer, codec: Codec, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    output.removeAll()
    switch codec {
    case .none:
      guard input.count == rawSize else { throw Self.wrongSize(input.count, rawSize) }
      output.reserve(rawSize)
      if let from = input.baseAddress {
        output.state.pointee.start.update(from: from.assumingMemoryBound(to: UInt8.self), count: rawSize)
      }
      output.state.pointee.count = rawSize
    case .gz: try inflate(input, rawSize: rawSize, into: output)
    case .zstd: try decompressZstd(input, rawSize: rawSize, into: output)
    }
  }

  private static func wrongSize(_ found: Int, _ rawSize: Int) -> DecodeError {
    DecodeError(at: found, expected: "\(rawSize) raw bytes, as the index says", found: "\(found)")
  }

  private func inflate(
    _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    let stream = zlibStream()
    guard inflateReset(stream) == Z_OK else { preconditionFailure("zlib refused to reset") }
    // An empty input has no address; zlib wants one.
    var none: UInt8 = 0
    let bytes = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard input.count <= Int(UInt32.max) else {
      throw DecodeError(at: 0, expected: "a compressed block below 4 GiB", found: "\(input.count) bytes")
    }
    return try withUnsafeMutablePointer(to: &none) { (empty) throws(DecodeError) in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes ?? UnsafePointer(empty))
      stream.pointee.avail_in = UInt32(input.count)
      while true {
        output.reserve(Self.nextCapacity(output, rawSize: rawSize))
        // One byte more than the raw size may be written (into the padding): it tells too much output from enough.
        let room = output.state.pointee.capacity - output.count + 1
        stream.pointee.next_out = output.state.pointee.start + output.count
        stream.pointee.avail_out = UInt32(min(room, Int(UInt32.max)))
        let before = Int(stream.pointee.avail_out)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        output.state.pointee.count += before - Int(stream.pointee.avail_out)
        guard output.count <= rawSize else {
          throw DecodeError(at: rawSize, expected: "\(rawSize) raw bytes, as the index says", found: "more")
        }
        switch status {
        case Z_STREAM_END:
          guard output.count == rawSize else { throw Self.wrongSize(output.count, rawSize) }
          guard stream.pointee.avail_in == 0 else {
            throw DecodeError(
              at: input.count - Int(stream.pointee.avail_in), expected: "the end of the zlib stream",
              found: "\(stream.pointee.avail_in) more bytes")
          }
          return
        case Z_OK where before != Int(stream.pointee.avail_out) || stream.pointee.avail_in > 0: continue
        case Z_OK, Z_BUF_ERROR:
          throw DecodeError(at: input.count, expected: "more of the zlib stream", found: "its end")
        default:
          throw DecodeError(
            at: input.count - Int(stream.pointee.avail_in), expected: "a sound zlib stream",
            found: stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)")
        }
      }
    }
  }

  private func decompressZstd(
    _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    if zstd == nil { zstd = ZSTD_createDCtx() }
    guard let zstd else { preconditionFailure("zstd context: out of memory") }
    if rawSize <= Self.trusted {
      output.reserve(rawSize)
      let count = ZSTD_decompressDCtx(
        zstd, output.state.pointee.start, output.state.pointee.capacity, input.baseAddress, input.count)
      try Self.checkZstd(count)
      output.state.pointee.count = count
    } else {
      try streamZstd(zstd, input, rawSize: rawSize, into: output)
    }
    guard output.count == rawSize else { throw Self.wrongSize(output.count, rawSize) }
  }

  private func streamZstd(
    _ context: OpaquePointer, _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    while true {
      output.reserve(Self.nextCapacity(output, rawSize: rawSize))
      var sink = ZSTD_outBuffer(
        dst: output.state.pointee.start, size: output.state.pointee.capacity + 1, pos: output.count)
      let before = (source.pos, sink.pos)
      let status = ZSTD_decompressStream(context, &sink, &source)
      try Self.checkZstd(status)
      output.state.pointee.count = sink.pos
      guard sink.pos <= rawSize else {
        throw DecodeError(at: rawSize, expected: "\(rawSize) raw bytes, as the index says", found: "more")
      }
      if status == 0 && source.pos == source.size { return }
      guard before != (source.pos, sink.pos) else {
        throw DecodeError(at: source.pos, expected: "more of the zstd frame", found: "its end")
      }
    }
  }

  private static func checkZstd(_ status: Int) throws(DecodeError) {
    guard ZSTD_isError(status) == 0 else {
      throw DecodeError(at: 0, expected: "a sound zstd frame", found: String(cString: ZSTD_getErrorName(status)))
    }
  }

  /// How much room the output needs next: all of it when that is little, else twice what came so far.
  private static func nextCapacity(_ output: BlockBuffer, rawSize: Int) -> Int {
    output.count < output.state.pointee.capacity
      ? output.state.pointee.capacity : min(rawSize, max(trusted, output.count * 2))
  }

  private func zlibStream() -> UnsafeMutablePointer<z_stream> {
    if let zlib { return zlib }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot start: out of memory or another version")
    zlib = stream
    return stream
  }
}
