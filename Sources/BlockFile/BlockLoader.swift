/// Reads and inflates blocks for one thread. It owns the scratch memory and the decompressor that all files of the
/// thread share, so a thousand open files cost the memory of a thousand blocks and no more.
package final class BlockLoader {
  /// The pool whose helpers read data blocks ahead; nil: the thread reads everything itself.
  package let pool: CodecPool?
  /// Files opened with this loader refuse larger blocks.
  package let limit: BlockLimit
  private let onRead: ((Int) throws -> Void)?
  private let inflater = BlockInflater()

  /// - Parameter onRead: called on the reading thread with the compressed size (bytes) of each block after it was read,
  ///   to count, slow down or stop; it can throw.
  package init(
    pool: CodecPool? = nil, limit: BlockLimit = .smallestDefault, onRead: ((Int) throws -> Void)? = nil
  ) {
    self.pool = pool?.ifHelpful
    self.limit = limit
    self.onRead = onRead
  }

  /// Replaces the contents of `buffer` with the raw bytes of a block, and those of `stored`, if given, with its stored
  /// bytes. The region must have been checked by `BCFileReader.refusal`. Throws `SystemError` or `DecodeError`.
  package func load(
    _ region: BlockRegion, codec: Codec, from source: ByteSource, into buffer: BlockBuffer, stored: BlockBuffer? = nil
  ) throws {
    try inflater.load(region, codec: codec, from: source, into: buffer, stored: stored)
    try noteRead(region)
  }

  /// Reports a block that a helper read.
  func noteRead(_ region: BlockRegion) throws { try onRead?(Int(region.compressedSize)) }
}

/// A decompressor with the memory for its input. For one thread at a time.
final class BlockInflater {
  private let decompressor = Decompressor()
  private let scratch = BlockBuffer()

  /// Scratch memory above this size is freed after use.
  private static let keptScratch = 4 << 20

  func load(
    _ region: BlockRegion, codec: Codec, from source: ByteSource, into buffer: BlockBuffer, stored: BlockBuffer?
  ) throws {
    let size = Int(region.compressedSize)
    guard codec != .none else { return try buffer.read(size, at: region.offset, of: source) }
    let input = stored ?? scratch
    try input.read(size, at: region.offset, of: source)
    try decompressor.decompress(input.bytes, codec: codec, rawSize: Int(region.rawSize), into: buffer)
    if stored == nil, size > Self.keptScratch { scratch.release() }
  }
}

extension BlockBuffer {
  /// Frees the memory. The buffer stays usable.
  package func release() {
    state.pointee.start.deallocate()
    state.pointee.start = .allocate(capacity: Self.padding)
    state.pointee.start.initialize(repeating: 0, count: Self.padding)
    state.pointee.count = 0
    state.pointee.capacity = 0
  }

  /// Replaces the contents with bytes of a file.
  func read(_ count: Int, at offset: Int64, of source: ByteSource) throws {
    removeAll()
    reserve(count)
    try source.read(at: offset, into: .init(start: state.pointee.start, count: count))
    state.pointee.count = count
  }
}
