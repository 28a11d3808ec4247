import Records

/// Records to standard output, one after the other. Used by one thread.
final class RecordOutput {
  private let output = StandardOutput()
  private var line = JSONLine()

  /// Writes what `body` appends.
  /// - Throws: `ClosedOutput` when the reader has gone; `SystemError`.
  func write(_ body: (inout JSONLine) throws -> Void) throws {
    defer { line.removeAll() }
    try body(&line)
    try line.withBytes { try output.write($0) }
  }

  /// Writes a line that is already a record, with its line feed.
  func write(line: ArraySlice<UInt8>) throws { try output.write(line) }

  /// Lines that are records already.
  func write(bytes: UnsafeBufferPointer<UInt8>) throws { try output.write(bytes) }

  /// Writes text in place of records.
  func write(_ text: String) throws { try output.write(text.utf8) }

  /// Call this when a reader should see what was written.
  func flush() throws { try output.flush() }

  /// Runs `body` and flushes, even after an error: what was written before it is still right.
  func flushing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ClosedOutput {
      throw error
    } catch {
      try flush()
      throw error
    }
    try flush()
  }
}
