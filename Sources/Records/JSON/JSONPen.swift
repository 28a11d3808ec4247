import Entries

/// Writes the bytes of JSON into memory that is sure to have room for them.
struct JSONPen {
  let start: UnsafeMutablePointer<UInt8>
  /// Where the next byte goes.
  var at: UnsafeMutablePointer<UInt8>

  /// So many bytes one byte can become: `\u003c`.
  static let longestByte = 6

  /// Whether nothing in the text needs an escape (without those for HTML). Looks at every byte, so that many are looked
  /// at at once.
  static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    var found: UInt8 = 0
    for byte in utf8 {
      found |= byte < 0x20 ? 1 : 0
      found |= byte == UInt8(ascii: "\"") ? 1 : 0
      found |= byte == UInt8(ascii: "\\") ? 1 : 0
    }
    return found == 0
  }

  mutating func put(_ byte: UInt8) {
    at.pointee = byte
    at += 1
  }

  mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    at.update(from: source, count: bytes.count)
    at += bytes.count
  }

  private mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { put($0) }
  }

  /// A comma, unless nothing stands before the next value.
  mutating func separate() {
    guard at > start else { return }
    switch at[-1] {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"): break
    default: put(UInt8(ascii: ","))
    }
  }

  mutating func put(decimal number: UInt64) {
    let first = at
    var rest = number
    repeat {
      put(48 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var digits = UnsafeMutableBufferPointer(start: first, count: at - first)
    digits.reverse()
  }

  /// One byte of a UTF-8 string. Bytes beyond ASCII stay as they are.
  mutating func put(escaping byte: UInt8, escapesHTML: Bool) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      put(UInt8(ascii: "\\"))
      put(byte)
    case 0x0A: put("\\n")
    case 0x0D: put("\\r")
    case 0x09: put("\\t")
    case 0x08: put("\\b")
    case 0x0C: put("\\f")
    case 0..<32: putEscape(byte)
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "'"):
      if escapesHTML { putEscape(byte) } else { put(byte) }
    default: put(byte)
    }
  }

  /// One byte in the text form of Accumulo's shell, whose backslashes are escaped.
  mutating func put(shell byte: UInt8, escapesHTML: Bool) {
    switch byte {
    case UInt8(ascii: "\\"): put(#"\\\\"#)
    case 32...126: put(escaping: byte, escapesHTML: escapesHTML)
    default:
      put(#"\\x"#)
      put(hex: byte, upperCase: true)
    }
  }

  /// `\u00xx` in lower case, as Gson writes it.
  private mutating func putEscape(_ byte: UInt8) {
    put("\\u00")
    put(hex: byte, upperCase: false)
  }

  private mutating func put(hex byte: UInt8, upperCase: Bool) {
    put(ByteText.hexDigit(byte >> 4, upperCase: upperCase))
    put(ByteText.hexDigit(byte & 15, upperCase: upperCase))
  }
}
