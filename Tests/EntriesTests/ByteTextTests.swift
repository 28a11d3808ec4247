import TestSupport
import Testing

@testable import Entries

@Suite struct ByteTextTests {
  @Test("bytes are printed as the shell does, and read back") func knownTexts() {
    #expect(ByteText.encode([97, 0, 92, 255, 32, 127]) == #"a\x00\\\xFF \x7F"#)
    #expect(ByteText.decode(#"a\x00\\\xff \x7F"#) == [97, 0, 92, 255, 32, 127])
    #expect(ByteText.decode("é") == [0xc3, 0xa9])
  }

  @Test("every byte, alone and in pairs, survives") func roundTrips() {
    for a in UInt8.min...UInt8.max {
      #expect(ByteText.decode(ByteText.encode([a])) == [a])
      for b in UInt8.min...UInt8.max { #expect(ByteText.decode(ByteText.encode([a, b])) == [a, b]) }
    }
  }

  @Test(
    "a backslash that escapes nothing is refused", arguments: [#"\"#, #"\x"#, #"\x0"#, #"\xg0"#, #"a\b"#, #"\X00"#])
  func refuses(text: String) { #expect(ByteText.decode(text) == nil) }
}
