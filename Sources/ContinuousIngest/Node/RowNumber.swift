import Entries

// A node is identified by a number below 2^63; its row is that number as 16 lower case hex digits. Accumulo's verifier
// reads rows with Java's `Long.parseLong(text, 16)`, so it accepts other texts for the same number too:
//
//     000000000000002a    as it is written: eight digits at a time, see `fastHex`
//     2A   +2a   00002a   the same number
//     -0                  zero; any other negative number is refused
//     8000000000000000    too large; so is anything else that does not fit
//
// Java's parser also accepts digits of other scripts (U+FF10 and so on). They are refused here, because no writer
// produces them.

/// Converts between rows and their numbers.
package enum RowNumber {
  /// All numbers are below this: 2^63.
  package static let end: UInt64 = 1 << 63

  /// The number in a hex text as Java reads it; nil when it is not a number, is negative, or is 2^63 or more.
  @inline(__always) static func parse(_ text: ByteView) -> UInt64? {
    if text.count == 16 {
      let memory = UnsafeRawPointer(text.start)
      let high = fastHex(UInt64(bigEndian: memory.loadUnaligned(as: UInt64.self)))
      let low = fastHex(UInt64(bigEndian: memory.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
      if high < 1 << 31, low < 1 << 32 { return high << 32 | low }
    }
    return parseSlowly(text.bytes)
  }

  /// The number in eight lower case hex digits, with the first digit in the highest byte; 2^32 or more when they are
  /// anything else.
  ///
  /// Treats each byte as a digit, writes those digits again, and compares the result with the text.
  @inline(__always) private static func fastHex(_ text: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let isLetter = (text >> 6) & ones
    let digits = (text & (15 * ones)) &+ 9 &* isLetter
    let isAboveNine = ((digits &+ 6 &* ones) >> 4) & ones
    guard digits & ~(15 * ones) == 0, digits &+ 48 &* ones &+ 39 &* isAboveNine == text else { return .max }
    var packed = (digits | digits >> 4) & 0x00ff_00ff_00ff_00ff
    packed = (packed | packed >> 8) & 0x0000_ffff_0000_ffff
    return (packed | packed >> 16) & 0xffff_ffff
  }

  /// `Long.parseLong(text, 16)`, without negative results.
  @inline(never) private static func parseSlowly(_ text: UnsafeBufferPointer<UInt8>) -> UInt64? {
    guard let number = javaHex(text), number >= 0 else { return nil }
    return UInt64(number)
  }

  /// `Long.parseLong(text, 16)` for ASCII; nil where that throws.
  static func javaHex(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var digits = text[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty else { return nil }
    let limit: UInt64 = isNegative ? 1 << 63 : (1 << 63) - 1
    var number: UInt64 = 0
    for byte in digits {
      guard let digit = digit(byte), number <= limit >> 4 else { return nil }
      number = number << 4 | digit
      guard number <= limit else { return nil }
    }
    return isNegative ? Int64(truncatingIfNeeded: 0 &- number) : Int64(number)
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 48...57: UInt64(byte - 48)
    case 65...70: UInt64(byte - 55)
    case 97...102: UInt64(byte - 87)
    default: nil
    }
  }

  /// The row of a number: 16 lower case hex digits.
  package static func text(_ number: UInt64) -> [UInt8] { hex(number, digits: 16) }

  /// Lower case hex, padded with zeros to `digits`, or longer if necessary.
  static func hex(_ number: UInt64, digits: Int) -> [UInt8] {
    let text = Array(String(number, radix: 16).utf8)
    return [UInt8](repeating: 48, count: max(0, digits - text.count)) + text
  }

  /// Writes 16 lower case hex digits: the reverse of `fastHex`.
  @inline(__always) static func write(_ number: UInt64, to memory: UnsafeMutableRawPointer) {
    memory.storeBytes(of: eightDigits(number >> 32).bigEndian, as: UInt64.self)
    memory.storeBytes(of: eightDigits(number & 0xffff_ffff).bigEndian, toByteOffset: 8, as: UInt64.self)
  }

  /// The eight hex digits of the low 32 bits, with the first digit in the highest byte.
  @inline(__always) static func eightDigits(_ number: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var digits = (number | number << 16) & 0x0000_ffff_0000_ffff
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
    digits = (digits | digits << 4) & (15 * ones)
    let isAboveNine = ((digits &+ 6 &* ones) >> 4) & ones
    return digits &+ 48 &* ones &+ 39 &* isAboveNine
  }
}
