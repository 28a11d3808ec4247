import TestSupport
import Testing

@testable import Entries
@testable import Java

@Suite("Java's regular expressions") struct JavaPatternTests {
  struct Line: CustomTestStringConvertible, Sendable {
    var mark: Character
    var pattern: String
    var answers: [(answer: String, text: [UInt8])]
    var testDescription: String { "\(mark) \(pattern)" }
  }

  @Test("patterns a person would write match what Java matches, or are refused")
  func written() throws {
    let lines = try written(in: "/Fixtures/java/patterns.txt")
    #expect(lines.count >= 165)
    for line in lines {
      guard line.mark == "+" else {
        #expect(throws: PatternError.self, "\(line.pattern)") { try JavaPattern(line.pattern) }
        continue
      }
      let whole = try JavaPattern(line.pattern).matcher()
      let part = try? JavaPattern(line.pattern, extent: .substring).matcher()
      #expect(part != nil, "\(line.pattern)")
      for (answer, text) in line.answers {
        #expect(matches(whole, text) == (answer == "whole"), "\(line.pattern) on \(ByteText.encode(text))")
        #expect(part.map { matches($0, text) } == (answer != "no"), "\(line.pattern) in \(ByteText.encode(text))")
      }
    }
  }

  @Test("random patterns match what Java matches, and few of them are refused") func random() throws {
    var patterns = 0
    var refused = 0
    var compared = 0
    for line in try Fixtures.text(Fixtures.root + "/Fixtures/java/random-patterns.tsv").split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      let pattern = String(decoding: Fixtures.hex(fields[0]), as: UTF8.self)
      patterns += 1
      if fields[1] == "error" {
        #expect(throws: PatternError.self, "\(pattern)") { try JavaPattern(pattern) }
        continue
      }
      guard let whole = try? JavaPattern(pattern).matcher() else {
        refused += 1
        continue
      }
      let part = try? JavaPattern(pattern, extent: .substring).matcher()
      for answer in fields[1].split(separator: " ") {
        let parts = answer.split(separator: "=", omittingEmptySubsequences: false)
        let text = Fixtures.hex(parts[0])
        let bits = Int(parts[1])!
        #expect(matches(whole, text) == (bits & 1 != 0), "\(pattern) on \(parts[0])")
        compared += 1
        guard let part else { continue }
        #expect(matches(part, text) == (bits & 2 != 0), "\(pattern) in \(parts[0])")
        compared += 1
      }
    }
    #expect(patterns > 3000)
    #expect(refused * 10 < patterns, "\(refused) of \(patterns)")
    #expect(compared > 90_000)
  }

  @Test("malformed UTF-8 becomes as many replacement characters as in Java") func decoding() throws {
    var count = 0
    for line in try Fixtures.text(Fixtures.root + "/Fixtures/java/utf8.txt").split(separator: "\n") {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false)
      let bytes = Fixtures.hex(fields[0])
      let units = Fixtures.hex(fields[1])
      let expected = stride(from: 0, to: units.count, by: 2).map { UInt16(units[$0]) << 8 | UInt16(units[$0 + 1]) }
      #expect(JavaUTF8.units(bytes) == expected, "\(fields[0])")
      count += 1
    }
    #expect(count > 5000)
  }

  @Test("patterns that make a backtracking matcher hang are answered at once") func noBlowUp() throws {
    let text = Array(repeating: UInt8(ascii: "a"), count: 5_000) + [UInt8(ascii: "!")]
    for pattern in [
      "(a+)+", "(a|a)*b", "(a*)*b", "(a|aa)+$", "(.*a){20}", "(x+x+)+y", "([a-z]+)*[0-9]", "(.*)(.*)(.*)=",
    ] {
      #expect(!matches(try JavaPattern(pattern).matcher(), text), "\(pattern)")
    }
  }

  @Test("an automaton that outgrows its table starts anew and still answers rightly") func manyStates() throws {
    // The state must remember which of the last 16 characters were an a: 65536 states.
    let matcher = try JavaPattern(".*a.{15}").matcher()
    var random = SplitMix64(seed: 3)
    for _ in 0..<30 {
      let text = (0..<1000).map { _ in UInt8(ascii: Bool.random(using: &random) ? "a" : "b") }
      #expect(matches(matcher, text) == (text[text.count - 16] == UInt8(ascii: "a")))
    }
  }

  @Test("a class with surrogates is refused for substrings only") func surrogates() throws {
    #expect(matches(try JavaPattern("[\\u0080-\\uffff]").matcher(), Array("é".utf8)))
    let error = #expect(throws: PatternError.self) { try JavaPattern("[\\u0080-\\uffff]", extent: .substring) }
    #expect(
      error?.description
        == "at offset 0: a class with surrogates in it is not supported for substrings; "
        + "leave U+D800 to U+DFFF out of it"
    )
    #expect(matches(try JavaPattern("[\\u0080-\\ud7ff]", extent: .substring).matcher(), Array("xé".utf8)))
  }

  @Test("too much of anything is an error, not a crash") func limits() {
    for pattern in [
      String(repeating: "(", count: 100_000),
      String(repeating: "(?:a", count: 300) + String(repeating: ")", count: 300),
      "((a{1000}){1000}){1000}", "a{0,2147483647}", "a{2147483648}",
      // A class of every other character, and small classes that have as many ranges together.
      "[" + Self.everyOther(0..<30_000) + "]",
      (0..<450).map { "[" + Self.everyOther($0 * 20..<$0 * 20 + 10) + "]" }.joined(),
    ] {
      #expect(throws: PatternError.self, "\(pattern.prefix(20))") { try JavaPattern(pattern) }
    }
  }

  private static func everyOther(_ numbers: Range<UInt32>) -> String {
    String(String.UnicodeScalarView(numbers.map { Unicode.Scalar(0x4_0000 + 2 * $0)! }))
  }

  @Test("every beginning of every written pattern is taken or refused") func truncated() throws {
    var (taken, refused) = (0, 0)
    for line in try written(in: "/Fixtures/java/patterns.txt") {
      for length in 0...line.pattern.count {
        do {
          _ = matches(try JavaPattern(String(line.pattern.prefix(length))).matcher(), Array("abc".utf8))
          taken += 1
        } catch is PatternError { refused += 1 }
      }
    }
    #expect(taken > 400 && refused > 400, "\(taken) taken, \(refused) refused")
  }

  @Test(
    "errors name the construct and where it is",
    arguments: [
      ("ab(?=c)", "at offset 2: a lookahead (?= is not supported"),
      ("a*+b", "at offset 1: a possessive quantifier is not supported"),
      ("(a)\\1", "at offset 3: a back reference is not supported"),
      ("\\bx", "at offset 0: the word boundary \\b or \\B is not supported"),
      ("(?m)^a", "at offset 0: the flag (?m) is not supported"),
      ("[a&&b]", "at offset 2: a class intersection && is not supported"),
      ("[a[b]]", "at offset 2: a class within a class is not supported"),
      ("a**", "at offset 2: a quantifier after a quantifier"),
      ("*a", "at offset 0: a quantifier with nothing before it"),
      ("(a", "at offset 0: ( without )"),
      ("a)", "at offset 1: unmatched )"),
      ("[a", "at offset 0: [ without ]"),
      ("\\y", "at offset 0: an unknown escape \\y"),
      ("\\pL", "at offset 0: a Unicode category \\p is not supported"),
      ("a{x}", "at offset 1: { that is no quantifier; a literal one is \\{"),
    ])
  func messages(pattern: String, message: String) {
    let error = #expect(throws: PatternError.self) { try JavaPattern(pattern) }
    #expect(error?.description == message)
  }

  @Test("Latin-1 and ASCII bytes are characters of their own") func charsets() throws {
    let pattern = try JavaPattern("a.b$")
    let text: [UInt8] = [97, 0xe9, 98]
    #expect(matches(pattern.matcher(encoding: .latin1), text))
    #expect(matches(pattern.matcher(encoding: .ascii), text))
    #expect(matches(try JavaPattern("a\u{e9}b").matcher(encoding: .latin1), text))
    #expect(!matches(try JavaPattern("a\u{e9}b").matcher(encoding: .ascii), text))
    #expect(matches(try JavaPattern("a\u{fffd}b").matcher(encoding: .ascii), text))
    // 0x85 is a line terminator in Latin-1 and undefined in ASCII.
    let ended: [UInt8] = [97, 98, 0x85]
    let end = try JavaPattern("ab$", extent: .substring)
    #expect(matches(end.matcher(encoding: .latin1), ended))
    #expect(!matches(end.matcher(encoding: .ascii), ended))
  }

  private func matches(_ matcher: PatternMatcher, _ text: [UInt8]) -> Bool {
    // Memory of exactly the text's size, so the address sanitizer notices a read past the end.
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count)
    defer { memory.deallocate() }
    memory.initialize(from: text, count: text.count)
    return matcher.matches(ByteView(start: memory, count: text.count))
  }

  private func written(in path: String) throws -> [Line] {
    try Fixtures.text(Fixtures.root + path).split(separator: "\n").filter { $0.first != "#" }.map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      let answers = fields[2] == "error" ? [] : fields[2...].filter { !$0.isEmpty }
      return Line(
        mark: line.first!, pattern: String(fields[1]),
        answers: answers.map {
          let parts = $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), ByteText.decode(parts[1])!)
        })
    }
  }
}
