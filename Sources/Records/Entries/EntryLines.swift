import Entries
internal import Glibc

// Unsafe fence: one line of text to one entry. What is written behind `memory` is never more than the text of the line, and
// only bytes of the line are read.

/// What pairs of hex digits stand for.
///
/// Plain memory for hot paths: its owner must call `free()`.
struct HexDigits {
  /// For the two characters as they lie in memory, the first in the lowest byte; -1: they are not digits.
  private let bytes: UnsafeMutablePointer<Int16>

  init() {
    bytes = .allocate(capacity: 1 << 16)
    bytes.initialize(repeating: -1, count: 1 << 16)
    let digits = Array("0123456789abcdef".utf8).enumerated() + Array("ABCDEF".utf8).enumerated().map { (10 + $0, $1) }
    for (high, first) in digits {
      for (low, second) in digits { bytes[Int(first) | Int(second) << 8] = Int16(high << 4 | low) }
    }
  }

  func free() { bytes.deallocate() }

  /// The byte of two characters; negative when they are not digits.
  @inline(__always) func byte(_ text: UnsafePointer<UInt8>) -> Int16 {
    bytes[Int(UInt16(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt16.self)))]
  }
}

/// The text of a line that is read from its start.
private struct LineText {
  let start: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  var at: UnsafePointer<UInt8>

  init(_ start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    end = start + count
    at = start
  }

  @inline(__always) mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end - at >= count, memcmp(at, text.utf8Start, count) == 0 else { return false }
    at += count
    return true
  }

  /// A decimal number as it is printed: no plus sign, no zeros before it. Nil leaves the place where it does not go on.
  @inline(__always) mutating func number() -> Int64? {
    let isNegative = at < end && at[0] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let first = at
    var value: Int64 = 0
    while at < end, at[0] &- 48 < 10 {
      let digit = Int64(at[0] &- 48)
      // Downwards when negative: the smallest number has no positive twin.
      let (product, wraps) = value.multipliedReportingOverflow(by: 10)
      let (sum, wrapsToo) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if wraps || wrapsToo { return nil }
      value = sum
      at += 1
    }
    guard at > first, at - first == 1 || first[0] != 48 else { return nil }
    return value
  }
}

/// A line of `scan --format hex`.
struct HexLine {
  private var text: LineText
  private let digits: HexDigits
  private var expected: StaticString = ""

  init(_ start: UnsafePointer<UInt8>, count: Int, _ digits: HexDigits) {
    text = LineText(start, count: count)
    self.digits = digits
  }

  /// Reads the entry; false when the line is not one (`problem` says why).
  mutating func read(into memory: UnsafeMutablePointer<UInt8>, _ entry: UnsafeMutablePointer<EntryView>) -> Bool {
    var end = memory
    entry.pointee.row = bytes(&end)
    guard space() else { return false }
    entry.pointee.family = bytes(&end)
    guard space() else { return false }
    entry.pointee.qualifier = bytes(&end)
    guard space() else { return false }
    entry.pointee.visibility = bytes(&end)
    guard space() else { return false }
    guard let timestamp = text.number(), text.take(" ") else { return fails("a timestamp of 64 bits and a space") }
    entry.pointee.timestamp = timestamp
    if text.take("0 ") {
      entry.pointee.deleted = false
    } else if text.take("1 ") {
      entry.pointee.deleted = true
    } else {
      return fails("0 or 1 (a delete marker) and a space")
    }
    entry.pointee.value = bytes(&end)
    return text.at == text.end || fails("two hex digits of the value")
  }

  /// What is wrong with the line.
  var problem: String {
    let found: String
    if text.at == text.end {
      found = "the end of the line"
    } else {
      let byte = text.at[0]
      found = byte > 32 && byte < 127 ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
    }
    return "column \(text.at - text.start + 1): expected \(expected), found \(found)"
  }

  @inline(__always) private mutating func bytes(_ end: inout UnsafeMutablePointer<UInt8>) -> ByteView {
    let first = end
    while text.end - text.at >= 2 {
      let byte = digits.byte(text.at)
      if byte < 0 { break }
      end[0] = UInt8(truncatingIfNeeded: byte)
      end += 1
      text.at += 2
    }
    return ByteView(start: first, count: end - first)
  }

  @inline(__always) private mutating func space() -> Bool {
    text.take(" ") || fails("two hex digits or a space")
  }

  private mutating func fails(_ expected: StaticString) -> Bool {
    self.expected = expected
    return false
  }
}

/// A line as `scan --format json` prints it, with its fields in that order and nothing between them.
struct PrintedEntry {
  private var text: LineText
  private let digits: HexDigits

  init(_ start: UnsafePointer<UInt8>, count: Int, _ digits: HexDigits) {
    text = LineText(start, count: count)
    self.digits = digits
  }

  /// Reads the entry; false when the line has another form, which says nothing about whether it is right.
  mutating func read(into memory: UnsafeMutablePointer<UInt8>, _ entry: UnsafeMutablePointer<EntryView>) -> Bool {
    var end = memory
    guard text.take("{\"type\":\"entry\",\"row\":\""), let row = bytes(&end),
      text.take(",\"family\":\""), let family = bytes(&end),
      text.take(",\"qualifier\":\""), let qualifier = bytes(&end),
      text.take(",\"visibility\":\""), let visibility = bytes(&end),
      text.take(",\"timestamp\":"), let timestamp = text.number(), text.take(",\"deleted\":")
    else { return false }
    let isDeleted = text.take("true")
    guard isDeleted || text.take("false"), text.take(",\"value\":\""), let value = bytes(&end), text.take("}"),
      text.at == text.end
    else { return false }
    entry.pointee = EntryView(
      row: row, family: family, qualifier: qualifier, visibility: visibility, timestamp: timestamp, deleted: isDeleted,
      value: value)
    return true
  }

  /// The bytes up to the quote, which is passed. Nil when they have a form that is not printed.
  @inline(__always) private mutating func bytes(_ end: inout UnsafeMutablePointer<UInt8>) -> ByteView? {
    let first = end
    while text.at < text.end {
      let byte = text.at[0]
      if byte == UInt8(ascii: "\"") {
        text.at += 1
        return ByteView(start: first, count: end - first)
      }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = escape() else { return nil }
        end[0] = escaped
      } else {
        guard byte >= 32 && byte < 127 else { return nil }
        end[0] = byte
        text.at += 1
      }
      end += 1
    }
    return nil
  }

  /// `\"`, `\\\\` (the shell's `\\`), `\\xHH` (the shell's `\xHH`)
  private mutating func escape() -> UInt8? {
    if text.take("\\\"") { return UInt8(ascii: "\"") }
    if text.take("\\\\\\\\") { return UInt8(ascii: "\\") }
    guard text.take("\\\\x"), text.end - text.at >= 2 else { return nil }
    let byte = digits.byte(text.at)
    guard byte >= 0 else { return nil }
    text.at += 2
    return UInt8(truncatingIfNeeded: byte)
  }
}
