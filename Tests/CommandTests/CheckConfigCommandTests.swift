import TestSupport
import Testing

@Suite("actool check-config")
struct CheckConfigCommandTests {
  let actool = CommandRunner()
  static let planner = "planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner\n"
  static let cs1 = "tserver.compaction.major.service.cs1."

  @Test("a sound configuration gives a record for each service")
  func sound() {
    actool.write(
      "a.properties",
      Self.cs1 + Self.planner + Self.cs1 + #"planner.opts.executors=[{"name":"small","maxSize":"16M","numThreads":8},\"#
        + "\n"
        + #"  {"type":"external","queue":"DCQ1"}]"# + "\n" + Self.cs1 + "rate.limit=40M\n")
    let outcome = actool.run("check-config", "a.properties")
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(outcome.lines.count == 4)
    #expect(
      outcome.lines.first.map(String.init)
        == #"{"type":"service","service":"cs1","planner":"org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner","#
        + #""maxOpen":10,"lowestRatio":1.1,"rateLimit":41943040,"#
        + #""executors":[{"executor":"i.cs1.small","maxSize":16777216,"numThreads":8},{"executor":"e.DCQ1","queue":"DCQ1"}]}"#
    )
  }

  @Test("what is wrong goes to standard error with status 1, and the sound services are still told")
  func unsound() {
    actool.write("a.properties", "tserver.compaction.major.service.default.planner.opts.executors=[{\"name\":\"a\"}]\n")
    let outcome = actool.run("check-config", "a.properties")
    #expect(outcome.status == 1)
    #expect(outcome.lines.count == 2)
    #expect(
      outcome.stderr == """
        actool check-config: a.properties: defines no compaction services besides Accumulo's own: default, meta, root
        actool check-config: a.properties: tserver.compaction.major.service.default.planner.opts.executors: executor 1: \
        an internal executor needs numThreads

        """)
  }

  @Test("a file that is not there is status 2, no file is 64")
  func missing() {
    let outcome = actool.run("check-config", "nowhere")
    #expect(outcome.status == 2)
    #expect(outcome.stderr == "actool check-config: cannot read nowhere: No such file or directory\n")
    #expect(actool.run("check-config").status == 64)
  }

  @Test("a file of other things is no configuration without services")
  func other() {
    actool.write("tablets.json", Array(#"{"type":"tablet","extent":{"tableId":"2"}}"#.utf8))
    let outcome = actool.run("check-config", "tablets.json")
    #expect(outcome.status == 2)
    #expect(outcome.stderr.hasPrefix("actool check-config: tablets.json: expected settings of Accumulo, such as"))
    actool.write("empty.properties", [])
    #expect(actool.run("check-config", "empty.properties").status == 0)
  }
}
