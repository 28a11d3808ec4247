import TestSupport
import Testing

@testable import ContinuousIngest
@testable import Records

@Suite("Pieces of a verification that are added up")
struct PieceTests {
  let scratch = ScratchDirectory()

  private static func verify(_ piece: String, undefined: Int = 0, corrupt: Int = 0) -> String {
    #"{"type":"verify","referenced":1,"unreferenced":2,"undefined":\#(undefined),"corrupt":\#(corrupt),"entries":9,"#
      + #""tablets":1,"files":3,"partition":"\#(piece)","input":"00"}"# + "\n"
  }

  private static func corrupt(_ row: String, file: String = "F1.rf") -> String {
    #"{"type":"corrupt","row":"\#(row)","family":"","qualifier":"","visibility":"","timestamp":1,"file":"\#(file)","#
      + #""reason":"bad checksum"}"# + "\n"
  }

  private static func undefined(_ row: String, references: Int = 1) -> String {
    let list = Array(repeating: #""0123456789abcdef""#, count: references).joined(separator: ",")
    return #"{"type":"undefined","row":"\#(row)","references":[\#(list)]}"# + "\n"
  }

  /// The merged records, and the report.
  private func merge(_ pieces: [String], lineLimit: Int = 1 << 20) throws -> (text: String, report: VerifyReport) {
    let paths = pieces.enumerated().map { scratch.write("p\($0.offset)", $0.element) }
    var text: [UInt8] = []
    let report = try VerifyPieces(paths, lineLimit: lineLimit).merge { text += $0 }
    return (String(decoding: text, as: UTF8.self), report)
  }

  private func problem(_ pieces: [String], lineLimit: Int = 1 << 20) -> String {
    do {
      _ = try merge(pieces, lineLimit: lineLimit)
      return "none"
    } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
  }

  @Test("undefined rows follow on one another by slice, corrupt entries are merged by key, equal ones by slice")
  func merged() throws {
    let second =
      Self.undefined("41") + Self.corrupt("03") + Self.corrupt("04", file: "A")
      + Self.verify("2/2", undefined: 1, corrupt: 2)
    let first =
      Self.undefined("0a") + Self.undefined("3f") + Self.corrupt("02") + Self.corrupt("04", file: "A")
      + Self.corrupt("5e") + Self.verify("1/2", undefined: 2, corrupt: 3)
    let (text, report) = try merge([second, first])
    let expected =
      ["0a", "3f", "41"].map { Self.undefined($0) } + ["02", "03"].map { Self.corrupt($0) }
      + [Self.corrupt("04", file: "A"), Self.corrupt("04", file: "A"), Self.corrupt("5e")]
    #expect(text == expected.joined())
    #expect(report.undefined == 3 && report.corrupt == 5 && report.entries == 18 && report.files == 3)
  }

  @Test("random pieces give what sorting everything gives")
  func random() throws {
    var random = SplitMix64(seed: 7)
    for _ in 0..<50 {
      let count = Int.random(in: 1...5, using: &random)
      var all: [(row: String, piece: Int)] = []
      let pieces = (1...count).map { number in
        let rows = (0..<Int.random(in: 0...6, using: &random)).map { _ in "\(Int.random(in: 10...30, using: &random))" }
          .sorted()
        all += rows.map { ($0, number) }
        return rows.map { Self.corrupt($0) }.joined() + Self.verify("\(number)/\(count)", corrupt: rows.count)
      }
      let expected = all.sorted { $0 < $1 }.map { Self.corrupt($0.row) }.joined()
      #expect(try merge(pieces.shuffled(using: &random)).text == expected)
    }
  }

  @Test("a piece that is not one is refused, with the place")
  func refused() {
    let whole = Self.verify("1/1")
    for (pieces, expected) in [
      ([], "expected the records of all slices, found none"),
      ([""], "p0: expected a verify record at the end, found none"),
      ([String(whole.dropLast())], "p0: the last line is cut off"),
      ([whole + whole], "p0: found records after the verify record"),
      (["{}\n{\n" + whole], "p0, line 2: column 2: expected a field name, found the end of the text"),
      ([Self.undefined("01") + whole], "p0: expected 0 undefined records, found 1"),
      ([Self.verify("1/2")], "slice 2/2 is missing"), ([whole, whole], "p0 and p1 are both slice 1/1"),
      (
        [Self.corrupt("05") + Self.corrupt("04") + Self.verify("1/1", corrupt: 2)],
        "p0, line 2: expected corrupt records in the order of their keys, found one that belongs before the last"
      ),
      (
        [#"{"type":"corrupt"}"# + "\n" + Self.verify("1/1", corrupt: 1)],
        "p0: expected key, file and reason in a corrupt record"
      ),
    ] as [([String], String)] { #expect(problem(pieces) == expected) }
  }

  @Test("a line that is longer than any record is refused before it is in memory, one of the limit is not")
  func limit() throws {
    let long = Self.undefined("01", references: 40_000)
    let piece = long + Self.verify("1/1", undefined: 1)
    #expect(try merge([piece]).text == long)
    // The limit is checked each time a block of 256 KiB was read.
    #expect(
      problem([piece], lineLimit: 1 << 18) == "p0, line 1: expected a record, found a line of more than 262144 bytes")
    let nested = String(repeating: "[", count: 1000) + "\n"
    #expect(problem([nested + Self.verify("1/1")]).hasPrefix("p0, line 1: column 201: expected at most 200 levels"))
  }

  @Test("fields are read without the elements of lists, whose syntax is checked all the same")
  func fields() throws {
    func fields(_ text: String) throws -> JSONValue {
      JSONValue(try JSONItem(parsing: Array(text.utf8), in: 0..<text.utf8.count, keepsElements: false))
    }
    let text = #"{"a":[1,{"b":[2]}],"c":{"d":["x"],"e":"y"}}"#
    #expect(try fields(text) == JSONValue(parsing: Array(#"{"a":[],"c":{"d":[],"e":"y"}}"#.utf8)))
    for broken in [#"{"a":[1,]}"#, #"{"a":["x}"#, #"{"a":[01]}"#] {
      #expect(throws: JSONSyntaxError.self) { try fields(broken) }
    }
  }
}
