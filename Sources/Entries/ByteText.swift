// Bytes as text, the way Accumulo's shell prints them: printable ASCII as it is, `\` as `\\`, everything else as
// `\xHH`.

/// Bytes to shell text and back.
public enum ByteText {
  /// `[0x61, 0x00, 0x5c]` becomes `a\x00\\`.
  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes { append(byte, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the text form of one byte.
  @inlinable public static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\\"):
      text.append(byte)
      text.append(byte)
    case 32...126: text.append(byte)
    default:
      text.append(UInt8(ascii: "\\"))
      text.append(UInt8(ascii: "x"))
      text.append(hexDigit(byte >> 4, upperCase: true))
      text.append(hexDigit(byte & 15, upperCase: true))
    }
  }

  /// The bytes that shell text stands for, or nil when a backslash is not followed by `\` or `xHH` (digits of either
  /// case). Characters beyond ASCII stand for their UTF-8 bytes.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var text = String(text)
    return text.withUTF8 { decode($0) }
  }

  /// The same of UTF-8.
  package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard let escape = text.firstIndex(of: UInt8(ascii: "\\")) else { return Array(text) }
    var bytes = Array(text[..<escape])
    var rest = text[escape...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "x"):
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
          return nil
        }
        bytes.append(high << 4 | low)
      default: return nil
      }
    }
    return bytes
  }

  @inlinable public static func hexDigit(_ value: UInt8, upperCase: Bool) -> UInt8 {
    value < 10 ? 48 + value : (upperCase ? 55 : 87) + value
  }

  static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }
}
