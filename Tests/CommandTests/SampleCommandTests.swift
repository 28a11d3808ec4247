import Entries
import Records
import TestSupport
import Testing

/// Tables with samples and summaries, on the command line.
@Suite("Samples and summaries on the command line")
struct SampleCommandTests {
  let actool = CommandRunner()
  private static let rewrite = Fixtures.accumulo + "/golden2/rewrite/"
  private static let plain = Fixtures.accumulo + "/rfiles/fam_del/B.rf"

  private static let sampler = [
    "-p", "table.sampler=org.apache.accumulo.core.client.sample.RowSampler", "-p", "table.sampler.opt.hasher=md5",
    "-p", "table.sampler.opt.modulus=3",
  ]
  private static let deletes = [
    "-p", "table.summarizer.d=org.apache.accumulo.core.client.summary.summarizers.DeletesSummarizer",
  ]

  @Test("a file that is written with a sampler has a sample, and scan shows it")
  func sample() throws {
    let made = actool.run(["compact", "--output", "out.rf", "--propagate-deletes"] + Self.sampler + [Self.plain])
    #expect(made.status == 0 && !made.stderr.contains("sample"), "\(made.stderr)")
    #expect(actool.run("info", "--check", "out.rf").status == 0)
    let all = actool.run("scan", "--format", "hex", "out.rf").lines
    let sample = actool.run("scan", "--format", "hex", "--sample", "out.rf").lines
    #expect(!sample.isEmpty && sample.count < all.count && Set(sample).isSubset(of: all))
    let rows = Set(sample.map { $0.prefix { $0 != " " } })
    #expect(sample == all.filter { rows.contains($0.prefix { $0 != " " }) })
    let row = try #require(rows.min())
    let one = actool.run("scan", "--format", "hex", "--sample", "--row", ByteText.encode(Fixtures.hex(row)), "out.rf")
    #expect(one.lines == sample.filter { $0.hasPrefix(row + " ") })

    let none = actool.run("scan", "--sample", Self.plain)
    #expect(none.status == 2 && none.stdout.isEmpty)
    #expect(
      none.stderr == "actool scan: \(Self.plain): it has no sample; compact it with table.sampler to give it one\n")
    let dropped = actool.run("compact", "--output", "plain.rf", "out.rf")
    #expect(dropped.status == 0 && dropped.stderr.contains("sample of an input is not written to the output"))
  }

  @Test("samplers that are not built in, or do not start, are refused by name")
  func refusals() {
    for (setting, problem) in [
      ("table.sampler=org.example.Mine", "table.sampler: org.example.Mine is not built in, only RowSampler"),
      ("table.sampler.opt.modulus=0", #"table.sampler.opt.modulus: expected a whole number of at least 1, found "0""#),
      ("table.sampler.opt.modulus=x", #"expected a whole number of at least 1, found "x""#),
      ("table.sampler.opt.hasher=crc", #"table.sampler.opt.hasher: expected murmur3_32, md5 or sha1, found "crc""#),
      ("table.sampler=org.apache.accumulo.core.client.sample.RowColumnSampler", "expected a field to sample by"),
    ] {
      let outcome = actool.run(["compact", "--output", "out.rf"] + Self.sampler + ["-p", setting, Self.plain])
      #expect(outcome.status == 2 && outcome.stderr.contains(problem), "\(outcome.stderr)")
      #expect(outcome.stderr.split(separator: "\n").count == 1 && actool.read("out.rf") == nil)
    }
  }

  @Test("info lists summaries of each file, then of all together")
  func summaries() throws {
    let made = actool.run(["compact", "--output", "out.rf", "--propagate-deletes"] + Self.deletes + [Self.plain])
    #expect(made.status == 0 && made.stderr.split(separator: "\n").count == 1, "\(made.stderr)")
    #expect(actool.run("info", "--check", "out.rf").status == 0)
    let golden = Self.rewrite + "summary_001/out.rf"
    let outcome = actool.run("info", "--summaries", golden, "out.rf", Self.plain)
    #expect(outcome.status == 0)
    let lines = outcome.lines.filter { !$0.hasPrefix(#"{"type":"file""#) }
    #expect(lines.count == 4)
    #expect(
      lines[0].hasSuffix(
        #""id":"s1","class":"org.apache.accumulo.core.client.summary.summarizers.DeletesSummarizer","options":{},"#
          + #""firstRow":"row_00000","lastRow":"row_00059","entries":397,"#
          + #""statistics":[{"name":"deletes","value":33},{"name":"total","value":397}]}"#))
    let merged = actool.run("info", "--summaries", "--format", "text", golden, golden, Self.plain)
    #expect(
      merged.output.hasSuffix(
        "\n\nall of s1 DeletesSummarizer: 2 files, missing in 1, 794 entries\n  deletes 66, total 794\n"))
  }

  @Test("a summarizer that is not built in is left out with a warning; one that cannot be read is refused")
  func otherSummarizers() {
    let foreign = actool.run(
      ["compact", "--output", "out.rf"] + Self.deletes + ["-p", "table.summarizer.x=org.example.S", Self.plain])
    #expect(foreign.status == 0)
    #expect(
      foreign.stderr.contains(
        "table.summarizer.x: org.example.S is not built in; the output has no summary of it, which Accumulo reports as "
          + "missing"), "\(foreign.stderr)")
    for (setting, problem) in [
      (
        "table.summarizer.bad-id=x",
        #"table.summarizer.bad-id: expected letters, digits and underscores, found "bad-id""#
      ),
      ("table.summarizer.d.x=1", "table.summarizer.d.x: expected table.summarizer.<id> or table.summarizer.<id>.opt."),
      ("table.summarizer.a.opt.x=1", "table.summarizer.a.opt.x: no table.summarizer.<id> comes before this option"),
      ("table.file.summary.maxSize=x", "table.file.summary.maxSize: expected a size"),
    ] {
      let outcome = actool.run(["compact", "--output", "no.rf"] + Self.deletes + ["-p", setting, Self.plain])
      #expect(outcome.status == 2 && outcome.stderr.contains(problem), "\(outcome.stderr)")
    }
  }
}
