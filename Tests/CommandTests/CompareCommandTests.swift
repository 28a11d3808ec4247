import TestSupport
import Testing

@Suite("actool plan --compare")
struct CompareCommandTests {
  let actool = CommandRunner()
  static let old = """
    tserver.compaction.major.service.cs1.planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner
    tserver.compaction.major.service.cs1.planner.opts.executors=[{"name":"small","maxSize":"1M","numThreads":4},{"type":"external","queue":"DCQ1"}]

    """
  static let dispatch = ["-p", "table.compaction.dispatcher.opts.service=cs1"]

  @Test("settings of 2.1 and what becomes of them are compared tablet by tablet, and in sums")
  func upgrade() {
    actool.write("a.properties", Self.old)
    let migrated = actool.run("check-config", "--migrate", "a.properties")
    #expect(migrated.status == 0 && migrated.stderr == "")
    actool.write("b.properties", migrated.stdout)
    #expect(actool.run("check-config", "--accumulo", "4.0", "b.properties").status == 0)
    let input =
      Accumulo4Tests.tablet(Array(repeating: 5000, count: 20)) + Accumulo4Tests.tablet([1, 1000], table: "3")
      + Accumulo4Tests.tablet([5, 5, 5, 5], table: "4")
    let outcome = actool.run(
      ["plan", "--compare", "a.properties", "b.properties"] + Self.dispatch, stdin: Array(input.utf8))
    #expect(outcome.status == 0 && outcome.stderr == "" && outcome.lines.count == 3, "\(outcome.stderr)")
    let files = (0..<10).map { #""F\#(100 + $0).rf""# }.joined(separator: ",")
    let more = (10..<20).map { #""F\#(100 + $0).rf""# }.joined(separator: ",")
    let expected = [
      #"{"type":"difference","extent":{"tableId":"2"},"#,
      #""onlyB":[{"files":[\#(more)],"place":"cs1_small","priority":18798,"bytes":50000,"#,
      #""reason":"10 of 20 files meet the ratio: largest 5000 * 3.0 < sum 50000"}],"#,
      #""changed":[{"files":[\#(files)],"bytes":50000,"a":{"place":"i.cs1.small","priority":18798},"#,
      #""b":{"place":"cs1_small","priority":18798}}]}"#,
    ]
    #expect(outcome.lines[0] == expected.joined())
    #expect(outcome.lines[1].contains(#""extent":{"tableId":"4"},"changed""#))
    #expect(
      outcome.lines[2]
        == #"{"type":"summary","command":"plan --compare","tablets":3,"different":2,"jobsA":2,"jobsB":3,"onlyA":0,"onlyB":1,"#
        + #""changed":2,"bytesA":50020,"bytesB":100020,"idleA":1,"idleB":1}"#)
  }

  @Test("within one version, too, with the reason where only one has nothing to do; tablets may come before or after")
  func ratios() {
    actool.write("a.properties", "table.compaction.major.ratio=1.5\n")
    actool.write("b.properties", "table.compaction.major.ratio=3\n")
    actool.write("tablets.json", Accumulo4Tests.tablet([10, 10]))
    let after = actool.run("plan", "--compare", "a.properties", "b.properties", "tablets.json", "--explain")
    let before = actool.run("plan", "tablets.json", "--explain", "--compare", "a.properties", "b.properties")
    #expect(after.output == before.output && after.lines.count == 2)
    #expect(after.lines[0].contains(#""onlyA":[{"files":["F100.rf","F101.rf"],"place":"i.default.small""#))
    #expect(after.lines[0].hasSuffix(#","idleB":"0 of 2 files meet the ratio 3.0"}"#))
    #expect(
      after.stderr == """
        2<< SYSTEM: a.properties: 2 of 2 files meet the ratio: largest 10 * 1.5 < sum 20; goes to i.default.small with \
        priority 18772
        2<< SYSTEM: b.properties: nothing to do: 0 of 2 files meet the ratio 3.0

        """)
    let same = actool.run("plan", "--compare", "a.properties", "a.properties", "tablets.json")
    #expect(same.lines.count == 1 && same.output.contains(#""different":0,"jobsA":1,"jobsB":1"#))
  }

  @Test("what is wrong with one of the files is told with its name")
  func refused() {
    actool.write("a.properties", Self.old)
    actool.write("b.properties", "compaction.service.x.planner.opts.groups=[]\n")
    actool.write("c.properties", Self.old + "compaction.service.default.planner.opts.maxOpen=9\n")
    func run(_ a: String, _ b: String, _ more: [String] = []) -> CommandOutcome {
      actool.run(["plan", "--compare", a, b] + more, stdin: Array(Accumulo4Tests.tablet([5, 5, 5, 5]).utf8))
    }
    let bad = run("a.properties", "b.properties")
    #expect(
      bad.stderr
        == "actool plan: b.properties: compaction.service.x.planner: missing, though the service has options; the "
        + "manager of Accumulo 4.0 plans no compactions at all until this is mended\n")
    #expect(bad.status == 0 && bad.lines.count == 2)
    #expect(bad.lines[0].contains(#","idleB":"compaction.service.x.planner: missing, though"#))
    #expect(
      run("c.properties", "a.properties").stderr.hasPrefix(
        "actool plan: c.properties: standard input, line 1: tserver."))
    let ignored = run("c.properties", "a.properties", ["--accumulo", "2.1"])
    #expect(ignored.status == 0)
    #expect(
      ignored.stderr
        == "actool plan: c.properties: compaction.service.default.planner.opts.maxOpen: Accumulo 2.1 ignores it without a word\n"
    )
    let ratio = run("a.properties", "a.properties", ["--accumulo", "4.0", "-p", "table.compaction.major.ratio=300%"])
    #expect(ratio.stderr.hasPrefix("actool plan: a.properties: table 2: table.compaction.major.ratio: "))
    #expect(run("a.properties", "absent").status == 2)
    let one = actool.run("plan", "--compare", "a.properties", "--explain", stdin: "")
    #expect(one.status == 64 && one.stderr.contains("expected two properties files for --compare, found one"))
  }

  @Test("settings of 4.0, and settings of 2.1 that cannot be read, are not migrated")
  func notMigrated() {
    for (text, problem) in [
      (
        "compaction.service.default.planner.opts.maxOpen=9\n",
        "expected settings of 2.1 only, found compaction.service.default.planner.opts.maxOpen of 4.0"
      ),
      (
        "tserver.compaction.major.service.x=1\n",
        "tserver.compaction.major.service.x: expected <service>.planner, <service>.planner.opts.<option> or <service>.rate.limit"
      ),
    ] {
      actool.write("a.properties", text)
      let outcome = actool.run("check-config", "--migrate", "a.properties")
      #expect(outcome.stderr == "actool check-config: a.properties: \(problem)\n")
      #expect(outcome.status == 2 && outcome.output == "")
    }
  }
}
