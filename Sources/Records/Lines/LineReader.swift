internal import Files
internal import Glibc
package import SystemPackage

/// Cuts a stream into lines. Holds one line and a block of what follows it, never the whole stream.
package struct LineReader {
  /// The line that was read last, from 1.
  package private(set) var line = 0
  /// The name for errors: a path, or `standard input`.
  package let source: String
  /// Holds the current line; its range is valid until the next line is read.
  package private(set) var buffer: [UInt8] = []
  /// What a line should be, for the error about one that is too long.
  private let expected: String
  private let blockSize: Int
  /// Bytes of the longest line that is accepted.
  private let limit: Int
  private let read: (UnsafeMutableRawBufferPointer) throws -> Int
  /// The unread bytes start here.
  private var start = 0
  private var isAtEnd = false

  /// No record is that long; a longer line means that the input is some other file.
  package static let lineLimit = 1 << 28

  /// - Parameter read: fills the memory from its start and returns how many bytes it read, 0 at the end.
  package init(
    source: String, expecting expected: String, blockSize: Int, limit: Int = Self.lineLimit,
    read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int
  ) {
    self.source = source
    self.expected = expected
    self.blockSize = blockSize
    self.limit = limit
    self.read = read
  }

  /// The range of the next line in `buffer`, without its line feed. The last line needs no line feed. Nil at the end.
  /// - Throws: `RecordError` for a line that is too long; any error of `read`.
  package mutating func next() throws -> Range<Int>? {
    var searched = start
    while true {
      if let end = lineFeed(from: searched) {
        defer { start = end + 1 }
        line += 1
        return start..<end
      }
      searched = buffer.count
      if isAtEnd {
        defer { start = buffer.count }
        guard start < buffer.count else { return nil }
        line += 1
        return start..<buffer.count
      }
      guard buffer.count - start <= limit else {
        line += 1
        throw error("expected \(expected), found a line of more than \(limit) bytes")
      }
      searched -= start
      try fill()
    }
  }

  /// Whether the next line is in memory, so that it needs no reading.
  package var hasNext: Bool { lineFeed(from: start) != nil }

  private func lineFeed(from start: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard start < bytes.count, let found = memchr(bytes.baseAddress! + start, 0x0A, bytes.count - start) else {
        return nil
      }
      return UnsafeRawPointer(found) - bytes.baseAddress!
    }
  }

  /// False for a last line without a line feed: it may have been cut off.
  func isWhole(_ line: Range<Int>) -> Bool { line.upperBound < buffer.count && buffer[line.upperBound] == 0x0A }

  /// An error about the last line.
  package func error(_ problem: String) -> RecordError { RecordError(source: source, line: line, problem: problem) }

  /// Reads from an open file or pipe, which stays the caller's.
  package static func reading(
    _ descriptor: FileDescriptor, named source: String
  ) -> (UnsafeMutableRawBufferPointer) throws -> Int {
    { memory in
      do {
        return try descriptor.read(into: memory)
      } catch let error as Errno {
        throw SystemError("read", source, error)
      }
    }
  }

  private mutating func fill() throws {
    buffer.removeFirst(start)
    start = 0
    let count = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: blockSize))
    var read = 0
    defer { buffer.removeLast(blockSize - read) }
    read = try buffer.withUnsafeMutableBytes { try self.read(UnsafeMutableRawBufferPointer(rebasing: $0[count...])) }
    if read == 0 { isAtEnd = true }
  }
}
