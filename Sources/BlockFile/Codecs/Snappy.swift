#if Snappy
  import CSnappy

  // Unsafe fence: chunks to and from libsnappy. libsnappy checks its input and never writes beyond the given room.

  /// Snappy, without levels. Hadoop: `SnappyCodec`.
  struct SnappyChunks: ChunkCodec {
    static let name = "snappy"
    /// Accumulo sets Hadoop's buffer to 64 KiB: 65536 - 65536 / 6 - 32.
    static let chunkSize = 54_582
    static let chunkBound = snappy_max_compressed_length(chunkSize)

    func compress(_ chunk: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int {
      var size = room.count
      let status = snappy_compress(
        chunk.baseAddress?.assumingMemoryBound(to: CChar.self), chunk.count,
        room.baseAddress?.assumingMemoryBound(to: CChar.self), &size)
      precondition(status == SNAPPY_OK, "the output has room for the worst case")
      return size
    }

    /// A chunk begins with its raw size. Three bytes of a chunk copy at most 64 raw bytes, so a larger claim is false.
    static func mostRaw(in chunk: UnsafeRawBufferPointer) -> Int? {
      var size = 0
      let status = snappy_uncompressed_length(
        chunk.baseAddress?.assumingMemoryBound(to: CChar.self), chunk.count, &size)
      return status == SNAPPY_OK && size / 22 <= chunk.count ? size : nil
    }

    static func decompress(_ chunk: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int? {
      var size = room.count
      let status = snappy_uncompress(
        chunk.baseAddress?.assumingMemoryBound(to: CChar.self), chunk.count,
        room.baseAddress?.assumingMemoryBound(to: CChar.self), &size)
      return status == SNAPPY_OK ? size : nil
    }
  }
#endif
