import Records
import TestSupport
import Testing

@testable import Planning
@testable import Settings

@Suite("TooManyDeletesSelector")
struct TooManyDeletesTests {
  private static let selector = "table.compaction.selector"

  private static func settings(_ line: JSONValue) -> [String: String] {
    var properties = [selector: "org.apache.accumulo.core.client.admin.compaction.TooManyDeletesSelector"]
    for (option, value) in line["options"]?.dictionary ?? [:] { properties["\(selector).opts.\(option)"] = value }
    properties.merge(line["tableProperties"]?.dictionary ?? [:]) { $1 }
    if line["deletesSummarizerConfigured"]?.bool == true {
      properties["table.summarizer.d"] = TooManyDeletesSelector.summarizer
      if line["deletesSummarizerHasOptions"]?.bool == true { properties["table.summarizer.d.opt.a"] = "b" }
    }
    return properties
  }

  private static func files(_ line: JSONValue) -> [TooManyDeletesSelector.File] {
    // Summaries of a summarizer with options do not count.
    let hasOptions = line["deletesSummarizerHasOptions"]?.bool == true
    return (line["files"]?.elements ?? []).map { file in
      let counted =
        file["summaries"]?.int == 1 && !hasOptions ? (file["total"]?.int64 ?? 0, file["deletes"]?.int64 ?? 0) : nil
      return TooManyDeletesSelector.File(entries: file["entries"]?.int64 ?? 0, counted: counted)
    }
  }

  @Test(
    "all files or none, as Accumulo's selects",
    arguments: [
      "golden/config/toomanydeletes.jsonl", "golden2/configurer/toomanydeletes2.jsonl",
    ])
  func golden(_ name: String) throws {
    var (selected, none, errors) = (0, 0, 0)
    for text in try Fixtures.text(Fixtures.accumulo + "/" + name).split(separator: "\n") {
      let line = try JSONValue(parsing: Array(text.utf8))
      let settings = Settings(Self.settings(line))
      if line["expect"]?["error"] != nil {
        errors += 1
        #expect(throws: PlanningError.self, "\(text)") { try TooManyDeletesSelector(settings) }
        continue
      }
      let expected = try #require(line["expect"]?["value"]).strings
      let selects = try #require(try TooManyDeletesSelector(settings)).selects(Self.files(line)).all
      // No files are all files.
      #expect((selects ? line["files"]?.elements.count : 0) == expected.count, "\(text)")
      if expected.isEmpty { none += 1 } else { selected += 1 }
    }
    #expect(selected >= 3 && none >= 3 && errors >= 3)
  }

  @Test("no selector, another one, and what it says")
  func settings() throws {
    #expect(try TooManyDeletesSelector(Settings([:])) == nil)
    let other = #expect(throws: PlanningError.self) {
      try TooManyDeletesSelector(Settings([Self.selector: "org.example.S"]))
    }
    #expect(other?.description.hasPrefix("table.compaction.selector: only org.apache.accumulo") == true)
    let selector = try #require(
      try TooManyDeletesSelector(
        Settings([
          Self.selector: "org.apache.accumulo.core.client.admin.compaction.TooManyDeletesSelector",
          "table.summarizer.d": TooManyDeletesSelector.summarizer,
        ])))
    let answer = selector.selects([.init(entries: 9, counted: (100, 30)), .init(entries: 50, counted: nil)])
    #expect(answer == (true, "30 delete markers beside 120 other entries, threshold 0.25"))
  }
}
