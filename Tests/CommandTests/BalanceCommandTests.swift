import TestSupport
import Testing

@Suite("actool tablets and balance") struct BalanceCommandTests {
  let actool = CommandRunner()

  /// The tree of docs/balance.md in miniature: two levels, most of which are on one server.
  private static let metadata = """
    2;00~ loc:1 []\th1:9997
    2;00~ ~tab:~pr []\t\\x00
    2;01a loc:1 []\th1:9997
    2;01a ~tab:~pr []\t\\x0100~
    2;01m loc:1 []\th1:9997
    2;01m ~tab:~pr []\t\\x0101a
    2;01~ loc:1 []\th2:9997
    2;01~ ~tab:~pr []\t\\x0101m
    2< loc:1 []\th2:9997
    2< ~tab:~pr []\t\\x0101~

    """

  private static let servers = "h1:9997\nh2:9997\nh3:9997\n"

  private func balance(_ arguments: String...) -> CommandOutcome {
    actool.write("metadata.txt", Self.metadata)
    actool.write("servers.txt", Self.servers)
    let groups = arguments.contains("simple") ? [] : ["--default-group", "none"]
    return actool.run(["balance", "--metadata", "metadata.txt", "--tservers", "servers.txt"] + groups + arguments)
  }

  @Test("a text that holds no tablet is not taken for an empty cluster") func refusesOtherText() {
    for command in ["tablets", "balance"] {
      let outcome = actool.run([command, "--metadata", "-"], stdin: Array("nothing here\n".utf8))
      #expect(outcome.status == 2 && outcome.stdout.isEmpty)
      #expect(
        outcome.stderr
          == "actool \(command): standard input: expected what scan -t accumulo.metadata prints, found no tablet in it\n"
      )
    }
  }

  @Test("metadata text becomes records that balance reads")
  func pipeline() {
    actool.write("metadata.txt", Self.metadata)
    actool.write("servers.txt", Self.servers)
    let tablets = actool.run("tablets", "--metadata", "metadata.txt", "--tservers", "servers.txt")
    #expect(tablets.status == 0 && tablets.stderr == "" && tablets.lines.count == 8)
    #expect(tablets.lines[0] == #"{"type":"tserver","server":"h1:9997"}"#)
    #expect(
      tablets.lines[4]
        == #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"00~","endRow":"01a"},"location":"h1:9997","files":[]}"#
    )
    let piped = actool.run(
      "balance", "--group-regex", #"(\d\d).*"#, "--default-group", "none", stdin: tablets.stdout)
    #expect(piped.status == 0 && piped.stderr == "")
    #expect(piped.stdout == balance("--group-regex", #"(\d\d).*"#).stdout)
  }

  @Test("one tablet moves, and the summary has the bound")
  func plan() {
    let outcome = balance("--group-regex", #"(\d\d).*"#, "--summary", "--passes", "--compare")
    #expect(outcome.status == 0 && outcome.stderr == "")
    let expected = [
      #"{"type":"pass","pass":1,"table":"2","migrations":1,"startSeconds":0.0}"#,
      #"{"type":"migration","extent":{"tableId":"2","prevEndRow":"00~","endRow":"01a"},"group":"01","from":"h1:9997","to":"h3:9997","pass":1}"#,
    ]
    #expect(outcome.lines.prefix(2).map(String.init) == expected)
    #expect(outcome.lines.last?.contains(#""migrations":1,"lowerBound":1,"#) == true)
    #expect(outcome.lines.last?.contains(#""passes":1,"predictedSeconds":60,"#) == true)
  }

  @Test("an even placement gives nothing, and --check tells which is which by its status")
  func check() {
    let bad = balance("--group-regex", #"(\d\d).*"#, "--check")
    #expect(bad.status == 1)
    #expect(bad.lines.last?.contains(#""balanced":false,"groupsEven":false"#) == true)
    #expect(bad.lines.last?.contains(#""worstServer":{"server":"h1:9997","deviation":1}"#) == true)
    let even = Self.metadata.replacing("2;01a loc:1 []\th1:9997", with: "2;01a loc:1 []\th3:9997")
    let arguments = ["balance", "--metadata", "-", "--default-group", "none", "--group-regex", #"(\d\d).*"#]
    actool.write("servers.txt", Self.servers)
    let nothing = actool.run(arguments + ["--tservers", "servers.txt"], stdin: Array(even.utf8))
    #expect(nothing.status == 0 && nothing.stdout.isEmpty && nothing.stderr == "")
    #expect(actool.run(arguments + ["--check"], stdin: Array(even.utf8)).status == 0)
  }

  @Test("without servers it warns, drains what it is told to, and says what is wrong with the input")
  func options() {
    actool.write("metadata.txt", Self.metadata)
    let regex = ["balance", "--metadata", "metadata.txt", "--group-regex", #"(\d\d).*"#]
    let unknown = actool.run(regex + ["--default-group", "none"])
    #expect(unknown.status == 0 && unknown.stderr.contains("no tserver records and no --tservers"))
    let noDefault = actool.run(regex)
    #expect(noDefault.status == 2 && noDefault.stderr.contains("belongs to the default group, and there is none"))
    #expect(actool.run("balance", "--metadata", "metadata.txt").status == 64)
    let drained = balance("--group-regex", #"(\d\d).*"#, "--drain", "h2:9997", "--summary")
    #expect(drained.status == 0 && !drained.output.contains(#""to":"h2:9997""#))
    #expect(drained.lines.dropLast().count { $0.contains(#""from":"h2:9997""#) } == 2)
    #expect(balance("--group-regex", #"(\d\d).*"#, "--drain", "h9:9997").status == 64)
    let broken = actool.run(regex + ["--default-group", "x", "--table", "9"])
    #expect(broken.status == 2 && broken.stderr.contains("table 9: no tablet of it"))
    #expect(balance("--group-regex", #"(\d\d)(?=a)"#).stderr.contains("lookahead"))
  }

  @Test("groups from a file, the table view and the lint")
  func views() {
    actool.write("groups.txt", "00~\tleaf\n01a\tleaf\n01m\tleaf\n")
    let view = balance("--groups", "groups.txt", "--table-view")
    #expect(
      view.output == """
        table 2: 0 assignments, 3 migrations in 1 pass, no plan has fewer than 3
        group  h1:9997  h2:9997  h3:9997  all
        leaf       3>1      0>1      0>1    3
        none       0>1      2>1        0    2
        all        3>2        2      0>1    5

        """)
    let lint = balance("--group-regex", #"(\d\d)\D{2,}"#, "--lint")
    #expect(
      lint.lines.contains {
        $0.hasPrefix(#"{"type":"lint","rule":"short-row","table":"2","group":"none","tablets":4,"#)
      })
  }

  @Test("a hole in a table is told, and its tablets are printed all the same")
  func hole() {
    actool.write("servers.txt", Self.servers)
    let text = Self.metadata.replacing("2;01m ~tab:~pr []\t\\x0101a", with: "2;01m ~tab:~pr []\t\\x0101b")
    let outcome = actool.run("tablets", "--metadata", "-", stdin: text)
    #expect(outcome.status == 1 && outcome.lines.count == 5)
    let problem = "standard input: table 2 has no tablet for the rows of 2;01b;01a\n"
    #expect(outcome.stderr == "actool tablets: \(problem)")
    let balanced = actool.run(
      [
        "balance", "--metadata", "-", "--default-group", "none", "--group-regex", #"(\d\d).*"#, "--tservers",
        "servers.txt",
      ],
      stdin: Array(text.utf8))
    #expect(balanced.status == 1 && balanced.stderr == "actool balance: \(problem)", "\(balanced.stderr)")
    let broken = actool.run("tablets", "--metadata", "-", stdin: "2;a loc:1 []\tnowhere\n")
    #expect(broken.status == 2 && broken.stderr.contains("standard input, line 1: expected a server"))
  }

  @Test("tablets need no files to be balanced, and pass through tablets as they came")
  func withoutFiles() {
    let line = #"{"type":"tablet","extent":{"tableId":"2"},"directory":"t/1","location":"h1:9997"}"# + "\n"
    let server = #"{"type":"tserver","server":"h1:9997"}"# + "\n"
    let outcome = actool.run("balance", "--balancer", "simple", "--summary", stdin: server + line)
    #expect(outcome.status == 0 && outcome.stderr == "" && outcome.output.contains(#""tablets":1,"#))
    #expect(actool.run("tablets", stdin: line).output == line)
    let plan = actool.run("plan", stdin: line)
    #expect(plan.status == 2)
    #expect(plan.stderr == "actool plan: standard input, line 1: files: expected an array, found nothing\n")
  }

  @Test("the simple balancer spreads a table without groups")
  func simple() {
    let outcome = balance("--balancer", "simple")
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 1 && outcome.output.contains(#""from":"h1:9997","to":"h3:9997","pass":1"#))
  }
}
