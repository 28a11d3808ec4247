// Snappy and LZ4 as they are stored in a file. Hadoop: `BlockCompressorStream`, `BlockDecompressorStream`.
//
//     block   frame | frame | ...
//     frame   int32 raw length | chunks that inflate to as many raw bytes
//     chunk   int32 stored length | a raw snappy or LZ4 block, without a header of its own
//
// The eight bytes 06 "snappy" 00, compressed with snappy into one frame of one chunk:
//
//     00 00 00 08 | 00 00 00 0a | 08 1c 06 73 6e 61 70 70 79 00
//
// Hadoop closes a frame before a write that would not fit into its chunk. A write larger than a chunk gets a frame of
// several chunks. The last frame is closed even if it is empty, so a block can end in 00 00 00 00. We have the whole
// block at hand: every chunk but the last is full, and each has its own frame. Hadoop's readers have room for chunks of
// that size but no larger ones.

/// How a codec with Hadoop's frames compresses and inflates one chunk.
protocol ChunkCodec {
  /// The codec's name in messages.
  static var name: String { get }
  /// Raw bytes of a full chunk: the most that fit into Hadoop's buffer even if compressing makes them larger.
  static var chunkSize: Int { get }
  /// The largest compressed size of `chunkSize` raw bytes.
  static var chunkBound: Int { get }

  /// Compresses a chunk of at most `chunkSize` bytes into `room` for `chunkBound` bytes. Returns the compressed size.
  func compress(_ chunk: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int

  /// The most raw bytes that a chunk can contain, which bounds the memory for it; nil for a chunk that claims more.
  static func mostRaw(in chunk: UnsafeRawBufferPointer) -> Int?

  /// Inflates a chunk. Returns the raw size, or nil when the chunk is damaged or does not fit into `room`.
  static func decompress(_ chunk: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int?
}

/// Compresses blocks into frames.
final class FrameDeflater<Chunks: ChunkCodec>: BlockDeflater {
  private let chunks: Chunks

  init(_ chunks: Chunks) { self.chunks = chunks }

  func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    output.reserve((input.count / Chunks.chunkSize + 1) * (8 + Chunks.chunkBound))
    var at = 0
    repeat {
      let chunk = UnsafeRawBufferPointer(rebasing: input[at..<min(at + Chunks.chunkSize, input.count)])
      at += chunk.count
      output.appendLength(chunk.count)
      if chunk.isEmpty { return }
      let lengthAt = output.count
      output.appendLength(0)
      let size = chunks.compress(chunk, into: output.room(Chunks.chunkBound))
      output.state.pointee.count = lengthAt
      output.appendLength(size)
      output.state.pointee.count += size
    } while at < input.count
  }
}

/// Inflates blocks of frames, sound or damaged.
enum FrameInflater<Chunks: ChunkCodec> {
  /// Inflates into the empty `output`. `input` must be whole frames of exactly `rawSize` raw bytes.
  static func inflate(
    _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    if Decompressor.isBelievable(rawSize, stored: input.count) { output.reserve(rawSize) }
    var at = 0
    while at < input.count {
      let frame = try length(in: input, &at, most: rawSize - output.count, "raw length of a frame")
      let end = output.count + frame
      while output.count < end { try inflateChunk(of: input, &at, end: end, into: output) }
      // Hadoop's readers stop at an empty frame.
      guard frame > 0 || at == input.count else {
        throw DecodeError(
          at: at, expected: "the end of the block after an empty frame", found: "\(input.count - at) more bytes")
      }
    }
    guard output.count == rawSize else { throw Decompressor.wrongSize(output.count, rawSize) }
  }

  /// Inflates the next chunk; `end` is the largest allowed size of the output.
  private static func inflateChunk(
    of input: UnsafeRawBufferPointer, _ at: inout Int, end: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    let size = try length(in: input, &at, most: input.count - at - 4, "stored length of a chunk")
    let chunk = UnsafeRawBufferPointer(rebasing: input[at..<at + size])
    let left = end - output.count
    guard let most = Chunks.mostRaw(in: chunk),
      let made = Chunks.decompress(chunk, into: output.room(min(most, left)))
    else {
      throw DecodeError(
        at: at, expected: "a sound \(Chunks.name) chunk of at most \(left) raw bytes", found: "none in \(size) bytes")
    }
    output.state.pointee.count += made
    at += size
  }

  private static func length(
    in input: UnsafeRawBufferPointer, _ at: inout Int, most: Int, _ what: String
  ) throws(DecodeError) -> Int {
    guard input.count - at >= 4 else {
      throw DecodeError(at: at, expected: "4 bytes of the \(what)", found: "\(input.count - at)")
    }
    let value = Int(Int32(bigEndian: input.loadUnaligned(fromByteOffset: at, as: Int32.self)))
    guard 0...max(most, 0) ~= value else {
      throw DecodeError(at: at, expected: "a \(what) within the \(max(most, 0)) bytes left", found: "\(value)")
    }
    at += 4
    return value
  }
}

extension BlockBuffer {
  /// Appends an int32, for which there must be room.
  fileprivate func appendLength(_ length: Int) {
    UnsafeMutableRawPointer(state.pointee.start + count).storeBytes(
      of: Int32(truncatingIfNeeded: length).bigEndian, as: Int32.self)
    state.pointee.count += 4
  }

  /// Room for `size` bytes after those in use.
  func room(_ size: Int) -> UnsafeMutableRawBufferPointer {
    reserve(count + size)
    return UnsafeMutableRawBufferPointer(start: state.pointee.start + count, count: size)
  }
}
