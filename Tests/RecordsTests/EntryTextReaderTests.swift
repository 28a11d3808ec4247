import TestSupport
import Testing

@testable import Entries
@testable import Records

/// What `EntryTextWriter` prints is read back; everything else is an error with its line, or the right entry.
@Suite("Entries from text")
struct EntryTextReaderTests {
  static func random(_ count: Int, seed: UInt64) -> [Entry] {
    var generator = SplitMix64(seed: seed)
    func bytes() -> [UInt8] {
      (0..<Int.random(in: 0...20, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
    }
    return (0..<count).map { _ in
      Entry(
        key: Key(
          row: bytes(), family: bytes(), qualifier: bytes(), visibility: bytes(),
          timestamp: [.min, -1, 0, 10, .max, Int64(bitPattern: generator.next())].randomElement(using: &generator)!,
          deleted: .random(using: &generator)),
        value: bytes())
    }
  }

  static func text(_ entries: [Entry], _ format: EntryTextWriter.Format) -> [UInt8] {
    var writer = EntryTextWriter(format)
    let buffer = EntryBuffer()
    for entry in entries {
      buffer.copy(entry)
      writer.append(UnsafePointer(buffer.view))
    }
    return Array(writer.bytes)
  }

  /// Reads text that comes in pieces of so many bytes.
  static func entries(
    _ text: [UInt8], _ format: EntryTextReader.Format, pieces: Int = 1 << 20, limit: Int = 1 << 20
  ) throws -> [Entry] {
    var rest = text[...]
    let reader = EntryTextReader(format, source: "in", limit: limit) { memory in
      let piece = rest.prefix(min(pieces, memory.count))
      memory.copyBytes(from: piece)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
    return try collect(reader)
  }

  static func problem(_ text: String, _ format: EntryTextReader.Format, limit: Int = 1 << 20) -> String? {
    do {
      _ = try entries(Array(text.utf8), format, limit: limit)
      return nil
    } catch { return "\(error)" }
  }

  @Test("what is printed is read back, however it arrives", arguments: [1, 7, 4096])
  func roundTrip(pieces: Int) throws {
    let entries = Self.random(pieces == 1 ? 50 : 2000, seed: 3)
    for (printed, format) in [(EntryTextWriter.Format.hex, EntryTextReader.Format.hex), (.json, .json)] {
      #expect(try Self.entries(Self.text(entries, printed), format, pieces: pieces) == entries)
    }
  }

  @Test("JSON in another form, with other escapes, in another order and with other fields, is the same entry")
  func otherForms() throws {
    for entry in Self.random(300, seed: 4) {
      func text(_ bytes: [UInt8]) -> String {
        var line = JSONLine()
        line.object { $0.field("x", bytes: bytes) }
        return String(line.text.dropFirst(5).dropLast()).replacing("a", with: "\\u0061").replacing("/", with: "\\/")
      }
      let key = entry.key
      let line =
        #" {"value": \#(text(entry.value)),"deleted":\#(key.deleted) ,"more":[null,{"row":1}],"timestamp":\#(key.timestamp),"#
        + #""visibility":\#(text(key.visibility)),"qualifier":\#(text(key.qualifier)),"family":\#(text(key.family)),"#
        + #""row":\#(text(key.row)),"type":"entry"}"# + "\r\n\n"
      #expect(try Self.entries(Array(line.utf8), .json) == [entry], "\(line)")
    }
    let short = #"{"type":"entry","row":"é","family":"","qualifier":"","visibility":"","timestamp":5,"value":""}"#
    #expect(
      try Self.entries(Array(short.utf8), .json) == [Entry(key: Key(row: [0xc3, 0xa9], timestamp: 5))])
  }

  @Test("a line that is no entry is named with its place, what was expected and what was found")
  func problems() {
    for (line, message) in [
      ("6 - - - 1 0 ", "column 1: expected two hex digits or a space, found '6'"),
      ("61 zz - - 1 0 ", "column 4: expected two hex digits or a space, found 'z'"),
      ("61 61 61 61", "column 12: expected two hex digits or a space, found the end of the line"),
      ("61    9223372036854775808 0 ", "column 25: expected a timestamp of 64 bits and a space, found '8'"),
      ("61    07 0 ", "column 9: expected a timestamp of 64 bits and a space, found byte 0x20"),
      ("61    5 2 61", "column 9: expected 0 or 1 (a delete marker) and a space, found '2'"),
      ("61    5 0 616", "column 13: expected two hex digits of the value, found '6'"),
      ("61    5 0 61\r", "column 13: expected two hex digits of the value, found byte 0xd"),
    ] {
      #expect(Self.problem("61    5 0 61\n" + line + "\n", .hex) == "in, line 2: \(message)", "\(line)")
    }
    #expect(
      Self.problem("61    5 0 61", .hex)
        == "in, line 1: expected a line feed at the end of the last line, found none: it may have been cut off")
    let entry = #"{"type":"entry","row":"a","family":"","qualifier":"","visibility":"","timestamp":1,"value":""}"#
    for (old, new, message) in [
      (#""entry""#, #""missing""#, #"type: expected "entry", as scan prints it, found "missing""#),
      (#","value":"""#, "", "value: expected bytes as the shell prints them, found nothing"),
      (#""row":"a""#, #""row":"\\y""#, #"row: expected text with bytes as \xHH and \ as \\, found "\y""#),
      (
        #""timestamp":1"#, #""timestamp":1.5"#,
        "timestamp: expected a whole number from -9223372036854775808 to 9223372036854775807, found the number 1.5"
      ),
      (#"""}"#, #"""}}"#, "column 95: expected the end of the text, found '}'"),
    ] {
      let found = Self.problem(entry.replacing(old, with: new), .json)
      #expect(found?.hasPrefix("in, line 1: ") == true && found?.hasSuffix(message) == true, "\(found ?? "nothing")")
    }
    for format in EntryTextReader.Format.allCases {
      let endless = String(repeating: "6", count: 5000)
      #expect(
        Self.problem(endless, format, limit: 4000)?.hasPrefix(
          "in, line 1: expected an entry, found a line of more than")
          == true)
    }
  }

  @Test("every byte of a line changed or cut off: an error, or an entry that prints as the line")
  func damage() throws {
    let entry = Entry(
      key: Key(
        row: Array("r\\\"1".utf8), family: [0], qualifier: [], visibility: Array("a|b".utf8), timestamp: -42,
        deleted: true),
      value: [0xff, 0x0a])
    for (printed, format) in [(EntryTextWriter.Format.hex, EntryTextReader.Format.hex), (.json, .json)] {
      let line = Self.text([entry], printed)
      for place in line.indices {
        for byte in [0, 0x20, 0x22, 0x30, 0x41, 0x5c, 0x7f, 0xff, line[place] ^ 1, line[place] ^ 0x80] as [UInt8] {
          var damaged = line
          damaged[place] = byte
          guard let found = try? Self.entries(damaged, format) else { continue }
          // Letters of hex digits may be capital, and JSON may have other forms of the same.
          let again = try Self.entries(Self.text(found, printed), format)
          #expect(again == found, "\(place): \(byte)")
          if format == .hex { #expect(found.count <= 2 && (found == [entry]) == Self.isSameHex(damaged, line)) }
        }
        #expect(
          (try? Self.entries(Array(line[..<place]), format))
            == (place == 0 ? [] : format == .json && place == line.count - 1 ? [entry] : nil))
      }
    }
  }

  private static func isSameHex(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    String(decoding: a, as: UTF8.self).lowercased() == String(decoding: b, as: UTF8.self)
  }
}

@Suite("Split files")
struct SplitsFileTests {
  @Test("rows are read as Accumulo's shell reads them: no escapes, empty lines skipped, sorted, each once")
  func reading() throws {
    let text = Array("m\n\na\\x00\r\nm\nz".utf8)
    #expect(try SplitsFile.rows(in: text, isBase64: false, source: "s") == ["a\\x00", "m", "z"].map { Array($0.utf8) })
    #expect(try SplitsFile.rows(in: Array("/w==\nYQ==\n".utf8), isBase64: true, source: "s") == [[0x61], [0xff]])
  }

  @Test("a row that Java would read as another one is refused, and base64 holds every row")
  func refusals() throws {
    for row in [[0xff], [0x61, 0x0d, 0x62], Array("a\u{85}b".utf8), Array("\u{2028}".utf8)] as [[UInt8]] {
      #expect(SplitsFile.line(row, isBase64: false) == nil)
      #expect(throws: RecordError.self) { try SplitsFile.rows(in: row, isBase64: false, source: "s") }
      let line = try #require(SplitsFile.line(row, isBase64: true))
      #expect(try SplitsFile.rows(in: Array(line.utf8), isBase64: true, source: "s") == [row])
    }
    #expect(SplitsFile.line([], isBase64: false) == nil)
    for text in ["-w==", "_w==", "Y", "YQ=", "a b=", "\u{e9}A=="] {
      let error = #expect(throws: RecordError.self) {
        try SplitsFile.rows(in: Array("YQ==\n\(text)\n".utf8), isBase64: true, source: "s")
      }
      #expect(error?.description.hasPrefix("s, line 2: expected a row in base64, found ") == true)
    }
  }
}
