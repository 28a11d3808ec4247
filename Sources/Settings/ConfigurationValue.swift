// Parses the values of settings: sizes, durations, fractions, counts, switches. Accepts exactly what Accumulo accepts.
// Accumulo: `org.apache.accumulo.core.conf.ConfigurationTypeHelper`.

/// A text that is not a value of the expected type.
package struct ConfigurationValueError: Error, Hashable, CustomStringConvertible {
  package var text: String
  package var expected: String

  /// `expected a size such as 16M, found "5T"`
  package var description: String { "expected \(expected), found \"\(text.prefix(80))\"" }
}

package enum ConfigurationValue {
  /// Bytes: a whole number and at most one of the letters B, K, M, G in any case. `16M` is 16,777,216.
  ///
  /// Accumulo shifts without checking for overflow, so that `8589934592G` becomes a negative size there; here it is an
  /// error.
  package static func size(_ text: String) throws(ConfigurationValueError) -> Int64 {
    let shift: Int64
    switch text.utf8.last.map({ $0 | 0x20 }) {
    case UInt8(ascii: "g"): shift = 30
    case UInt8(ascii: "m"): shift = 20
    case UInt8(ascii: "k"): shift = 10
    case UInt8(ascii: "b"): shift = 0
    default:
      guard let number = Int64(text) else { throw sizeError(text) }
      return number
    }
    guard let number = Int64(text.dropLast()) else { throw sizeError(text) }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow else { throw ConfigurationValueError(text: text, expected: "a size below 2^63 bytes") }
    return bytes
  }

  private static func sizeError(_ text: String) -> ConfigurationValueError {
    ConfigurationValueError(
      text: text, expected: "a size in bytes: a whole number with at most one of B, K, M, G behind it")
  }

  /// Milliseconds: a whole number and `d`, `h`, `m`, `s` or `ms`; without a unit, seconds. A value beyond 64 bits is
  /// clamped.
  package static func duration(_ text: String) throws(ConfigurationValueError) -> Int64 {
    let (unit, factor): (Int, Int64) =
      switch text.last {
      case "d": (1, 86_400_000)
      case "h": (1, 3_600_000)
      case "m": (1, 60_000)
      case "s": text.hasSuffix("ms") ? (2, 1) : (1, 1000)
      default: (0, 1000)
      }
    guard let number = Int64(text.dropLast(unit)) else {
      throw ConfigurationValueError(
        text: text, expected: "a time such as 30s: a whole number with d, h, m, s or ms behind it")
    }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? (number < 0 ? .min : .max) : milliseconds
  }

  /// A number, or a percentage: `0.25`, `25%`.
  package static func fraction(_ text: String) throws(ConfigurationValueError) -> Double {
    do throws(ConfigurationValueError) {
      if text.hasSuffix("%") { return try double(String(text.dropLast())) / 100 }
      return try double(text)
    } catch {
      throw ConfigurationValueError(text: text, expected: "a number, or a percentage such as 25%")
    }
  }

  /// A whole number that fits into 32 bits, without a unit.
  package static func count(_ text: String) throws(ConfigurationValueError) -> Int {
    guard let number = Int32(text) else {
      throw ConfigurationValueError(text: text, expected: "a whole number below 2^31 without a unit")
    }
    return Int(number)
  }

  /// `true` or `false` in any case.
  package static func boolean(_ text: String) throws(ConfigurationValueError) -> Bool {
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw ConfigurationValueError(text: text, expected: "true or false")
    }
  }

  /// A number as Java's `Double.parseDouble` reads it: surrounding blanks, `NaN`, `Infinity`, a suffix `d` or `f`, and
  /// hexadecimal digits with a binary exponent are allowed.
  package static func double(_ text: String) throws(ConfigurationValueError) -> Double {
    var bytes = Array(text.utf8)[...]
    while let last = bytes.last, last <= 32 { bytes.removeLast() }
    while let first = bytes.first, first <= 32 { bytes.removeFirst() }
    let number = String(decoding: bytes, as: UTF8.self)
    let unsigned = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
    let failure = ConfigurationValueError(text: text, expected: "a number")
    switch String(decoding: unsigned, as: UTF8.self) {
    case "NaN": return .nan
    case "Infinity": return bytes.first == UInt8(ascii: "-") ? -.infinity : .infinity
    default: break
    }
    let isHexadecimal = unsigned.starts(with: "0x".utf8) || unsigned.starts(with: "0X".utf8)
    // Any other text that Java and Swift both read as a number begins with a digit or a point. In Java, a hexadecimal
    // one must have an exponent.
    guard let first = unsigned.first, first == UInt8(ascii: ".") || (48...57).contains(first) else { throw failure }
    if isHexadecimal, !unsigned.contains(where: { $0 | 0x20 == UInt8(ascii: "p") }) { throw failure }
    if let value = Double(number) { return value }
    guard let last = unsigned.last, last | 0x20 == UInt8(ascii: "d") || last | 0x20 == UInt8(ascii: "f"),
      let value = Double(String(number.dropLast()))
    else { throw failure }
    return value
  }
}
