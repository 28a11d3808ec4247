// The two variable-length integers of an RFile. They look alike but differ.
//
// VLong-W (Hadoop `WritableUtils`), in keys and relative keys:
//
//     first byte b      -112...127   the value is b
//                       -120...-113  positive: -(b + 112) bytes follow, big-endian
//                       -128...-121  negative: -(b + 120) bytes follow: the one's complement of the value
//
// VLong-U (Accumulo `bcfile.Utils`), in block regions, strings and the meta index:
//
//     first byte b       -32...127   the value is b
//                        -72...-33   (b + 52) << 8  | 1 byte
//                       -104...-73   (b + 88) << 16 | 2 bytes
//                       -120...-105  (b + 112) << 24 | 3 bytes
//                       -128...-121  a signed big-endian integer of b + 129 bytes (4 to 8)
//
// 200 is `8f c8` as W (one byte follows: b = -113) and `cc c8` as U (b = -52: (-52 + 52) << 8 | 200).

extension ByteReader {
  /// Reads a VLong-W. Longer encodings than needed are accepted, as Hadoop does.
  package mutating func writableVLong(_ what: String) throws(DecodeError) -> Int64 {
    let first = Int8(bitPattern: try byte(what))
    if first >= -112 { return Int64(first) }
    let isNegative = first < -120
    let count = isNegative ? -(Int(first) + 120) : -(Int(first) + 112)
    let value = try bigEndian(count, what)
    return isNegative ? ~value : value
  }

  /// Reads a VInt-W that counts bytes, all of which must still follow.
  package mutating func writableLength(_ what: String) throws(DecodeError) -> Int {
    let at = offset
    let value = try writableVLong(what)
    guard value >= 0, value <= Int64(remaining) else {
      throw DecodeError(at: at, expected: "\(what) within the \(remaining) bytes left", found: "\(value)")
    }
    return Int(value)
  }

  /// Reads a VLong-U.
  mutating func bcFileVLong(_ what: String) throws(DecodeError) -> Int64 {
    let first = Int(Int8(bitPattern: try byte(what)))
    switch first {
    case (-32)...: return Int64(first)
    case -72 ... -33: return Int64(first + 52) << 8 | (try bigEndian(1, what))
    case -104 ... -73: return Int64(first + 88) << 16 | (try bigEndian(2, what))
    case -120 ... -105: return Int64(first + 112) << 24 | (try bigEndian(3, what))
    default:
      let count = first + 129
      guard count >= 4 else {
        throw DecodeError(at: offset - 1, expected: "a variable-length integer for \(what)", found: "byte \(first)")
      }
      let value = try bigEndian(count, what)
      let unused = 64 - 8 * count
      return (value << unused) >> unused
    }
  }

  /// Reads a VInt-U length and as many bytes of UTF-8.
  mutating func bcFileString(_ what: String) throws(DecodeError) -> String {
    let at = offset
    let count = try bcFileVLong(what)
    guard count >= 0, count <= Int64(remaining) else {
      throw DecodeError(at: at, expected: "\(what) within the \(remaining) bytes left", found: "length \(count)")
    }
    return String(decoding: try take(Int(count), what), as: UTF8.self)
  }

  private mutating func bigEndian(_ count: Int, _ what: String) throws(DecodeError) -> Int64 {
    var value: Int64 = 0
    for byte in try take(count, what) { value = value << 8 | Int64(byte) }
    return value
  }
}

extension Array where Element == UInt8 {
  /// Appends a VLong-W in its shortest form, as Hadoop does.
  package mutating func appendWritableVLong(_ value: Int64) {
    if -112...127 ~= value {
      append(UInt8(truncatingIfNeeded: value))
      return
    }
    let magnitude = value < 0 ? ~value : value
    let count = (64 - magnitude.leadingZeroBitCount + 7) / 8
    append(UInt8(truncatingIfNeeded: (value < 0 ? -120 : -112) - count))
    appendLowBytes(magnitude, count)
  }

  /// Appends a VLong-U in its shortest form, as Accumulo does.
  mutating func appendBCFileVLong(_ value: Int64) {
    if -32...127 ~= value {
      append(UInt8(truncatingIfNeeded: value))
    } else if -20...19 ~= value >> 8 {
      append(UInt8(truncatingIfNeeded: (value >> 8) - 52))
      appendLowBytes(value, 1)
    } else if -16...15 ~= value >> 16 {
      append(UInt8(truncatingIfNeeded: (value >> 16) - 88))
      appendLowBytes(value, 2)
    } else if -8...7 ~= value >> 24 {
      append(UInt8(truncatingIfNeeded: (value >> 24) - 112))
      appendLowBytes(value, 3)
    } else {
      // The width of the value in bytes, including its sign bit.
      let width = (64 - (value < 0 ? ~value : value).leadingZeroBitCount) / 8 + 1
      append(UInt8(truncatingIfNeeded: width - 129))
      appendLowBytes(value, width)
    }
  }

  mutating func appendBCFileString(_ text: String) {
    let utf8 = Array(text.utf8)
    appendBCFileVLong(Int64(utf8.count))
    append(contentsOf: utf8)
  }

  private mutating func appendLowBytes(_ value: Int64, _ count: Int) {
    for i in stride(from: count - 1, through: 0, by: -1) { append(UInt8(truncatingIfNeeded: value >> Int64(8 * i))) }
  }
}
