// Bytes to code points, as Java's `new String(bytes, UTF_8)` decodes them. Malformed bytes become U+FFFD, and how many
// of these Java makes matters to a pattern like `.{3}`: one for each longest start of a valid sequence and, unlike
// other decoders, one for a whole encoded surrogate (ED A0 80).

package enum JavaUTF8 {
  static let replacement: UInt32 = 0xfffd

  /// Returns the code point at `position`, which must be less than `count`, and moves `position` past it.
  @inline(__always) package static func next(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ position: inout Int
  ) -> UInt32 {
    let lead = bytes[position]
    position += 1
    return lead < 0x80 ? UInt32(lead) : rest(lead, bytes, count, &position)
  }

  package static func rest(
    _ lead: UInt8, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ position: inout Int
  ) -> UInt32 {
    let length: Int
    // The range of the second byte covers all special cases: no overlong forms, nothing beyond U+10FFFF.
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch lead {
    case 0xc2...0xdf: length = 2
    case 0xe0:
      length = 3
      second = 0xa0...0xbf
    case 0xe1...0xef: length = 3
    case 0xf0:
      length = 4
      second = 0x90...0xbf
    case 0xf1...0xf3: length = 4
    case 0xf4:
      length = 4
      second = 0x80...0x8f
    default: return replacement
    }
    guard position < count, second.contains(bytes[position]) else { return replacement }
    var scalar = (UInt32(lead) & (0x7f >> UInt32(length))) << 6 | UInt32(bytes[position] & 0x3f)
    position += 1
    for _ in 2..<length {
      guard position < count, bytes[position] & 0xc0 == 0x80 else { return replacement }
      scalar = scalar << 6 | UInt32(bytes[position] & 0x3f)
      position += 1
    }
    return (0xd800...0xdfff).contains(scalar) ? replacement : scalar
  }

  /// The whole text in UTF-16 units, as Java stores it.
  package static func units(_ bytes: [UInt8]) -> [UInt16] {
    bytes.withUnsafeBufferPointer { buffer in
      var units: [UInt16] = []
      var position = 0
      while position < buffer.count {
        let scalar = next(buffer.baseAddress!, buffer.count, &position)
        units += UTF16.encode(Unicode.Scalar(scalar)!)!
      }
      return units
    }
  }
}

/// How bytes become text: the charsets that Java's `Charset.forName` finds, as far as they are supported here.
package enum JavaCharset: Sendable {
  case utf8
  case latin1
  case ascii

  /// Names and aliases in any case; nil for others.
  package init?(name: String) {
    switch name.lowercased() {
    case "utf-8", "utf8", "unicode-1-1-utf-8": self = .utf8
    case "iso-8859-1", "iso8859-1", "iso8859_1", "iso_8859-1", "iso_8859_1", "latin1", "l1", "8859_1", "ibm819",
      "cp819", "ibm-819", "819", "iso-ir-100", "iso_8859-1:1987", "csisolatin1":
      self = .latin1
    case "us-ascii", "ascii", "iso646-us", "ascii7", "646", "cp367", "ibm367", "us", "iso_646.irv:1983",
      "iso_646.irv:1991", "ansi_x3.4-1968", "ansi_x3.4-1986", "iso-ir-6", "csascii", "default":
      self = .ascii
    default: return nil
    }
  }
}

extension JavaUTF8 {
  /// The bytes as text, with U+FFFD where Java puts it.
  package static func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    // Valid UTF-8 means the same to both.
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    return String(validating: bytes, as: UTF8.self) ?? String(decoding: units(Array(bytes)), as: UTF16.self)
  }
}
