// The text of `scan -t accumulo.metadata` to tablets, one at a time: the metadata table of a large cluster is some
// gigabytes of text.
//
// Around the entries the shell prints prompts and blank lines; they are skipped at the beginning and at the end. In the
// middle they are refused, because half a line is what a broken copy looks like; only the breaks between the shell's
// pages may stand there.

internal import Entries
internal import Files
public import SystemPackage

/// Reads tablets from the text of the metadata table. Holds one tablet and a block of text.
public struct MetadataReader {
  /// The line that was read last, from 1.
  public private(set) var line = 0
  /// A path, or `standard input`: what errors call it.
  public let source: String
  private let read: (UnsafeMutableRawBufferPointer) throws -> Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  private var current: MetadataTablet?
  /// The row of the last entry, escaped.
  private var row: [UInt8] = []
  private var hasEntry = false
  /// The first line since the last entry that is none; an entry after it makes it an error, unless the lines are a
  /// page break.
  private var stray: (line: Int, text: String)?
  private var hasPageBreak = false

  private static let blockSize = 1 << 20
  private static let lineLimit = 1 << 28

  /// - Parameter read: fills a part of the memory and returns how much, 0 at the end.
  public init(source: String, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
    self.source = source
    self.read = read
  }

  /// Reads from an open file or pipe, which stays the caller's.
  public init(_ descriptor: FileDescriptor, source: String) {
    self.init(source: source) { memory in
      do {
        return try descriptor.read(into: memory)
      } catch let error as Errno {
        throw SystemError("read", source, error)
      }
    }
  }

  /// The next tablet, or nil at the end.
  /// - Throws: `RecordError` for a line that makes no sense; what the source throws.
  public mutating func next() throws -> Tablet? {
    while let range = try nextLine() {
      line += 1
      do throws(MetadataProblem) {
        if let tablet = try take(range) { return tablet }
      } catch {
        throw RecordError(source: source, line: line, problem: error.text)
      }
    }
    defer { current = nil }
    do throws(MetadataProblem) { return try current?.finished() } catch {
      throw RecordError(source: source, line: line, problem: error.text)
    }
  }

  /// The tablet that this line shows to be complete, if any.
  private mutating func take(_ range: Range<Int>) throws(MetadataProblem) -> Tablet? {
    var range = range
    if range.upperBound > range.lowerBound, buffer[range.upperBound - 1] == 0x0D {
      range = range.lowerBound..<range.upperBound - 1
    }
    // Not `buffer` itself: the call below changes what else this holds.
    let text = buffer
    let outcome = text.withUnsafeBufferPointer { bytes -> Result<Tablet?, MetadataProblem> in
      Result { () throws(MetadataProblem) in try take(bytes, range) }
    }
    return try outcome.get()
  }

  private mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(MetadataProblem) -> Tablet? {
    guard let entry = MetadataLine(bytes, in: range) else {
      if bytes[range].starts(with: "-- hit any key".utf8) {
        hasPageBreak = true
      } else {
        let isBlank = !bytes[range].contains { $0 > 0x20 }
        if stray == nil || (stray?.text.isEmpty == true && !isBlank) {
          stray = (line, isBlank ? "" : MetadataTablet.quoted(bytes[range]))
        }
      }
      return nil
    }
    if hasEntry, let stray, !(hasPageBreak && stray.text.isEmpty) {
      throw MetadataProblem(
        "expected ROW FAMILY:QUALIFIER [VISIBILITY] and a value in line \(stray.line), found \"\(stray.text)\"")
    }
    (hasEntry, stray, hasPageBreak) = (true, nil, false)
    var complete: Tablet?
    if !bytes[entry.row].elementsEqual(row) {
      complete = try current?.finished()
      row.removeAll(keepingCapacity: true)
      row.append(contentsOf: bytes[entry.row])
      current = nil
      current = try MetadataTablet(row: bytes[entry.row])
    }
    try current?.add(entry, bytes)
    return complete
  }

  /// The next line without its line feed; the last one needs none.
  private mutating func nextLine() throws -> Range<Int>? {
    var searched = start
    while true {
      if let end = buffer.withUnsafeBufferPointer({ $0[searched...].firstIndex(of: 0x0A) }) {
        defer { start = end + 1 }
        return start..<end
      }
      searched = buffer.count
      if isAtEnd {
        defer { start = buffer.count }
        return start < buffer.count ? start..<buffer.count : nil
      }
      guard buffer.count - start <= Self.lineLimit else {
        throw RecordError(
          source: source, line: line + 1,
          problem: "expected an entry of the metadata table, found a line of more than \(Self.lineLimit) bytes")
      }
      searched -= start
      try fill()
    }
  }

  private mutating func fill() throws {
    buffer.removeFirst(start)
    start = 0
    let block = try [UInt8](unsafeUninitializedCapacity: Self.blockSize) { memory, count in
      count = try read(UnsafeMutableRawBufferPointer(memory))
    }
    if block.isEmpty { isAtEnd = true }
    buffer += block
  }
}
