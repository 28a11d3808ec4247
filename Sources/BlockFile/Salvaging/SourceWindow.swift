/// A piece of a file in memory, which moves on with its reader. For one thread.
final class SourceWindow {
  private let source: ByteSource
  private let buffer = BlockBuffer()
  private var start: Int64 = 0

  /// Bytes that are read at once, and the most that can be asked for.
  static let size = 256 << 10

  init(_ source: ByteSource) { self.source = source }

  /// The bytes from `offset` on, none from `end` on, which lies within the file: at least `wanted` where there are so
  /// many. Valid until the next call. Throws `SystemError` and `FileError`.
  func bytes(at offset: Int64, end: Int64, atLeast wanted: Int = 1) throws -> UnsafeRawBufferPointer {
    let needed = min(Int64(wanted), max(end - offset, 0))
    if offset < start || offset + needed > start + Int64(buffer.count) {
      try buffer.read(Int(min(Int64(Self.size), max(end - offset, 0))), at: offset, of: source)
      start = offset
    }
    let count = min(start + Int64(buffer.count), max(end, offset)) - offset
    return UnsafeRawBufferPointer(start: buffer.start + Int(offset - start), count: Int(count))
  }
}
