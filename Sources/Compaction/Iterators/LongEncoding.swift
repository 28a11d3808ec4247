// Numbers in values, as the encoders of org.apache.accumulo.core.iterators.LongCombiner write them:
//
//     STRING     decimal text, like Long.toString
//     FIXEDLEN   8 bytes, big-endian; further bytes are ignored
//     VARLEN     Hadoop's WritableUtils.writeVLong; further bytes are ignored
//                first byte -112...127: the number itself
//                -120...-113: positive, -(b + 112) bytes follow, big-endian
//                -128...-121: negative, -(b + 120) bytes follow, the one's complement

internal import Entries
internal import Java

enum LongEncoding: String, Sendable {
  case string = "STRING"
  case fixedLength = "FIXEDLEN"
  case variableLength = "VARLEN"

  /// Parses the option `type`: a name, or `class:` and the class name of one of the three encoders; nil for anything
  /// else.
  init?(type: String) {
    let prefix = "class:org.apache.accumulo.core.iterators.LongCombiner$"
    switch type {
    case prefix + "StringEncoder": self = .string
    case prefix + "FixedLenEncoder": self = .fixedLength
    case prefix + "VarLenEncoder": self = .variableLength
    default: self.init(rawValue: type)
    }
  }

  /// The largest size of an encoded number in bytes.
  static let longest = 20

  func decode(_ value: ByteView) -> Int64? {
    switch self {
    case .string: return JavaNumber.long(value)
    case .fixedLength:
      guard value.count >= 8 else { return nil }
      return Self.bigEndian(value.start, 8)
    case .variableLength:
      guard value.count > 0 else { return nil }
      let first = Int(Int8(bitPattern: value.start[0]))
      guard first < -112 else { return Int64(first) }
      let count = first < -120 ? -(first + 120) : -(first + 112)
      guard value.count > count else { return nil }
      let number = Self.bigEndian(value.start + 1, count)
      return first < -120 ? ~number : number
    }
  }

  /// Writes the number and returns its length in bytes.
  func encode(_ number: Int64, into bytes: UnsafeMutablePointer<UInt8>) -> Int {
    switch self {
    case .string: return Self.writeDecimal(number, bytes)
    case .fixedLength:
      Self.writeBigEndian(number, 8, bytes)
      return 8
    case .variableLength:
      if (-112...127).contains(number) {
        bytes[0] = UInt8(truncatingIfNeeded: number)
        return 1
      }
      let magnitude = number < 0 ? ~number : number
      let count = 8 - magnitude.leadingZeroBitCount / 8
      bytes[0] = UInt8(truncatingIfNeeded: (number < 0 ? -120 : -112) - count)
      Self.writeBigEndian(magnitude, count, bytes + 1)
      return count + 1
    }
  }

  private static func bigEndian(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64 {
    var number: Int64 = 0
    for i in 0..<count { number = number << 8 | Int64(bytes[i]) }
    return number
  }

  private static func writeBigEndian(_ number: Int64, _ count: Int, _ bytes: UnsafeMutablePointer<UInt8>) {
    for i in 0..<count { bytes[i] = UInt8(truncatingIfNeeded: number >> Int64(8 * (count - 1 - i))) }
  }

  private static func writeDecimal(_ number: Int64, _ bytes: UnsafeMutablePointer<UInt8>) -> Int {
    var rest = number.magnitude
    var count = number < 0 ? 2 : 1
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    rest = number.magnitude
    var i = count
    repeat {
      i -= 1
      bytes[i] = UInt8(48 + rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 { bytes[0] = UInt8(ascii: "-") }
    return count
  }
}
