#if Bzip2
  import CBzip2

  // Unsafe fence: blocks to and from libbz2. A block is one ordinary bzip2 stream with its checksums. Hadoop: `BZip2Codec`.

  /// Compresses with libbz2. The level is the size of a bzip2 block in units of 100,000 bytes.
  final class Bzip2Deflater: BlockDeflater {
    private let level: Int32

    init(level: Int) { self.level = Int32(level) }

    func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
      // The most that libbz2 can need, according to its manual.
      output.reserve(input.count + input.count / 100 + 600)
      precondition(output.state.pointee.capacity <= Int(UInt32.max))
      var size = UInt32(output.state.pointee.capacity)
      // An empty input has no address, but libbz2 requires one.
      var none: CChar = 0
      let status = withUnsafeMutablePointer(to: &none) { empty in
        output.state.pointee.start.withMemoryRebound(to: CChar.self, capacity: Int(size)) { room in
          let bytes = input.baseAddress?.assumingMemoryBound(to: CChar.self)
          return BZ2_bzBuffToBuffCompress(
            room, &size, UnsafeMutablePointer(mutating: bytes) ?? empty, UInt32(input.count), level, 0, 0)
        }
      }
      precondition(status == BZ_OK, "the output has room for the worst case, or libbz2 is out of memory")
      output.state.pointee.count = Int(size)
    }
  }

  /// Inflates any block with libbz2, sound or damaged, of any claimed size: memory grows only as output is produced.
  enum Bzip2Inflater {
    /// Inflates into the empty `output`. `input` must be one whole bzip2 stream of exactly `rawSize` raw bytes.
    static func inflate(
      _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
    ) throws(DecodeError) {
      guard input.count <= Int(UInt32.max) else {
        throw DecodeError(at: 0, expected: "a compressed block below 4 GiB", found: "\(input.count) bytes")
      }
      var stream = bz_stream()
      precondition(BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK, "libbz2 cannot start: out of memory")
      defer { BZ2_bzDecompressEnd(&stream) }
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
      stream.avail_in = UInt32(input.count)
      while true {
        output.reserve(Decompressor.nextCapacity(output, rawSize: rawSize))
        // Allow one byte more than the raw size (in the padding), to detect too much output.
        let room = min(output.state.pointee.capacity - output.count + 1, Int(UInt32.max))
        let status = (output.state.pointee.start + output.count).withMemoryRebound(to: CChar.self, capacity: room) {
          stream.next_out = $0
          stream.avail_out = UInt32(room)
          return BZ2_bzDecompress(&stream)
        }
        let made = room - Int(stream.avail_out)
        output.state.pointee.count += made
        let at = input.count - Int(stream.avail_in)
        guard output.count <= rawSize else {
          throw DecodeError(at: rawSize, expected: "\(rawSize) raw bytes, as the index says", found: "more")
        }
        switch status {
        case BZ_STREAM_END:
          guard output.count == rawSize else { throw Decompressor.wrongSize(output.count, rawSize) }
          guard stream.avail_in == 0 else {
            throw DecodeError(
              at: at, expected: "the end of the bzip2 stream", found: "\(stream.avail_in) more bytes")
          }
          return
        case BZ_OK where made > 0 || stream.avail_in > 0: continue
        case BZ_OK: throw DecodeError(at: at, expected: "more of the bzip2 stream", found: "its end")
        default: throw DecodeError(at: at, expected: "a sound bzip2 stream", found: name(of: status))
        }
      }
    }

    private static func name(of status: Int32) -> String {
      switch status {
      case BZ_DATA_ERROR: "bytes that no bzip2 writes, or a wrong checksum"
      case BZ_DATA_ERROR_MAGIC: "another header"
      default: "status \(status)"
      }
    }
  }
#endif
