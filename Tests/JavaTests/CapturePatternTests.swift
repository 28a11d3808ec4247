import Entries
import TestSupport
import Testing

@testable import Java

@Suite("What a group captures") struct CapturePatternTests {
  private func captured(_ pattern: String, _ text: String) throws -> String? {
    switch try CapturePattern(pattern).match(Array(text.utf8)) {
    case .noMatch: nil
    case .absent: "absent"
    case .captured(let range): "<" + Array(text.utf8)[range].withUnsafeBufferPointer(JavaUTF8.string) + ">"
    }
  }

  @Test(
    "greedy and reluctant quantifiers, branches and repeated groups capture as in Java",
    arguments: [
      (#"(\d\d).*"#, "0203", "<02>"), (#"(\d\d).*"#, "02", "<02>"), (#"(\d\d).*"#, "0a", nil),
      (#"(.*)\d"#, "a12", "<a1>"),
      (#"(.*?)\d*"#, "a12", "<a>"), (#"(.*)\d*"#, "a12", "<a12>"), (#"(a|ab)(?:c|bcd)?d*"#, "abcd", "<a>"),
      (#"(a|b)*"#, "abab", "<b>"), (#"(a|b)*"#, "", "absent"), (#"(a)?b"#, "b", "absent"), (#"(a?)b"#, "b", "<>"),
      (#"(?:x)(y)z"#, "xyz", "<y>"), (#"(?<g>[a-c]+)-.*"#, "abc-1", "<abc>"), (#"^(\w+)\.?$"#, "ab.", "<ab>"),
      (#"(\p{Alpha}{2,3}).*"#, "abcd", "<abc>"), (#"(\p{Alpha}{2,3}?).*"#, "abcd", "<ab>"), (#"(é.).*"#, "éß1", "<éß>"),
    ] as [(String, String, String?)])
  func cases(_ pattern: String, _ text: String, _ expected: String?) throws {
    #expect(try captured(pattern, text) == expected)
  }

  @Test("patterns whose empty rounds decide what is captured are refused")
  func refused() {
    for pattern in [#"(a*)*"#, #"(?:a?)*(b)"#, #"(a|)+x"#, #"(a)\1"#, #"(?=a)(b)"#] {
      #expect(throws: PatternError.self) { try CapturePattern(pattern) }
    }
    #expect(throws: Never.self) { try CapturePattern(#"(a?)?b"#) }
  }

  @Test("groups are counted, and the shortest match is known")
  func shape() throws {
    #expect(try CapturePattern("abc").groupCount == 0)
    #expect(try CapturePattern(#"(a)(?:b)(?<c>c)"#).groupCount == 2)
    #expect(try CapturePattern(#"(\d\d).*"#).shortest == 2)
    #expect(try CapturePattern(#"(a|bcd){3}x?"#).shortest == 3)
  }

  @Test("whether it matches agrees with the automaton on all small texts of random patterns")
  func agreesWithAutomaton() throws {
    var random = SplitMix64(seed: 3)
    var texts = [""]
    for length in 1...3 {
      for bits in 0..<(1 << length) { texts.append(String((0..<length).map { bits >> $0 & 1 == 0 ? "a" : "b" })) }
    }
    func pattern(_ depth: Int) -> String {
      let choice = Int.random(in: 0...(depth > 0 ? 6 : 3), using: &random)
      switch choice {
      case 0: return "a"
      case 1: return "b"
      case 2: return "."
      case 3: return "[ab]"
      default: break
      }
      let first = pattern(depth - 1)
      if choice == 6 {
        let quantifiers = ["*", "+", "?", "*?", "{2}", "{1,2}?"]
        return "(?:\(first))" + quantifiers[Int.random(in: 0..<6, using: &random)]
      }
      let second = pattern(depth - 1)
      return choice == 4 ? first + second : "(?:\(first)|\(second))"
    }
    var compared = 0
    for _ in 0..<2000 {
      let text = "(" + pattern(2) + ")" + pattern(2)
      guard let captures = try? CapturePattern(text) else { continue }
      let matcher = try JavaPattern(text).matcher()
      for row in texts {
        let bytes = Array(row.utf8) + [0]
        let matches = bytes.withUnsafeBufferPointer {
          matcher.matches(ByteView(start: $0.baseAddress!, count: row.utf8.count))
        }
        #expect((captures.match(Array(row.utf8)) != .noMatch) == matches, "\(text) on \(row)")
        compared += 1
      }
    }
    #expect(compared > 10_000)
  }

  @Test("a pattern that would make a backtracking matcher hang is done at once")
  func hostile() throws {
    let pattern = try CapturePattern(#"((?:a|aa)+)b"#)
    #expect(pattern.match(Array(repeating: 97, count: 5000)) == .noMatch)
  }
}
