import TestSupport
import Testing

@Suite("Plans of a cluster where something has gone")
struct StaleTabletTests {
  let actool = CommandRunner()

  private static let stale = #","running":[{"kind":"SYSTEM","executor":"e.q","files":["F9.rf","F100.rf"]}]"#

  @Test(
    "a running compaction of a file that is gone is left out, and all tablets are planned",
    arguments: [[], ["--repeat"]])
  func running(_ more: [String]) {
    let input =
      Accumulo4Tests.tablet([5, 5, 5, 5], table: "1") + Accumulo4Tests.tablet([5, 5, 5, 5], extra: Self.stale)
      + Accumulo4Tests.tablet([5, 5, 5, 5], table: "3")
    let outcome = actool.run(["plan"] + more, stdin: Array(input.utf8))
    #expect(outcome.status == 0 && outcome.lines.count == 3)
    #expect(outcome.lines.allSatisfy { $0.contains("F100.rf") && $0.contains("F103.rf") })
    #expect(
      outcome.stderr == "actool plan: 2<<: running compaction of F9.rf: no longer a file of the tablet; ignored\n")
  }

  @Test("a selection of a file that is gone holds its tablet only")
  func selection() {
    let input =
      Accumulo4Tests.tablet([5, 5, 5, 5], extra: #","selected":{"files":["F9.rf"],"all":true}"#)
      + Accumulo4Tests.tablet([5, 5, 5, 5], table: "3")
    for kind in ["system", "user"] {
      let outcome = actool.run("plan", "--accumulo", "4.0", "--kind", kind, "--explain", stdin: input)
      #expect(outcome.status == 0 && outcome.lines.count == 1)
      #expect(outcome.stderr.contains("the selected file F9.rf is no longer a file of the tablet"))
    }
  }

  @Test("settings of a table that cannot be planned with are told once, and the other tables are planned")
  func settings() {
    actool.write("bad.properties", "table.compaction.major.ratio=300%\n")
    let bad = Accumulo4Tests.tablet([5, 5, 5, 5])
    let outcome = actool.run(
      "plan", "--accumulo", "4.0", "--config", "2=bad.properties",
      stdin: bad + bad.replacing("\"2\"", with: "\"2\",\"endRow\":\"m\"")
        + Accumulo4Tests.tablet([5, 5, 5, 5], table: "3"))
    #expect(outcome.status == 2 && outcome.lines.count == 1)
    let message = "actool plan: table 2: table.compaction.major.ratio: expected a number, found \"300%\"\n"
    #expect(outcome.stderr.hasPrefix(message) && !outcome.stderr.dropFirst(message.count).contains(message))
  }

  @Test("--compare says what it assumed of a tablet, and what keeps it idle")
  func compare() {
    actool.write("a.properties", "tserver.compaction.major.service.default.planner.opts.maxOpen=10\n")
    actool.write("b.properties", "compaction.service.default.planner.opts.maxOpen=10\n")
    let outcome = actool.run(
      "plan", "--compare", "a.properties", "b.properties",
      stdin: Accumulo4Tests.tablet([5, 5, 5, 5], extra: #","userCompactionWaits":true"#))
    let reason = "a user compaction waits for the jobs that run, and no system compaction begins"
    #expect(outcome.lines[0].contains(#","idleB":"\#(reason)"}"#))
    #expect(outcome.stderr == "actool plan: b.properties: 1 tablet: \(reason)\n" && outcome.status == 0)
  }

  @Test("what is left of a tablet that is gone is left out of the tablets")
  func remains() {
    let path = "hdfs://nn1/accumulo/tables/2/t-1/"
    let column =
      "ecomp:ECID:1-0-0-0-0 []\t{\"inputs\":[\"\(path)F1.rf\"],\"nextFiles\":[],\"tmp\":\"\(path)C1.rf_tmp\",\"compactor\":\"c:1\",\"kind\":\"SYSTEM\",\"executorId\":\"q\",\"priority\":1,\"propDels\":true}\n"
    func tablets(_ text: String) -> CommandOutcome {
      actool.write("metadata.txt", text)
      return actool.run("tablets", "--metadata", "metadata.txt")
    }
    let file = "3< file:\(path)F1.rf []\t5,1\n"
    let end = "3< ~tab:~pr []\t\\x00\n"
    let outcome = tablets("2< \(column)" + file + end)
    #expect(outcome.status == 0 && outcome.lines.count == 1)
    #expect(
      outcome.stderr
        == "actool tablets: metadata.txt: 2<<: only compactions are left of a tablet that is gone; left out\n")
    let future = "3< future:1 []\th:1\n"
    for (text, problem) in [
      (file + file + end, "has the file \(path)F1.rf twice"),
      ("3< \(column)3< \(column)" + file + end, "has the compaction ECID:1-0-0-0-0 twice"),
      (future + future.replacing("future:1", with: "future:2") + end, "a second future location"),
      ("3< file:{\"path\":\"\(path)F1.rf\" []\t5,1\n" + end, "a file that cannot be read: "),
      ("3< file:[1] []\t5,1\n" + end, "a file that cannot be read: "),
    ] {
      let outcome = tablets(text)
      #expect(outcome.status == 2 && outcome.stderr.contains(problem), "\(outcome.stderr)")
    }
  }

  @Test("jobs name a group or an executor, with an id of the same version")
  func places() {
    let job = actool.run("plan", "--accumulo", "4.0", stdin: Accumulo4Tests.tablet([5, 5, 5, 5])).output
    func compact(_ job: String, _ more: String...) -> CommandOutcome {
      actool.run(["compact", "--dry-run", "--default-properties"] + more, stdin: Array(job.utf8))
    }
    #expect(compact(job, "--queue", "large").stderr.hasSuffix("the jobs name default\n"))
    #expect(compact(job, "--queue", "").status == 64 && compact(job, "--executor", "").status == 64)
    let group = #""group":"default""#
    for (other, problem) in [
      (#""group":"a-b""#, "group: expected letters, digits and single underscores"),
      (#""group":"q","executor":"e.q""#, "group: expected an executor or a group, not both"),
      (#""executor":"e.q""#, "ecid: expected ECID: and a UUID beside an executor"),
    ] {
      let outcome = compact(job.replacing(group, with: other))
      #expect(outcome.status == 2 && outcome.stderr.contains(problem), "\(outcome.stderr)")
    }
    #expect(compact(job.replacing("ECID-", with: "ECID:")).stderr.contains("ecid: expected ECID: and a UUID"))
  }
}
