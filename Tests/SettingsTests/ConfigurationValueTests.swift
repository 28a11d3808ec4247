import Records
import TestSupport
import Testing

@testable import Settings

@Suite("Values of settings")
struct ConfigurationValueTests {
  @Test("sizes, times and fractions are what Accumulo makes of them")
  func golden() throws {
    var lines = 0
    for line in try GoldenLine.all("config/config_types.jsonl") {
      lines += 1
      let text = try #require(line["arg"]?.text)
      let value: String?
      switch line["fn"]?.text {
      case "getFixedMemoryAsBytes": value = (try? ConfigurationValue.size(text))?.description
      case "getTimeInMillis": value = (try? ConfigurationValue.duration(text))?.description
      default: value = (try? ConfigurationValue.fraction(text)).map { $0.isNaN ? "NaN" : $0.description }
      }
      // Java's shift wraps for this one; here it is an error.
      let expected = text == "17179869183G" ? nil : line.expect["value"]?.text
      #expect(value == expected, "\(line)")
    }
    #expect(lines == 47)
  }

  @Test("an overflowing size is an error, and the largest is none")
  func overflow() throws {
    #expect(try ConfigurationValue.size("8589934591G") == 8_589_934_591 << 30)
    #expect(try ConfigurationValue.size("-8589934592G") == .min)
    for text in ["8589934592G", "9223372036854775808", "9223372036854775807K", "", "+", "-", "G", "0x10", "１"] {
      #expect(throws: ConfigurationValueError.self, "\(text)") { try ConfigurationValue.size(text) }
    }
  }

  @Test("numbers are read as Java reads them")
  func doubles() throws {
    for (text, value) in [
      ("1", 1.0), (" 2.5\t", 2.5), (".5", 0.5), ("5.", 5), ("1e2", 100), ("3d", 3), ("3.5F", 3.5), ("+1", 1),
      ("0x1p3", 8),
      ("-Infinity", -.infinity), ("1e999", .infinity),
    ] {
      #expect(try ConfigurationValue.double(text) == value, "\(text)")
    }
    for text in ["", " ", "nan", "inf", "infinity", "1_0", "0x10", "e5", ".", "1e", "--1", "1 2", "d", "0x", "1dd"] {
      #expect(throws: ConfigurationValueError.self, "\(text)") { try ConfigurationValue.double(text) }
    }
  }

  @Test("counts have 32 bits and no unit, switches are true or false")
  func others() throws {
    #expect(try ConfigurationValue.count("2147483647") == 2_147_483_647)
    #expect(throws: ConfigurationValueError.self) { try ConfigurationValue.count("2147483648") }
    #expect(throws: ConfigurationValueError.self) { try ConfigurationValue.count("1K") }
    #expect(try ConfigurationValue.boolean("True"))
    #expect(throws: ConfigurationValueError.self) { try ConfigurationValue.boolean("yes") }
  }
}
