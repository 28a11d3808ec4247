import TestSupport
import Testing

@Suite("actool audit")
struct AuditCommandTests {
  let actool = CommandRunner()

  /// A table of two tablets whose files were compacted twice; the results lie in `results.json`, the first state in
  /// `first.json`.
  private func makeTable() {
    #expect(
      actool.run(
        "ingest", "--output", "2", "--seed", "1", "--entries", "400", "--tablets", "2", "--files", "3"
      ).status == 0)
    actool.write("first.json", actool.run("tablets", "2").stdout)
    var results: [UInt8] = []
    for versions in ["2", "1"] {
      let jobs = actool.run("plan", "--kind", "user", "-p", "table.iterator.majc.vers.opt.maxVersions=" + versions, "2")
      let outcome = actool.run("compact", stdin: jobs.stdout)
      #expect(outcome.status == 0 && outcome.lines.count == 2, "\(outcome.stderr)")
      results += outcome.stdout
    }
    actool.write("results.json", results)
  }

  private var lines: [String] {
    String(decoding: actool.read("results.json") ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func audit(_ lines: [String], _ paths: String...) -> CommandOutcome {
    actool.run(["audit", "-"] + paths, stdin: Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  @Test("a table is proven, from its directory or those that the results name, as records and in words")
  func proven() throws {
    makeTable()
    let outcome = actool.run("audit", "results.json", "2")
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(outcome.lines.count == 2)
    #expect(outcome.lines.allSatisfy { $0.contains(#""proven":true,"jobs":2,"first":{"files":3,"#) })
    #expect(outcome.lines.allSatisfy { $0.contains(#""chained":1,"untouched":[],"sums":""#) })
    let named = actool.run("audit", "results.json")
    #expect(named.status == 0 && named.lines.count == 2)
    #expect(actool.run("audit", "first.json", "results.json", "2").stdout == outcome.stdout)
    #expect(audit(lines.reversed(), "2").stdout == outcome.stdout)
    let tablet = actool.names(in: "2").first { $0.hasPrefix("t-") || $0.hasPrefix("default") } ?? ""
    #expect(actool.run("audit", "results.json", "2/" + tablet).lines.count == 1)

    let words = actool.run("audit", "--format", "text", "results.json", "2")
    #expect(words.lines.count == 2)
    #expect(words.output.contains(": proven by 2 jobs: "))
    #expect(words.output.contains("; 1 file read, 1 deleted file proven by its chain\n"))
  }

  @Test("a missing result of a deleted file is status 1, and so is a missing tablet; tablet.json replaces others")
  func missing() throws {
    makeTable()
    let all = actool.run("audit", "results.json", "2")
    #expect(audit(Array(lines.prefix(2)), "2").stdout == all.stdout)
    for i in 0..<2 {
      var rest = lines
      rest.remove(at: i)
      let outcome = audit(rest, "2")
      #expect(outcome.status == 1 && outcome.lines.count == 2)
      #expect(
        outcome.stderr.split(separator: "\n").allSatisfy {
          $0.hasPrefix("actool audit: 2;") || $0.hasPrefix("actool audit: 2<")
        })
      #expect(outcome.output.contains(#""proven":false"#) && outcome.output.contains(#""problems":["#))
    }
    let other = lines[0].replacing(#""endRow":""#, with: #""endRow":"0"#).replacing(
      #""prevEndRow":""#, with: #""prevEndRow":"0"#)
    let gone = audit(lines + [other], "2")
    #expect(gone.status == 1 && gone.stderr.contains("there are results for it, but its table has no such tablet\n"))
  }

  @Test("a damaged line is one message with its place, wherever it is cut off or changed; the other lines count")
  func damagedLines() throws {
    makeTable()
    let line = lines[1]
    for count in stride(from: 1, to: line.utf8.count, by: 97) {
      let cut = String(decoding: line.utf8.prefix(count), as: UTF8.self)
      let outcome = audit([lines[0], cut] + lines[1...], "2")
      #expect(outcome.status == 1 && outcome.lines.count == 2)
      #expect(outcome.lines.allSatisfy { $0.contains(#""proven":true"#) })
      #expect(outcome.stderr.hasPrefix("actool audit: standard input, line 2: "), "\(outcome.stderr)")
      #expect(outcome.stderr.split(separator: "\n").count == 1)
    }
    // Digits stand for digits, so that the line is still one.
    for place in stride(from: 0, to: line.utf8.count, by: 53) {
      var bytes = Array(line.utf8)
      bytes[place] = bytes[place] ^ 1
      let outcome = audit([lines[0], String(decoding: bytes, as: UTF8.self)] + lines[2...], "2")
      #expect(outcome.status == 0 || outcome.status == 1 && outcome.stderr != "", "\(place)")
    }
    actool.write("other.txt", String(repeating: "no record\n", count: 100))
    let other = actool.run("audit", "other.txt", "2")
    #expect(other.status == 2 && other.stdout == [])
    #expect(other.stderr.hasPrefix("actool audit: other.txt, line 21: "))
  }

  @Test("what is not there, and results without a directory, are told")
  func directories() throws {
    makeTable()
    let absent = actool.run("audit", "results.json", "3")
    #expect(absent.status == 2)
    #expect(absent.stderr == "actool audit: cannot open 3: No such file or directory\n")
    let nameless = lines.map { line in
      line.replacing(#""directory":"#, with: #""x":"#)
    }
    #expect(audit(nameless, "2").status == 0)
    let outcome = audit(nameless)
    #expect(outcome.status == 2 && outcome.stdout == [])
    #expect(outcome.stderr.contains(": its results do not name a directory: give that of the tablet or of its table\n"))
    _ = actool.shell("mv 2 moved")
    let moved = actool.run("audit", "results.json")
    #expect(moved.status == 2 && moved.stdout == [])
    #expect(actool.run("audit", "results.json", "moved").status == 0)
    #expect(actool.run("audit").status == 64)
    // A tablet that cannot be looked at, and one that is not there.
    let tablets = actool.names(in: "moved").filter { actool.read("moved/\($0)/tablet.json") != nil }
    actool.write("moved/\(tablets[0])/tablet.json", "{")
    let broken = actool.run("audit", "results.json", "moved")
    #expect(broken.status == 2 && broken.lines.count == 1 && broken.lines[0].contains(#""proven":true"#))
    #expect(broken.stderr.hasPrefix("actool audit: moved/\(tablets[0])/tablet.json: is not JSON"), "\(broken.stderr)")
    _ = actool.shell("rm -r moved/\(tablets[0])")
    let hole = actool.run("audit", "results.json", "moved")
    #expect(hole.status == 1 && hole.lines.count == 1)
    #expect(hole.stderr.contains("moved: table 2 has no tablet for the rows of "), "\(hole.stderr)")
  }

  @Test("nothing given, failed jobs and tablets given twice: only finished jobs are results, and a tablet counts once")
  func whatCounts() throws {
    makeTable()
    let failed = lines.map {
      $0.replacing(#""FINISHED""#, with: #""FAILED""#).replacing(#""directory":"#, with: #""x":"#)
    }
    for results in [[], failed] {
      let outcome = audit(results)
      #expect(outcome.status == 2 && outcome.stdout == [])
      #expect(outcome.stderr == "actool audit: no results of finished jobs found in standard input\n")
    }
    let all = actool.run("audit", "results.json", "2")
    #expect(audit(failed + lines, "2").stdout == all.stdout)
    let tablet = try #require(actool.names(in: "2").first { actool.read("2/\($0)/tablet.json") != nil })
    let twice = actool.run("audit", "results.json", "2/" + tablet, "2/" + tablet, "2", "./2/")
    #expect(twice.status == 0 && twice.stderr == "" && twice.lines.sorted() != [])
    #expect(twice.lines.count == 2, "\(twice.output)")
  }

  @Test("a tablet without files and results is not proven, and control characters never reach a message")
  func nothingKnown() {
    actool.write("5/t-1/tablet.json", #"{"version":1,"extent":{"tableId":"5"},"files":[]}"#)
    let nothing = actool.run("audit", "5/t-1")
    #expect(nothing.status == 1)
    #expect(nothing.stderr == "actool audit: 5<<: nothing is known: no files and no results\n")
    actool.write("5/t-1/tablet.json", #"{"version":1,"extent":{"tableId":"5"},"files":[{"file":"a\n\u001b.x"}]}"#)
    let hostile = actool.run("audit", "5/t-1")
    #expect(hostile.status == 2 && hostile.stderr.hasSuffix("\n"))
    #expect(hostile.stderr.contains("a??.x") && hostile.stderr.dropLast().allSatisfy { !$0.isNewline })
  }
}
