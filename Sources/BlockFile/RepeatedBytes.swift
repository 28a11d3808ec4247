import Files
internal import Glibc
import SystemPackage

/// The first bytes of a file that another process began and could not finish.
///
/// A writer that does the same work again makes the same bytes, so each piece is compared with the file instead of being
/// written. Only when all of them were there does the writing go on behind them.
struct RepeatedBytes {
  let source: ByteSource
  /// The same file, to write behind the bytes.
  let file: OutputFile
  /// How many bytes are to be repeated.
  let count: Int64
  private let piece = BlockBuffer()

  init(path: String, count: Int64, on disk: Disk) throws {
    source = try ByteSource(path: path)
    file = try disk.reopen(FilePath(path))
    self.count = count
    guard source.count >= count else {
      throw RepeatedBytesError(path: path, problem: "has \(source.count) bytes of \(count)")
    }
  }

  /// Throws `RepeatedBytesError` unless the file has these bytes at `offset`.
  func check(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
    guard Int64(bytes.count) <= count - offset else {
      throw RepeatedBytesError(path: source.path, problem: "has other blocks from byte \(offset) on")
    }
    try piece.read(bytes.count, at: offset, of: source)
    guard piece.holds(bytes) else {
      throw RepeatedBytesError(path: source.path, problem: "has other bytes from byte \(offset) on")
    }
  }
}

extension BlockBuffer {
  func holds(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count, let start = other.baseAddress else { return count == other.count }
    return memcmp(self.start, start, count) == 0
  }
}

/// A partial file that is not the beginning of what is being written.
package struct RepeatedBytesError: Error, Hashable, CustomStringConvertible {
  var path: String
  var problem: String

  package init(path: String, problem: String) { (self.path, self.problem) = (path, problem) }

  package var description: String { "\(path) \(problem)" }
}
