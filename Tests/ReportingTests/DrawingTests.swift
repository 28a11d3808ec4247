import Records
import TestSupport
import Testing

@testable import Reporting

@Suite("Markup")
struct MarkupTests {
  @Test("no text and no value of an attribute can become markup: all texts of up to four dangerous characters")
  func escaping() {
    let characters: [Character] = ["<", ">", "&", "\"", "'", "/", "a", "\u{0}", "\u{202E}"]
    var texts = [""]
    for _ in 0..<4 { texts += texts.flatMap { text in characters.map { text + String($0) } } }
    for text in Set(texts) {
      var markup = Markup()
      markup.element("p", ["title": text], text: text)
      let printed = String(decoding: markup.bytes, as: UTF8.self)
      let parts = printed.split(separator: ">", omittingEmptySubsequences: false)
      #expect(parts.count == 3 && parts[0].hasPrefix("<p title=\"") && parts[0].hasSuffix("\"") && parts[2].isEmpty)
      let (value, inside) = (parts[0].dropFirst(10).dropLast(), parts[1].dropLast(3))
      #expect(parts[1].hasSuffix("</p") && value == inside)
      #expect(!inside.contains { "<>\"'\u{0}\u{202E}".contains($0) })
      #expect(Self.read(inside) == String(text.map { "\u{0}\u{202E}".contains($0) ? "?" : $0 }))
    }
  }

  private static func read(_ text: Substring) -> String {
    String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  @Test("data of the script hold nothing that ends a script")
  func data() {
    let data = ScriptData { $0.field("name", "</script><!--&'") }
    #expect(String(decoding: data.bytes, as: UTF8.self) == #"{"name":"\u003c/script\u003e\u003c!--\u0026\u0027"}"#)
  }
}

@Suite("Numbers and axes")
struct NumberTests {
  @Test("numbers are printed as people read them, with their unit on the same line")
  func numbers() {
    func plain(_ text: String) -> String { text.replacing("\u{A0}", with: " ") }
    for (number, text) in [
      (0.0, "0"), (999.6, "1,000"), (11_280, "11,280"), (999_999, "999,999"), (1_600_000, "1.6 million"),
      (266_247_046_786, "266 billion"), (-1234, "−1,234"), (1e15, "1,000 trillion"), (.nan, "0"),
    ] { #expect(plain(NumberText.count(number)) == text) }
    for (size, text) in [
      (0.0, "0 bytes"), (512, "512 bytes"), (1023, "1,023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"),
      (33_554_432, "32 MiB"),
      (1_048_063, "1,023 KiB"), (1_048_575, "1 MiB"), (4.6e12, "4.18 TiB"), (9.2e18, "7.98 EiB"),
    ] { #expect(plain(NumberText.bytes(size)) == text) }
    for (ms, text) in [
      (0.0, "0 s"), (400, "0.4 s"), (59_000, "59 s"), (720_000, "12 min"), (7_500_000, "2 h 5 min"),
      (86_400_000, "24 h"),
      (176_400_000, "2 d 1 h"), (3_599_999, "1 h"), (172_799_999, "2 d"),
    ] { #expect(plain(NumberText.duration(ms)) == text) }
    #expect(NumberText.clock(26_400_000, of: 86_400_000) == "07:20")
    #expect(NumberText.clock(112_800_000, of: 186_400_000) == "1 d 07:20")
    #expect(NumberText.clock(61_000, of: 100_000) == "00:01:01")
    #expect(NumberText.plain(-0.255) == "-0.26" && NumberText.plain(1e30) == "\(Int64.max / 100).07")
  }

  @Test("an axis holds all values and has a few round ticks in order, each with a label of its own")
  func axes() {
    var random = SplitMix64(seed: 1)
    for round in 0..<3000 {
      let most = Double(random.next() % 1_000_000) / 1000 * (round % 3 == 0 ? 1 : round % 3 == 1 ? 1e4 : 1e12)
      for axis in [Axis.counts(upTo: most), Axis.bytes(upTo: most), Axis.time(0...most)] {
        #expect(axis.range.lowerBound == 0 && axis.range.upperBound >= most * 0.999_999)
        #expect(axis.fraction(most) <= 1 && axis.fraction(-5) == 0)
        #expect(1...9 ~= axis.ticks.count, "\(most): \(axis.ticks)")
        #expect(zip(axis.ticks, axis.ticks.dropFirst()).allSatisfy { $0.value < $1.value })
        #expect(axis.ticks.allSatisfy { axis.range.contains($0.value) || $0.value < axis.range.upperBound * 1.001 })
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(most): \(axis.ticks)")
      }
    }
    #expect(Axis.counts(upTo: 5).ticks.map(\.label) == ["0", "2", "4", "6"])
    #expect(Axis.time(0...86_400_000).ticks.map(\.label) == ["0 h", "4 h", "8 h", "12 h", "16 h", "20 h", "24 h"])
    for extreme in [0, -1, 1e300, Double.greatestFiniteMagnitude] {
      #expect(Axis.counts(upTo: extreme).ticks.count > 1 && Axis.bytes(upTo: extreme).ticks.count > 1)
    }
  }
}
