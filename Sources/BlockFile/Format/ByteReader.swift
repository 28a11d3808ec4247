// Reads the small structures of a file (footer, meta index, index blocks): everything but the entries, which have a
// faster decoder. Every length and count is checked against the bytes left before anything allocates or loops.

/// Owned bytes and a position in them.
package struct ByteReader: Sendable {
  package let bytes: [UInt8]
  package private(set) var offset: Int
  package let end: Int
  /// The memory limit for decoded values in bytes, and how much of it is left.
  private let memory: Int64
  private var memoryLeft: Int64

  package init(_ bytes: [UInt8], limit: BlockLimit = .none) { self.init(bytes, 0..<bytes.count, limit: limit) }

  /// Reads within `range` of the bytes; offsets in errors count from the start of the array. `limit` bounds the memory
  /// of decoded values, as far as their decoders declare it (`reserve`).
  package init(_ bytes: [UInt8], _ range: Range<Int>, limit: BlockLimit = .none) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
    memory = limit.bytes
    memoryLeft = limit.bytes
  }

  package var remaining: Int { end - offset }

  package mutating func byte(_ what: String) throws(DecodeError) -> UInt8 {
    try need(1, what)
    defer { offset += 1 }
    return bytes[offset]
  }

  /// A Java boolean: one byte. To Java, anything but 0 is true; here, anything but 0 and 1 is damage.
  package mutating func boolean(_ what: String) throws(DecodeError) -> Bool {
    let value = try byte(what)
    guard value <= 1 else {
      throw DecodeError(at: offset - 1, expected: "0 or 1 for \(what)", found: "\(value)")
    }
    return value == 1
  }

  mutating func int16(_ what: String) throws(DecodeError) -> Int16 { try fixed(what, Int16.self) }
  package mutating func int32(_ what: String) throws(DecodeError) -> Int32 { try fixed(what, Int32.self) }
  package mutating func int64(_ what: String) throws(DecodeError) -> Int64 { try fixed(what, Int64.self) }

  /// A fixed int32 that counts items of at least `size` bytes each, all of which must still follow.
  package mutating func count(_ what: String, ofSize size: Int) throws(DecodeError) -> Int {
    let at = offset
    let value = try int32(what)
    guard value >= 0, Int(value) <= remaining / size else {
      throw DecodeError(at: at, expected: "\(what) that fits in the \(remaining) bytes left", found: "\(value)")
    }
    return Int(value)
  }

  /// Declares the memory of an array of `count` items with `size` bytes each. Call it before the array is allocated.
  package mutating func reserve(_ count: Int, ofSize size: Int, _ what: String) throws(DecodeError) {
    let (wanted, overflow) = Int64(count).multipliedReportingOverflow(by: Int64(size))
    guard !overflow, wanted <= memoryLeft else {
      var error = DecodeError(
        at: offset, expected: "\(what) within a limit of \(memory) bytes of memory",
        found: "\(count), which take \(overflow ? "too many" : "\(wanted)")")
      error.isTooLarge = true
      throw error
    }
    memoryLeft -= wanted
  }

  package mutating func take(_ count: Int, _ what: String) throws(DecodeError) -> ArraySlice<UInt8> {
    try need(count, what)
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  package mutating func skip(_ count: Int, _ what: String) throws(DecodeError) {
    try need(count, what)
    offset += count
  }

  package func checkAtEnd(_ what: String) throws(DecodeError) {
    guard offset == end else {
      throw DecodeError(at: offset, expected: "the end of \(what)", found: "\(remaining) more bytes")
    }
  }

  func need(_ count: Int, _ what: String) throws(DecodeError) {
    guard count >= 0, count <= remaining else {
      throw DecodeError(at: offset, expected: "\(count) bytes of \(what)", found: "\(remaining)")
    }
  }

  private mutating func fixed<T: FixedWidthInteger>(_ what: String, _: T.Type) throws(DecodeError) -> T {
    let size = MemoryLayout<T>.size
    try need(size, what)
    var value: T = 0
    for i in 0..<size { value = value << 8 | T(truncatingIfNeeded: bytes[offset + i]) }
    offset += size
    return value
  }
}

extension Array where Element == UInt8 {
  /// Appends a fixed-width integer, big-endian, as Java's `DataOutput` does.
  package mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
