package import Entries

/// Numbers from text, as `Long.parseLong` and `Integer.parseInt` read them: an optional sign and decimal digits,
/// including those of other scripts; no spaces.
package enum JavaNumber {
  package static func long(_ text: String) -> Int64? {
    var text = text
    return text.withUTF8 { buffer in
      guard let start = buffer.baseAddress else { return nil }
      return long(ByteView(start: start, count: buffer.count))
    }
  }

  package static func int(_ text: String) -> Int32? { long(text).flatMap { Int32(exactly: $0) } }

  /// From UTF-8.
  package static func long(_ text: ByteView) -> Int64? {
    var position = 0
    var isNegative = false
    if text.count > 0, text.start[0] == 43 || text.start[0] == 45 {
      isNegative = text.start[0] == 45
      position = 1
    }
    guard position < text.count else { return nil }
    var value: Int64 = 0  // kept negative, because Int64.min has no positive counterpart
    while position < text.count {
      let scalar = JavaUTF8.next(text.start, text.count, &position)
      guard let digit = digit(scalar) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = tens.subtractingReportingOverflow(digit)
      if overflow || overflowToo { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// `Character.digit(char, 10)`, which sees one UTF-16 unit at a time and so finds no digits beyond U+FFFF.
  private static func digit(_ scalar: UInt32) -> Int64? {
    if scalar < 128 { return (48...57).contains(scalar) ? Int64(scalar - 48) : nil }
    guard scalar < 0x10000, let scalar = Unicode.Scalar(scalar),
      scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue
    else { return nil }
    return Int64(value)
  }
}
