import TestSupport
import Testing

@testable import ContinuousIngest
@testable import Entries
@testable import Records

@Suite("Verify as ContinuousVerify does")
struct GoldenVerifyTests {
  @Test(
    "entries and pairs of Accumulo's own runs give its counts and undefined rows",
    arguments: [("tiny", 23), ("medium_kv", 3)])
  func golden(_ name: String, count: Int) throws {
    let lines = try GoldenLine.all("verify/\(name).jsonl")
    #expect(lines.count == count)
    for line in lines { try check(line.json, Comment(rawValue: line.description)) }
  }

  @Test(
    "tens of thousands of pairs do too", .enabled(if: Fixtures.shared != nil, "no shared folder beside the checkout"))
  func manyPairs() throws {
    let shared = try #require(Fixtures.shared)
    let lines = try Fixtures.text(shared + "/golden/verify/medium_pairs.jsonl").split(separator: "\n")
    #expect(lines.count == 6)
    for line in lines {
      let json = try JSONValue(parsing: Array(line.utf8))
      try check(json, Comment(rawValue: json["id"]?.text ?? ""))
    }
  }

  private func check(_ line: JSONValue, _ note: Comment) throws {
    let expect = try #require(line["expect"])
    let table = TestTable()
    var entries: [Entry] = []
    for (i, pair) in (line["pairs"]?.elements ?? []).enumerated() {
      // Different columns, so a row can occur twice.
      let value = "9f3c2a10-5b6d-4e7f-8a90-b1c2d3e4f506:0000000000000000:\(pair.elements[1].text ?? ""):"
      entries.append(TestTable.entry(pair.elements[0].text!, "f", "\(i)", "", value))
    }
    for (i, fields) in (line["entries"]?.elements ?? []).enumerated() {
      let f = fields.elements.map { $0.text! }
      entries.append(TestTable.entry(f[0], f[1], f[2], f[3], f[4], time: Int64(i)))
    }
    // Distributed over three files of one tablet.
    let files = try (0..<3).map { file in
      try table.write("\(file).rf", entries.indices.filter { $0 % 3 == file }.map { entries[$0] })
    }
    for memory in [4096, 1 << 24] {
      let answer = try table.verify(files, isOffline: true, memory: memory)
      #expect(answer.report.problems == [])
      guard expect["jobSucceeded"]?.bool == true else {
        #expect(answer.corrupt.count == 1 && answer.report.failingEntries == 1, note)
        continue
      }
      #expect(answer.report.referenced == expect["REFERENCED"]?.int64, note)
      #expect(answer.report.unreferenced == expect["UNREFERENCED"]?.int64, note)
      #expect(answer.report.undefined == expect["UNDEFINED"]?.int64, note)
      #expect(answer.report.corrupt == expect["CORRUPT"]?.int64, note)
      let expected = expect["undefined"]!.elements.map { hole in
        TestTable.Undefined(
          row: UInt64(hole["row"]!.text!, radix: 16)!,
          references: hole["refs"]!.strings.map { UInt64($0, radix: 16)! }.sorted())
      }
      #expect(answer.undefined == expected.sorted { $0.row < $1.row }, note)
    }
  }

  @Test("what Accumulo's job fails on is a corrupt entry with its reason")
  func reasons() throws {
    let faults = try GoldenLine.all("verify/tiny.jsonl").filter { $0.expect["jobSucceeded"]?.bool == false }.map {
      line in
      let f = line["entries"]!.elements[0].elements.map { $0.text! }
      return Reading(TestTable.entry(f[0], f[1], f[2], f[3], f[4])).fault
    }
    #expect(faults == [.strayNUL, .rowNoNumber, .rowNoNumber, .shortValue, .shortValue, .previousNoNumber])
  }

  @Test("rows of any length and case are the same row, and their order as text does not matter")
  func oddRows() throws {
    let table = TestTable()
    func value(_ previous: String) -> String { "9f3c2a10-5b6d-4e7f-8a90-b1c2d3e4f506:0000000000000000:\(previous):" }
    var entries: [Entry] = []
    for number in 0..<300 {
      let text = [String(number, radix: 16), String(number, radix: 16).uppercased(), "+0" + String(number, radix: 16)][
        number % 3]
      let previous = String(decoding: RowNumber.text(UInt64(number + 1)), as: UTF8.self)
      entries.append(TestTable.entry(text, "f", "q", "", value(previous)))
      if number % 10 == 0 { entries.append(TestTable.entry("00" + text.drop { $0 == "+" }, "f", "q", "", value(""))) }
    }
    let path = try table.write("a.rf", entries)
    for memory in [0, 1 << 20] {
      let answer = try table.verify([path], memory: memory)
      #expect(answer.undefined == [.init(row: 300, references: [299])])
      #expect(answer.report.referenced == 299 && answer.report.unreferenced == 1)
    }
  }
}
