import TestSupport
import Testing

@testable import Entries
@testable import Records

@Suite("A key in a record")
struct KeyFieldsTests {
  private static func fields(of text: String) throws -> RecordFields {
    try RecordFields(parsing: Array(text.utf8))
  }

  @Test("its fields are those of an entry, and are read back")
  func sameEverywhere() throws {
    var random = SplitMix64(seed: 3)
    func bytes() -> [UInt8] {
      (0..<Int.random(in: 0...9, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    }
    let buffer = EntryBuffer()
    for _ in 0..<300 {
      let key = Key(
        row: bytes(), family: bytes(), qualifier: bytes(), visibility: bytes(),
        timestamp: Int64(bitPattern: random.next()), deleted: Bool.random(using: &random))
      var line = JSONLine()
      line.object { $0.field("key", key) }
      buffer.copy(Entry(key: key))
      var entry = EntryTextWriter(.json)
      entry.append(UnsafePointer(buffer.view))
      let scanned = String(decoding: entry.bytes, as: UTF8.self)
      #expect(
        scanned.replacing(#"{"type":"entry","#, with: #"{"key":{"#).replacing(#","value":"""#, with: "}")
          == line.text + "\n")
      #expect(try Key(Self.fields(of: scanned)) == key)
      line.removeAll()
      line.object { $0.fields(of: key) }
      var alive = key
      alive.deleted = false
      #expect(!line.text.contains("deleted"))
      #expect(try Key(Self.fields(of: line.text)) == alive)
    }
  }

  @Test("a field that is missing or malformed is named")
  func malformed() throws {
    for (old, new, message) in [
      (#""row":"r","#, "", "row: expected bytes as the shell prints them, found nothing"),
      (#""family":"f""#, #""family":"\\y""#, #"family: expected text with bytes as \xHH and \ as \\, found "\y""#),
      (
        ":-5", ":0.5",
        "timestamp: expected a whole number from -9223372036854775808 to 9223372036854775807, found the "
          + "number 0.5"
      ),
      (":-5", #":-5,"deleted":1"#, "deleted: expected true or false, found the number 1"),
    ] {
      let text = #"{"row":"r","family":"f","qualifier":"","visibility":"","timestamp":-5}"#
      #expect(try Key(Self.fields(of: text)) == Key(row: [0x72], family: [0x66], timestamp: -5))
      let error = #expect(throws: FieldError.self) { try Key(Self.fields(of: text.replacing(old, with: new))) }
      #expect(error?.description == message)
    }
  }
}
