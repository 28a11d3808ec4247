#if LZ4
  import CLZ4

  // Unsafe fence: chunks to and from liblz4. liblz4 checks its input and never writes beyond the given room.

  /// LZ4. Hadoop: `Lz4Codec`.
  ///
  /// Levels are those of the program lz4: 1 and 2 use LZ4's fast compressor, 3 to 12 the HC compressor, which is slower
  /// and gives fewer bytes. Readers see no difference.
  final class LZ4Chunks: ChunkCodec {
    static let name = "lz4"
    /// Hadoop's buffer has 256 KiB: 262144 - 262144 / 255 - 16.
    static let chunkSize = 261_100
    static let chunkBound = Int(LZ4_compressBound(Int32(chunkSize)))
    static let levels = 1...Int(LZ4HC_CLEVEL_MAX)

    private let level: Int32
    private let state: UnsafeMutableRawPointer

    private var isFast: Bool { level < LZ4HC_CLEVEL_MIN }

    init(level: Int) {
      self.level = Int32(level)
      let size = level < LZ4HC_CLEVEL_MIN ? LZ4_sizeofState() : LZ4_sizeofStateHC()
      state = .allocate(byteCount: Int(size), alignment: 16)
    }

    deinit { state.deallocate() }

    func compress(_ chunk: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int {
      let from = chunk.baseAddress?.assumingMemoryBound(to: CChar.self)
      let to = room.baseAddress?.assumingMemoryBound(to: CChar.self)
      let (count, most) = (Int32(chunk.count), Int32(room.count))
      let size =
        isFast
        ? LZ4_compress_fast_extState(state, from, to, count, most, 1)
        : LZ4_compress_HC_extStateHC(state, from, to, count, most, level)
      precondition(size > 0, "the output has room for the worst case")
      return Int(size)
    }

    /// Each byte of a chunk gives at most 255 raw bytes.
    static func mostRaw(in chunk: UnsafeRawBufferPointer) -> Int? { chunk.count * 255 }

    static func decompress(_ chunk: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int? {
      let size = LZ4_decompress_safe(
        chunk.baseAddress?.assumingMemoryBound(to: CChar.self), room.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(clamping: chunk.count), Int32(clamping: room.count))
      return size >= 0 ? Int(size) : nil
    }
  }
#endif
