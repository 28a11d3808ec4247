internal import Entries
internal import Files
internal import Records
internal import SystemPackage

/// Reads the records of one piece, a line at a time. Lists in records are checked and skipped.
struct PieceReader {
  let path: String
  private let file: File
  private var lines: LineReader
  private var line: Range<Int> = 0..<0
  private var record: RecordFields?

  /// - Parameter lineLimit: the longest accepted line, in bytes.
  init(_ path: String, lineLimit: Int) throws {
    self.path = path
    file = try File(path)
    lines = LineReader(
      source: path, expecting: "a record", blockSize: 1 << 18, limit: lineLimit,
      read: LineReader.reading(file.descriptor, named: path))
  }

  /// The bytes of the record with its line feed, valid until the next record is read.
  var text: ArraySlice<UInt8> { lines.buffer[line.lowerBound...line.upperBound] }

  /// Moves to the next record; false at the end.
  /// - Throws: `RecordError`, `PieceError`, `SystemError`.
  mutating func next() throws -> Bool {
    while let range = try lines.next() {
      guard lines.isWhole(range) else { throw PieceError(description: "\(path): the last line is cut off") }
      guard !range.isEmpty else { continue }
      let item: JSONItem
      do { item = try JSONItem(parsing: lines.buffer, in: range, keepsElements: false) } catch {
        throw self.error("\(error)")
      }
      record = try? RecordFields(item)
      line = range
      return true
    }
    return false
  }

  mutating func next(ofType type: String) throws -> Bool {
    while try next() { if string("type") == type { return true } }
    return false
  }

  func string(_ field: StaticString) -> String? { try? record?.string(field) }

  /// All fields that are whole numbers.
  var integers: [String: Int64] {
    Dictionary(record?.integers().map { ($0.name, $0.value) } ?? [], uniquingKeysWith: { $1 })
  }

  /// The key in the record's fields; nil if they are not a key.
  var key: Key? { record.flatMap { try? Key($0) } }

  /// An error about the current line.
  func error(_ problem: String) -> RecordError { lines.error(problem) }

  /// Keeps the file open as long as a reader exists.
  private final class File {
    let descriptor: FileDescriptor

    init(_ path: String) throws {
      do { descriptor = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
        throw SystemError("open", path, error)
      }
    }

    deinit { try? descriptor.close() }
  }
}
