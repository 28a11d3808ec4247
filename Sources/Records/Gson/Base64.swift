/// Bytes as base64. Decoding accepts the standard letters and the URL-safe ones (`-` and `_`), with or without padding,
/// like Java's decoders.
package enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Standard letters, padded.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for characters that are not base64, for padding that does not fit, and for a single letter at the end.
  package static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var letters = Array(text.utf8)[...]
    let padding = letters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    letters = letters.dropLast(padding)
    guard letters.count % 4 != 1, padding == 0 || (letters.count % 4 != 0 && (letters.count + padding) % 4 == 0) else {
      return nil
    }
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    for letter in letters {
      guard let value = value(letter) else { return nil }
      (bits, count) = ((bits << 6 | value) & 0xFFFF, count + 6)
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(bits >> count & 255))
      }
    }
    return bytes
  }

  private static func value(_ letter: UInt8) -> Int? {
    switch letter {
    case 65...90: Int(letter) - 65
    case 97...122: Int(letter) - 71
    case 48...57: Int(letter) + 4
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
