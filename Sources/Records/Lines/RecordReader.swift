internal import Files
package import SystemPackage

/// Reads records line by line. Holds one line and a block of what follows it, never the whole stream.
///
/// Empty lines and records of unknown types are skipped.
package struct RecordReader: BatchReader {
  package typealias Item = (record: Record, line: Int)

  private var lines: LineReader
  /// What `nextBatch` has yet to throw.
  private var failure: (any Error)?
  /// Its memory is used again for the next line, unless something of the last one is still held.
  private var text = JSONText()

  /// The line of the last record, from 1.
  package var line: Int { lines.line }
  /// The name for errors: a path, or `standard input`.
  package var source: String { lines.source }

  /// - Parameter read: fills the memory from its start and returns how many bytes it read, 0 at the end.
  package init(source: String, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
    lines = LineReader(source: source, expecting: "a record", blockSize: 1 << 18, read: read)
  }

  /// Reads from an open file or pipe, which stays the caller's.
  package init(_ descriptor: FileDescriptor, source: String) {
    self.init(source: source, read: LineReader.reading(descriptor, named: source))
  }

  /// The next record, or nil at the end.
  /// - Throws: `RecordError` for a malformed line; any error of `read`.
  package mutating func next() throws -> Record? {
    while let range = try lines.next() {
      guard lines.buffer[range].contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
      if !isKnownUniquelyReferenced(&text) { text = JSONText() }
      do {
        if let record = try Record(JSONItem(parsing: lines.buffer, in: range, into: text)) { return record }
      } catch let error as JSONSyntaxError {
        throw self.error(error.description)
      } catch let error as FieldError {
        throw self.error(error.description)
      }
    }
    return nil
  }

  /// The next record and those after it that need no reading, each with its line; empty at the end.
  ///
  /// Someone who feeds a pipe line by line is answered line by line, and a file comes in blocks.
  /// - Throws: as `next`, but only when there is no record before the error: the call after it throws.
  package mutating func nextBatch() throws -> [Item] {
    if let failure { throw failure }
    var batch: [Item] = []
    do {
      repeat {
        guard let record = try next() else { break }
        batch.append((record, line))
      } while lines.hasNext
    } catch {
      if batch.isEmpty { throw error }
      failure = error
    }
    return batch
  }

  /// An error about the last record.
  package func error(_ problem: String) -> RecordError { lines.error(problem) }
}
