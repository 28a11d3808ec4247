// Entries from lines of text, the way back of `EntryTextWriter`:
//
//     hex    726f77 66 71  1234 0 76616c                 a field may be empty, but not its space
//     json   {"type":"entry","row":"row",...}            bytes as in the shell's text form, then escaped for JSON
//
// Lines are parsed as bytes, into memory that is used again. A JSON line in just the form that `scan` prints takes the
// short way (`PrintedEntry`); every other one is parsed as any record, so that there is one set of rules and messages.

package import Entries

/// Reads entries, one a line, in the order of the lines. Empty lines are skipped.
package final class EntryTextReader: EntryCursor {
  package enum Format: String, CaseIterable, Sendable {
    case json
    case hex
  }

  private let format: Format
  private var lines: LineReader
  private var digits: HexDigits
  /// The fields of the entry, one behind the other. It is larger than the text of any line so far.
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private let view: UnsafeMutablePointer<EntryView>

  private static let blockSize = 1 << 18
  /// Field memory beyond the text of a line: the padding behind the last key field.
  private static let padding = PaddedBytes.padding

  /// - Parameters:
  ///   - source: the name for errors, a path or `standard input`.
  ///   - limit: bytes of the longest line that is accepted.
  ///   - read: fills the memory from its start and returns how many bytes it read, 0 at the end.
  package init(
    _ format: Format, source: String, limit: Int = LineReader.lineLimit,
    read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int
  ) {
    self.format = format
    lines = LineReader(source: source, expecting: "an entry", blockSize: Self.blockSize, limit: limit, read: read)
    digits = HexDigits()
    capacity = 1 << 12
    memory = .allocate(capacity: capacity + Self.padding)
    memory.initialize(repeating: 0, count: capacity + Self.padding)
    view = .allocate(capacity: 1)
    let none = ByteView(start: memory, count: 0)
    view.initialize(
      to: EntryView(
        row: none, family: none, qualifier: none, visibility: none, timestamp: 0, deleted: false, value: none))
  }

  deinit {
    digits.free()
    memory.deallocate()
    view.deallocate()
  }

  /// An error about the last line.
  package func error(_ problem: String) -> RecordError { lines.error(problem) }

  /// - Throws: `RecordError` for a malformed line; any error of `read`.
  package func next() throws -> EntryPointer? {
    while let range = try lines.next() {
      guard !range.isEmpty else { continue }
      if range.count > capacity { grow(range.count) }
      switch format {
      case .hex: try readHex(range)
      case .json: try readJSON(range)
      }
      return EntryPointer(view)
    }
    return nil
  }

  private func grow(_ wanted: Int) {
    memory.deallocate()
    capacity = max(wanted, 2 * capacity)
    memory = .allocate(capacity: capacity + Self.padding)
    memory.initialize(repeating: 0, count: capacity + Self.padding)
  }

  // MARK: Hex

  private func readHex(_ range: Range<Int>) throws {
    // The value may end anywhere, so only its line feed says that it is all there.
    guard lines.isWhole(range) else {
      throw error("expected a line feed at the end of the last line, found none: it may have been cut off")
    }
    let found = lines.buffer.withUnsafeBufferPointer { text in
      var line = HexLine(text.baseAddress! + range.lowerBound, count: range.count, digits)
      return line.read(into: memory, view) ? nil : line.problem
    }
    if let found { throw error(found) }
  }

  // MARK: JSON

  private func readJSON(_ range: Range<Int>) throws {
    let isPrinted = lines.buffer.withUnsafeBufferPointer { text in
      var line = PrintedEntry(text.baseAddress! + range.lowerBound, count: range.count, digits)
      return line.read(into: memory, view)
    }
    if isPrinted { return }
    let entry: Entry
    do {
      let fields = try RecordFields(JSONItem(parsing: lines.buffer, in: range))
      let type = try fields.string("type")
      guard type == "entry" else {
        throw FieldError("type", expected: "\"entry\", as scan prints it", found: "\"\(type.prefix(40))\"")
      }
      entry = Entry(key: try Key(fields), value: try fields.bytes("value"))
    } catch let error as JSONSyntaxError {
      throw self.error(error.description)
    } catch let error as FieldError {
      throw self.error(error.description)
    }
    place(entry)
  }

  /// No field is longer than its text.
  private func place(_ entry: Entry) {
    var end = memory
    func place(_ bytes: [UInt8]) -> ByteView {
      end.update(from: bytes, count: bytes.count)
      defer { end += bytes.count }
      return ByteView(start: end, count: bytes.count)
    }
    view.pointee.row = place(entry.key.row)
    view.pointee.family = place(entry.key.family)
    view.pointee.qualifier = place(entry.key.qualifier)
    view.pointee.visibility = place(entry.key.visibility)
    view.pointee.value = place(entry.value)
    view.pointee.timestamp = entry.key.timestamp
    view.pointee.deleted = entry.key.deleted
  }
}
