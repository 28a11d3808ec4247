/// Reads and inflates blocks for one thread: owns the scratch memory and the decompressor that all files of the thread
/// share, so that a thousand open files cost a thousand blocks and no more.
public final class BlockLoader {
  /// Called with the compressed size (bytes) of each block after it was read, to count, slow down or stop: it may throw.
  private let onRead: ((Int) throws -> Void)?
  private let decompressor = Decompressor()
  private let compressed = BlockBuffer()

  /// Larger scratch memory is given back after use.
  private static let keptScratch = 4 << 20

  public init(onRead: ((Int) throws -> Void)? = nil) { self.onRead = onRead }

  /// Replaces the contents of `buffer` by the raw bytes of a block. The region must have been checked by
  /// `BlockRegion.problem`. Throws `SystemError` or `DecodeError`.
  public func load(_ region: BlockRegion, codec: Codec, from source: ByteSource, into buffer: BlockBuffer) throws {
    let size = Int(region.compressedSize)
    if codec == .none {
      buffer.removeAll()
      buffer.reserve(size)
      try source.read(at: region.offset, into: .init(start: buffer.state.pointee.start, count: size))
      buffer.state.pointee.count = size
    } else {
      compressed.removeAll()
      compressed.reserve(size)
      try source.read(at: region.offset, into: .init(start: compressed.state.pointee.start, count: size))
      try decompressor.decompress(
        .init(start: compressed.start, count: size), codec: codec, rawSize: Int(region.rawSize), into: buffer)
      if size > Self.keptScratch { compressed.release() }
    }
    try onRead?(size)
  }
}

extension BlockBuffer {
  /// Gives the memory back; the buffer stays usable.
  public func release() {
    state.pointee.start.deallocate()
    state.pointee.start = .allocate(capacity: Self.padding)
    state.pointee.start.initialize(repeating: 0, count: Self.padding)
    state.pointee.count = 0
    state.pointee.capacity = 0
  }
}
