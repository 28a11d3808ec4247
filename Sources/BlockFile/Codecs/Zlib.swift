import CZlib

// Unsafe fence: blocks to and from zlib.

/// Deflates with zlib.
final class ZlibDeflater: BlockDeflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init(level: Int) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit_(stream, Int32(level), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot start: out of memory or another version")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    guard deflateReset(stream) == Z_OK else { preconditionFailure("zlib refused to reset") }
    output.reserve(Int(deflateBound(stream, UInt(input.count))))
    precondition(input.count <= Int(Int32.max) && output.state.pointee.capacity <= Int(UInt32.max))
    var none: UInt8 = 0
    withUnsafeMutablePointer(to: &none) { empty in
      let bytes = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes ?? UnsafePointer(empty))
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = output.state.pointee.start
      stream.pointee.avail_out = UInt32(output.state.pointee.capacity)
      let status = CZlib.deflate(stream, Z_FINISH)
      precondition(status == Z_STREAM_END, "the output has room for the worst case")
      output.state.pointee.count = output.state.pointee.capacity - Int(stream.pointee.avail_out)
    }
  }
}

/// A stream of zlib to inflate with, for one block after another.
final class InflateStream {
  let stream: UnsafeMutablePointer<z_stream>

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot start: out of memory or another version")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Begins another block.
  func reset() {
    guard inflateReset(stream) == Z_OK else { preconditionFailure("zlib refused to reset") }
  }
}

/// Inflates any block with zlib, sound or damaged, of any claimed size: memory grows only as output is produced.
final class ZlibInflater {
  private let opened = InflateStream()

  /// Inflates into the empty `output`. `input` must be one whole zlib stream of exactly `rawSize` raw bytes.
  func inflate(
    _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    let stream = opened.stream
    opened.reset()
    // An empty input has no address, but zlib requires one.
    var none: UInt8 = 0
    let bytes = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard input.count <= Int(UInt32.max) else {
      throw DecodeError(at: 0, expected: "a compressed block below 4 GiB", found: "\(input.count) bytes")
    }
    return try withUnsafeMutablePointer(to: &none) { (empty) throws(DecodeError) in
      stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes ?? UnsafePointer(empty))
      stream.pointee.avail_in = UInt32(input.count)
      while true {
        Decompressor.reserve(Decompressor.nextCapacity(output, rawSize: rawSize), in: output)
        // Allow one byte more than the raw size (in the padding), to detect too much output.
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
          guard output.count == rawSize else { throw Decompressor.wrongSize(output.count, rawSize) }
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
}
