import TestSupport
import Testing

@testable import Records

@Suite("JSON")
struct JSONTests {
  func parse(_ text: String, _ dialect: JSONValue.Dialect = .strict) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), dialect)
  }

  @Test("standard JSON is read as it is written")
  func standard() throws {
    #expect(try parse(" null ") == .null)
    #expect(
      try parse("[true,false,-0.5e+3,0]")
        == .array([.boolean(true), .boolean(false), .number("-0.5e+3"), .number("0")]))
    #expect(try parse(#""a\u00e9\ud83d\ude00\n\/\"""#) == .string("a\u{e9}\u{1F600}\n/\""))
    #expect(try parse(#""\ud83dx""#, .lenient) == .string("\u{FFFD}x"))
    #expect(throws: JSONSyntaxError.self) { try parse(#""\ud83dx""#) }
    #expect(try parse(#"{"a":1,"a":2}"#)["a"] == .number("2"))
    #expect(try parse("{}") == .object([]))
  }

  @Test("a string is read the same wherever its bytes lie among the eight that are looked at")
  func strings() throws {
    let special = [
      ("\\n", "\n"), ("\\u0001", "\u{1}"), ("\\\"", "\""), ("é", "é"), ("\u{7F}", "\u{7F}"), ("!", "!"), ("[", "["),
      ("#", "#"),
    ]
    for length in 0...24 {
      for place in 0...length {
        for (written, meant) in special {
          let (before, after) = (String(repeating: "x", count: place), String(repeating: "y", count: length - place))
          let text = "[\"\(before)\(written)\(after)\",\"\(after)\"]"
          #expect(try parse(text) == .array([.string(before + meant + after), .string(after)]), "\(text)")
          // The end of the text in the middle of it.
          let cut = Array(text.utf8.dropLast(after.utf8.count + 5))
          #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: cut) }
        }
        var bytes = Array("\"\(String(repeating: "x", count: length))\"".utf8)
        for wrong in [0, 9, 31, 0x80, 0xFF] as [UInt8] {
          bytes.insert(wrong, at: place + 1)
          #expect(throws: JSONSyntaxError.self, "\(wrong) at \(place)") { try JSONValue(parsing: bytes) }
          bytes.remove(at: place + 1)
        }
      }
    }
  }

  @Test("what only Gson takes is refused in records")
  func strictness() {
    for text in [
      "", " ", "{", "[1,]", "[,1]", "{a:1}", "{'a':1}", "{\"a\"=1}", "[1;2]", "[a]", "[01]", "[1.]", "[.5]", "[1e]",
      "[+1]", "[-]",
      "[NaN]", "True", "# c\n1", "1 1", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "{\"a\":1,}", "{\"a\"}", "tru",
      "[1 2]",
      String(repeating: "[", count: 300) + String(repeating: "]", count: 300),
    ] {
      #expect(throws: JSONSyntaxError.self, "\(text)") { try parse(text) }
    }
  }

  @Test("the lenient dialect takes what Gson takes")
  func lenience() throws {
    let value = JSONValue.object([.init(name: "name", value: .string("small")), .init(name: "n", value: .number("2"))])
    for text in [
      #"{"name":"small","n":2}"#, "{'name':'small','n':2}", "{name:small,n:2}", "{name=small;n=>2}",
      "# c\n{name:small, // d\n /* e */ n:2} ",
    ] {
      #expect(try parse(text, .lenient) == value, "\(text)")
    }
    #expect(try parse("[1,,2,]", .lenient) == .array([.number("1"), .null, .number("2"), .null]))
    #expect(
      try parse("[TRUE,Null,it's,007]", .lenient) == .array([.boolean(true), .null, .string("it's"), .string("007")]))
    for text in ["", "{a:1,}", "{a}", "[1", "{:1}", "[a b]", "/* x", "[1] x", "{'a:1}"] {
      #expect(throws: JSONSyntaxError.self, "\(text)") { try parse(text, .lenient) }
    }
  }

  @Test("Gson's HTML escapes are written on request and always read")
  func escapes() throws {
    var plain = JSONLine()
    plain.object { $0.field("a", "<>&='\u{1}\u{e9}") }
    #expect(plain.text == #"{"a":"<>&='\u0001é"}"#)
    var html = JSONLine(escapesHTML: true)
    html.object { $0.field("a", "<>&='\u{1}") }
    #expect(html.text == #"{"a":"\u003c\u003e\u0026\u003d\u0027\u0001"}"#)
    #expect(try parse(html.text)["a"] == .string("<>&='\u{1}"))
  }

  @Test("commas stand between values and nowhere else")
  func commas() throws {
    var line = JSONLine()
    line.record("x") { line in
      line.array("e", [[1, 2], [], [3]]) { line, numbers in line.object { $0.array("n", numbers) { $0.value($1) } } }
      line.field("b", false)
      line.field("d", Double.infinity)
      line.field("m", ["z": "1", "a": "{"])
      line.field("s", ["[", ""])
    }
    line.record("y") { _ in }
    #expect(
      line.text == #"""
        {"type":"x","e":[{"n":[1,2]},{"n":[]},{"n":[3]}],"b":false,"d":null,"m":{"a":"{","z":"1"},"s":["[",""]}
        {"type":"y"}

        """#)
  }

  @Test("every text of a few bytes of JSON's alphabet is a value or an error")
  func allSmall() {
    let alphabet = Array(#"{}[]",:'\u1-e/*# n"#.utf8)
    var values = 0
    for length in 0...4 {
      var digits = [Int](repeating: 0, count: length)
      counting: while true {
        for dialect in [JSONValue.Dialect.strict, .lenient] {
          if (try? JSONValue(parsing: digits.map { alphabet[$0] }, dialect)) != nil { values += 1 }
        }
        var place = 0
        while true {
          guard place < length else { break counting }
          digits[place] += 1
          if digits[place] < alphabet.count { break }
          digits[place] = 0
          place += 1
        }
      }
    }
    #expect(values > 100)
  }
}
