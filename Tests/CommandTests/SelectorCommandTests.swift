import Records
import TestSupport
import Testing

/// `plan --kind selector` for a table with TooManyDeletesSelector.
@Suite("actool plan with a selector")
struct SelectorCommandTests {
  let actool = CommandRunner()
  private static let summarizer = [
    "-p", "table.summarizer.d=org.apache.accumulo.core.client.summary.summarizers.DeletesSummarizer",
  ]
  private static let selector = [
    "-p", "table.compaction.selector=org.apache.accumulo.core.client.admin.compaction.TooManyDeletesSelector",
  ]

  @Test("files are compacted when their summaries count enough deletes")
  func selects() throws {
    actool.write("tables/2/default_tablet/x", "")
    let input = Fixtures.accumulo + "/rfiles/fam_del/B.rf"
    let made = actool.run(
      ["compact", "--propagate-deletes", "--output", "tables/2/default_tablet/F1.rf"] + Self.summarizer + [input])
    #expect(made.status == 0, "\(made.stderr)")
    func plan(_ options: String...) -> CommandOutcome {
      actool.run(
        ["plan", "--kind", "selector", "--explain"] + Self.summarizer + Self.selector + options + ["tables/2"])
    }
    let all = plan("-p", "table.compaction.selector.opts.threshold=0.000001")
    #expect(all.status == 0 && all.lines.count == 1 && all.stderr.contains("the selector takes all files: "), "\(all)")
    let none = plan("-p", "table.compaction.selector.opts.threshold=1")
    #expect(none.status == 0 && none.stdout.isEmpty && none.stderr.contains("the selector takes none: "), "\(none)")
    for (name, threshold) in [("few", "0.000001"), ("many", "1")] {
      actool.write("\(name).properties", "table.compaction.selector.opts.threshold=\(threshold)\n")
    }
    let compared = actool.run(
      ["plan", "--kind", "selector", "--compare", "few.properties", "many.properties"] + Self.summarizer + Self.selector
        + ["tables/2"])
    #expect(compared.status == 0 && compared.lines.count == 2, "\(compared.stderr)")
    #expect(compared.output.contains(#""jobsA":1,"jobsB":0,"#) && compared.output.contains("the selector takes none: "))
    let bad = plan("-p", "table.compaction.selector.opts.threshold=2")
    #expect(bad.status == 2 && bad.stderr.contains("expected a number above 0 and at most 1, found 2"))
    let other = plan("-p", "table.compaction.selector=org.example.S")
    #expect(other.status == 2 && other.stderr.contains("found org.example.S"))
  }
}
