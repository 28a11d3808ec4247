import TestSupport
import Testing

@Suite("actool report")
struct ReportCommandTests {
  let actool = CommandRunner()

  private static let tablet =
    #"{"type":"tablet","extent":{"tableId":"2"},"files":[{"file":"F1.rf","size":5},{"file":"F2.rf","size":7000}]}"#
    + "\n"

  @Test("the records of a pipe and of files become one page, which a later page replaces")
  func pages() throws {
    let first = actool.run("report", "--output", "page.html", stdin: Self.tablet)
    #expect(first.status == 0 && first.stdout.isEmpty && first.stderr.isEmpty, "\(first.stderr)")
    let page = String(decoding: try #require(actool.read("page.html")), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n") && page.contains("standard input"))
    actool.write("before.json", Self.tablet)
    actool.write("after.json", Self.tablet.replacing("7000", with: "9000"))
    #expect(actool.run("report", "before.json", "after.json", "--title", "a & b", "-o", "page.html").status == 0)
    let second = String(decoding: try #require(actool.read("page.html")), as: UTF8.self)
    #expect(
      second.contains("<p class=\"eyebrow\">a &amp; b</p>") && second.contains("after: 1\u{A0}tablet with 2\u{A0}files")
    )
    #expect(actool.names() == ["after.json", "before.json", "page.html"])
  }

  @Test("nothing to draw, a damaged line and a third input leave no page, with one line that says why")
  func refusals() {
    actool.write("a.json", Self.tablet)
    actool.write("bad.json", Self.tablet + "{\"type\":\"run\",\"start\":-1}\n")
    for (words, message) in [
      (["empty"], "cannot open empty: No such file or directory"), (["bad.json"], "bad.json, line 2: extent: expected"),
      (["a.json", "./a.json", "-"], "standard input, line 1: this is the third input with tablet records"),
    ] {
      let outcome = actool.run(["report", "-o", "page.html"] + words, stdin: Array(Self.tablet.utf8))
      #expect(outcome.status == 2 && outcome.stderr.hasPrefix("actool report: \(message)"), "\(outcome.stderr)")
    }
    let nothing = actool.run("report", "-o", "page.html", stdin: #"{"type":"entry"}"#)
    #expect(nothing.status == 2 && nothing.stderr.hasPrefix("actool report: nothing to draw: found 1 entry; expected"))
    for words in [
      [], ["-o", "-"], ["-o", ""], ["-o", "p", "-", "-"], ["-o", "p", "--tablet", "2"], ["-o", "p", "--tablet", ";m"],
    ] {
      #expect(actool.run(["report"] + words).status == 64, "\(words)")
    }
    #expect(actool.names() == ["a.json", "bad.json"])
  }

  @Test("a file that is no page is never replaced, and a write that fails leaves what was there")
  func otherFiles() throws {
    actool.write("F1.rf", "an RFile\n")
    let outcome = actool.run("report", "-o", "F1.rf", stdin: Self.tablet)
    #expect(
      outcome.status == 2
        && outcome.stderr
          == "actool report: F1.rf: already exists and is not replaced; remove it, or choose another name\n"
    )
    #expect(actool.read("F1.rf").map { String(decoding: $0, as: UTF8.self) } == "an RFile\n")
    for existing in [nil, "page.html"] {
      if existing != nil { #expect(actool.run("report", "-o", "page.html", stdin: Self.tablet).status == 0) }
      let before = actool.read("page.html")
      var change = 0
      var status: Int32 = 2
      while status == 2, change < 20 {
        change += 1
        status =
          actool.run(
            ["report", "--title", "new", "-o", "page.html"], stdin: Array(Self.tablet.utf8),
            environment: ["ACTOOL_TEST_FAULT": "\(change):EIO"]
          ).status
        let after = actool.read("page.html")
        let isWhole = after.map { String(decoding: $0, as: UTF8.self).hasSuffix("</html>\n") } ?? (existing == nil)
        #expect(isWhole, "change \(change)")
        #expect(actool.names().allSatisfy { ["F1.rf", "page.html"].contains($0) }, "\(actool.names())")
        // The last step, the sync of the directory, may fail when the page has its name already.
        if after != before { _ = actool.shell(existing == nil ? "rm page.html" : "true") }
      }
      #expect(status == 0 && change > 4)
      _ = actool.shell("rm page.html")
    }
  }
}
