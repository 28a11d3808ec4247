import BlockFile

// How long is an entry, by its flags and lengths alone? See RelativeKeyDecoder.swift for the bytes. It tells an entry
// that is cut off, which the next piece of the file may complete, from bytes that are no entry.

/// The length of an entry whose bytes may be anything.
enum EntryShape: Equatable {
  /// So many bytes.
  case whole(Int)
  /// At least so many bytes, more than there are.
  case cut(Int)
  /// No entry begins here.
  case none

  /// - Parameter limit: bytes; no entry is longer.
  init(_ bytes: UnsafeRawBufferPointer, limit: Int) {
    var measure = Measure(bytes: bytes, limit: limit)
    do {
      try measure.entry()
      self = measure.at <= bytes.count ? .whole(measure.at) : .cut(measure.at)
    } catch {
      self = error == .endsTooSoon ? .cut(bytes.count + 1) : .none
    }
  }

  /// Whether an entry with these flags stands for itself, as the first of a block does.
  static func isWhole(_ flags: UInt8) -> Bool {
    flags & (RelativeKeyFlags.refersBack | RelativeKeyFlags.unknown) == 0
  }
}

private enum ShapeError: Error { case endsTooSoon, isNone }

private struct Measure {
  let bytes: UnsafeRawBufferPointer
  let limit: Int
  var at = 0

  mutating func entry() throws(ShapeError) {
    let flags = try byte()
    let second = flags & RelativeKeyFlags.secondByte != 0 ? try byte() : 0
    guard flags & RelativeKeyFlags.unknown == 0, second & RelativeKeyFlags.unknownSecond == 0 else { throw .isNone }
    for field in 0..<4 where flags & 1 << field == 0 {
      if second & 1 << field != 0 { _ = try length() }
      try skip(try length())
    }
    if flags & RelativeKeyFlags.sameTimestamp == 0 { _ = try number() }
    guard at + 4 <= bytes.count else { throw .endsTooSoon }
    let value = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
    at += 4
    guard value >= 0, value <= limit - at else { throw .isNone }
    at += value
  }

  private mutating func byte() throws(ShapeError) -> UInt8 {
    guard at < bytes.count else { throw .endsTooSoon }
    defer { at += 1 }
    return bytes[at]
  }

  private mutating func number() throws(ShapeError) -> Int64 {
    let first = Int8(bitPattern: try byte())
    if first >= -112 { return Int64(first) }
    let isNegative = first < -120
    var value: Int64 = 0
    for _ in 0..<((isNegative ? -120 : -112) - Int(first)) { value = value << 8 | Int64(try byte()) }
    return isNegative ? ~value : value
  }

  private mutating func length() throws(ShapeError) -> Int {
    let value = try number()
    guard value >= 0, value <= Int64(limit) else { throw .isNone }
    return Int(value)
  }

  private mutating func skip(_ count: Int) throws(ShapeError) {
    guard count <= limit - at else { throw .isNone }
    at += count
    if at > bytes.count { throw .endsTooSoon }
  }
}
