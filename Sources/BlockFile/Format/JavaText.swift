// Text as Java's `DataOutput.writeUTF` writes it: int16 length in bytes, then the UTF-16 units of the text, each in 1 to 3
// bytes as UTF-8 would write a character of that number, but for two differences:
//
//     U+0000                 c0 80
//     beyond U+FFFF          its two surrogates, 3 bytes each:    U+1F47B    ed a0 bd ed b1 bb

extension ByteReader {
  /// Java's `writeUTF`. Bytes that it would not write become U+FFFD.
  package mutating func javaUTF(_ what: String) throws(DecodeError) -> String {
    let count = Int(UInt16(bitPattern: try int16(what)))
    let bytes = try take(count, what)
    // Nearly always ASCII.
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var units: [UInt16] = []
    var rest = bytes
    while let unit = Self.unit(from: &rest) { units.append(unit) }
    return String(decoding: units, as: UTF16.self)
  }

  private static func unit(from bytes: inout ArraySlice<UInt8>) -> UInt16? {
    guard let lead = bytes.popFirst() else { return nil }
    let more: Int
    switch lead {
    case 0..<0x80: return UInt16(lead)
    case 0xc0..<0xe0: more = 1
    case 0xe0..<0xf0: more = 2
    default: return 0xfffd
    }
    let tail = bytes.prefix(more)
    guard tail.count == more, tail.allSatisfy({ $0 & 0xc0 == 0x80 }) else { return 0xfffd }
    bytes.removeFirst(more)
    return tail.reduce(UInt16(lead & (0x3f >> UInt8(more)))) { $0 << 6 | UInt16($1 & 0x3f) }
  }
}

extension String {
  /// Whether Java's `writeUTF` takes it: at most 65,535 bytes.
  package var fitsJavaUTF: Bool {
    var count = 0
    for unit in utf16 { count += unit == 0 ? 2 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3 }
    return count <= 65_535
  }
}

extension [UInt8] {
  /// Java's `writeUTF`.
  package mutating func appendJavaUTF(_ text: String) {
    precondition(text.fitsJavaUTF, "callers check the length of names")
    let start = count
    appendBigEndian(UInt16(0))
    for unit in text.utf16 {
      if unit != 0 && unit < 0x80 {
        append(UInt8(unit))
      } else if unit < 0x800 {
        append(0xc0 | UInt8(unit >> 6))
        append(0x80 | UInt8(unit & 0x3f))
      } else {
        append(0xe0 | UInt8(unit >> 12))
        append(0x80 | UInt8(unit >> 6 & 0x3f))
        append(0x80 | UInt8(unit & 0x3f))
      }
    }
    let size = count - start - 2
    self[start] = UInt8(size >> 8)
    self[start + 1] = UInt8(size & 0xff)
  }
}
