import Testing

@testable import BlockFile

@Suite("Java's text") struct JavaTextTests {
  private static func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendJavaUTF(text)
    return bytes
  }

  private static func text(_ bytes: [UInt8]) throws -> String {
    var reader = ByteReader(bytes)
    let text = try reader.javaUTF("a text")
    try reader.checkAtEnd("the text")
    return text
  }

  @Test("a unit takes one to three bytes, U+0000 two, what lies beyond U+FFFF six")
  func examples() throws {
    let examples: [(String, [UInt8])] = [
      ("", [0, 0]), ("a", [0, 1, 0x61]), ("\0", [0, 2, 0xc0, 0x80]), ("\u{7f}\u{80}", [0, 3, 0x7f, 0xc2, 0x80]),
      ("\u{7ff}\u{800}", [0, 5, 0xdf, 0xbf, 0xe0, 0xa0, 0x80]), ("\u{ffff}", [0, 3, 0xef, 0xbf, 0xbf]),
      ("\u{1f47b}", [0, 6, 0xed, 0xa0, 0xbd, 0xed, 0xb1, 0xbb]),
    ]
    for (text, bytes) in examples {
      #expect(Self.bytes(text) == bytes)
      #expect(try Self.text(bytes) == text)
    }
  }

  @Test("every character comes back")
  func everyCharacter() throws {
    for value in stride(from: UInt32(0), through: 0x10ffff, by: 7) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a\(Character(scalar))"
      #expect(try Self.text(Self.bytes(text)).unicodeScalars.elementsEqual(text.unicodeScalars), "\(value)")
    }
  }

  @Test("bytes that Java would not write become U+FFFD, and what follows is read")
  func malformed() throws {
    #expect(try Self.text([0, 2, 0xff, 0x61]) == "\u{fffd}a")
    #expect(try Self.text([0, 2, 0xc3, 0x61]) == "\u{fffd}a")
    #expect(try Self.text([0, 2, 0xe1, 0x80]) == "\u{fffd}\u{fffd}")
    #expect(try Self.text([0, 3, 0xed, 0xa0, 0xbd]) == "\u{fffd}")
    #expect(throws: DecodeError.self) { try Self.text([0, 3, 0x61, 0x61]) }
  }

  @Test("at most 65,535 bytes fit")
  func limit() {
    #expect(String(repeating: "a", count: 65_535).fitsJavaUTF && !String(repeating: "a", count: 65_536).fitsJavaUTF)
    #expect(String(repeating: "\0", count: 32_767).fitsJavaUTF && !String(repeating: "\0", count: 32_768).fitsJavaUTF)
    #expect(Self.bytes(String(repeating: "\u{800}", count: 21_845)).count == 65_537)
  }
}
