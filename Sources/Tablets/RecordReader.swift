import Files
public import SystemPackage

/// Reads records line by line. Holds one line and a block of what follows it, never the whole stream.
///
/// Empty lines and records of unknown types are skipped.
public struct RecordReader {
  /// The line of the last record, from 1.
  public private(set) var line = 0
  /// A path, or `standard input`: what errors call it.
  public let source: String
  private let read: (UnsafeMutableRawBufferPointer) throws -> Int
  private var buffer: [UInt8] = []
  /// What is not taken yet begins here.
  private var start = 0
  private var isAtEnd = false

  private static let blockSize = 1 << 18
  /// A longer line is no record but some other file.
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

  /// The next record, or nil at the end.
  /// - Throws: `RecordError` for a malformed line; what the source throws.
  public mutating func next() throws -> Record? {
    while let range = try nextLine() {
      line += 1
      guard buffer[range].contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
      do {
        if let record = try Record(JSONValue(parsing: buffer, in: range)) { return record }
      } catch let error as JSONSyntaxError {
        throw self.error(error.description)
      } catch let error as FieldError {
        throw self.error(error.description)
      }
    }
    return nil
  }

  /// An error about the last record.
  public func error(_ problem: String) -> RecordError { RecordError(source: source, line: line, problem: problem) }

  /// The next line without its line feed; the last one needs none.
  private mutating func nextLine() throws -> Range<Int>? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        return start..<end
      }
      searched = buffer.count
      if isAtEnd {
        defer { start = buffer.count }
        return start < buffer.count ? start..<buffer.count : nil
      }
      guard buffer.count - start <= Self.lineLimit else {
        line += 1
        throw error("expected a record, found a line of more than \(Self.lineLimit) bytes")
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
