import BlockFile
import Entries

// Unsafe fence: the bytes of a block as its decoder reads them.
//
// A block is followed by 64 readable bytes (`BlockBuffer.padding`). Flags and integers are read without checking for
// the end. That reads at most 2 + 2 x 9 bytes too far, and then the next length is checked against the bytes left,
// whose number is negative by then.

struct BlockBytes {
  private let start: UnsafePointer<UInt8>
  private(set) var next: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    next = start
    end = start + count
  }

  var offset: Int { next - start }

  @inline(__always) mutating func byte() -> UInt8 {
    defer { next += 1 }
    return next[0]
  }

  /// Reads a VLong-W (see VariableLengthInteger.swift), nearly always of one byte.
  @inline(__always) mutating func length() -> Int {
    let first = Int8(bitPattern: byte())
    return first >= -112 ? Int(first) : Int(truncatingIfNeeded: longVLong(first))
  }

  /// Reads a VLong-W of any length.
  @inline(__always) mutating func timestamp() -> Int64 {
    let first = Int8(bitPattern: byte())
    return first >= -112 ? Int64(first) : wideVLong(first)
  }

  @inline(never) private mutating func longVLong(_ first: Int8) -> Int64 { wideVLong(first) }

  /// Loads eight bytes as one word; the integer's bytes are the upper ones.
  @inline(__always) private mutating func wideVLong(_ first: Int8) -> Int64 {
    let isNegative = first < -120
    let count = (isNegative ? -120 : -112) &- Int64(first)
    let word = UInt64(bigEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
    next += Int(count)
    return Int64(bitPattern: word &>> UInt64(64 &- 8 &* count)) ^ (isNegative ? -1 : 0)
  }

  /// Reads a field into its memory, after the prefix that it shares with the one before. Gives the length of the prefix.
  ///
  /// As long as `order` is 0, it becomes positive when the field sorts after the one before and negative when it sorts
  /// before it.
  @inline(__always) mutating func field(
    _ hasPrefix: Bool, _ field: inout ByteView, _ memory: inout PaddedBytes, _ order: inout Int, _ name: StaticString
  ) throws(DecodeError) -> Int {
    var shared = 0
    if hasPrefix {
      shared = length()
      guard shared >= 0, shared <= field.count else { throw badPrefix(shared, field.count, name) }
    }
    let rest = length()
    guard rest >= 0, rest <= end - next else { throw badLength(rest, name) }
    if order == 0 { order = self.order(of: field, shared, rest) }
    // Both sides are padded; the block has more padding than a field needs.
    field = memory.replace(from: shared, by: next, count: rest)
    next += rest
    return shared
  }

  /// How the `rest` bytes that come next sort to those of a field from `shared` on. Mostly the first byte decides.
  @inline(__always) private func order(of field: ByteView, _ shared: Int, _ rest: Int) -> Int {
    let before = shared < field.count ? Int(field.start[shared]) : -1
    let order = (rest > 0 ? Int(next[0]) : -1) &- before
    return order != 0 || rest == 0 ? order : wholeOrder(of: field, shared, rest)
  }

  @inline(never) private func wholeOrder(of field: ByteView, _ shared: Int, _ rest: Int) -> Int {
    ByteView(start: next, count: rest).compare(ByteView(start: field.start + shared, count: field.count - shared))
  }

  /// Reads an int32 length and returns a view of as many bytes in place.
  @inline(__always) mutating func value() throws(DecodeError) -> ByteView {
    guard end - next >= 4 else { throw ended("a value length") }
    let count = Int(Int32(bigEndian: UnsafeRawPointer(next).loadUnaligned(as: Int32.self)))
    next += 4
    guard count >= 0, count <= end - next else { throw badLength(count, "value") }
    defer { next += count }
    return ByteView(start: next, count: count)
  }

  @inline(never) func ended(_ what: StaticString) -> DecodeError {
    DecodeError(at: min(offset, end - start), expected: "\(what)", found: "the end of the block")
  }

  @inline(never) private func badLength(_ length: Int, _ what: StaticString) -> DecodeError {
    DecodeError(
      at: min(offset, end - start), expected: "a \(what) within the \(max(end - next, 0)) bytes left",
      found: "length \(length)")
  }

  @inline(never) private func badPrefix(_ shared: Int, _ before: Int, _ what: StaticString) -> DecodeError {
    DecodeError(
      at: min(offset, end - start), expected: "a prefix of the \(before) bytes of the previous \(what)",
      found: "length \(shared)")
  }
}
