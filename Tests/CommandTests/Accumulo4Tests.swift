import TestSupport
import Testing

@Suite("Commands for Accumulo 4.0")
struct Accumulo4Tests {
  let actool = CommandRunner()
  static let planner = "planner=org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner\n"
  static let cs1 = "compaction.service.cs1."
  static let groups =
    cs1 + planner + cs1 + #"planner.opts.groups=[{"group":"small","maxSize":"1M"},{"group":"large"}]"# + "\n"

  /// A tablet of files of these sizes.
  static func tablet(_ sizes: [Int], table: String = "2", extra: String = "") -> String {
    let files = sizes.enumerated().map { #"{"file":"F\#(100 + $0).rf","size":\#($1)}"# }
    return #"{"type":"tablet","extent":{"tableId":"\#(table)"},"files":[\#(files.joined(separator: ","))]\#(extra)}"#
      + "\n"
  }

  private func field(_ name: String, _ lines: [Substring]) -> [String] {
    lines.map { String($0.split(separator: #""\#(name)":""#).dropFirst().first?.prefix { $0 != "\"" } ?? "-") }
  }

  @Test("a plan has several jobs for a tablet, and each record names its group")
  func plan() {
    actool.write("a.properties", Self.groups)
    let tablet = Self.tablet(Array(repeating: 5000, count: 25))
    let outcome = actool.run(
      "plan", "--config", "a.properties", "-p", "table.compaction.dispatcher.opts.service=cs1", "--explain",
      stdin: tablet)
    #expect(field("group", outcome.lines) == ["small", "small", "small"] && outcome.status == 0)
    #expect(field("ecid", outcome.lines).allSatisfy { $0.hasPrefix("ECID-") })
    #expect(!outcome.output.contains("executor") && Set(field("output", outcome.lines)).count == 3)
    #expect(outcome.stderr.split(separator: "\n").count == 3)
    #expect(
      outcome.stderr.hasPrefix(
        "2<< SYSTEM: 10 of 25 files meet the ratio: largest 5000 * 3.0 < sum 50000; goes to small with priority 18803\n"
      ))
  }

  @Test("the version comes from the option, else from the settings, else from the tablets, else it is 2.1")
  func version() {
    func groups(_ arguments: [String], _ extra: String = "") -> String {
      let outcome = actool.run(["plan"] + arguments, stdin: Array(Self.tablet([5, 5, 5, 5], extra: extra).utf8))
      #expect(outcome.status == 0, "\(outcome.stderr)")
      return outcome.output.contains(#""group":"default""#)
        ? "4.0" : outcome.output.contains("i.default.small") ? "2.1" : "?"
    }
    let old = ["-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=9"]
    let new = ["-p", "compaction.service.default.planner.opts.maxOpen=9"]
    let metadata = #","accumulo":"4.0""#
    #expect(groups([]) == "2.1" && groups([], metadata) == "4.0")
    #expect(groups(old) == "2.1" && groups(new) == "4.0" && groups(old, metadata) == "2.1")
    for arguments in [[], new] { #expect(groups(["--accumulo", "4.0"] + arguments) == "4.0") }
    #expect(groups(["--accumulo", "2.1"], metadata) == "2.1" && groups(["--accumulo", "4.0"] + old + new) == "4.0")
    let both = actool.run(["plan"] + old + new, stdin: Array(Self.tablet([5, 5]).utf8))
    #expect(
      both.stderr
        == "actool plan: tserver.compaction.major.service.default.planner.opts.maxOpen is a setting of Accumulo 2.1, and "
        + "compaction.service.default.planner.opts.maxOpen one of 4.0: say --accumulo 2.1 or --accumulo 4.0\n")
    #expect(both.status == 2 && both.output == "")
    let ignored = actool.run(["plan", "--accumulo", "4.0"] + old, stdin: Array(Self.tablet([5, 5]).utf8))
    #expect(
      ignored.stderr
        == "actool plan: tserver.compaction.major.service.default.planner.opts.maxOpen: Accumulo 4.0 ignores it without a word\n"
    )
    #expect(actool.run("plan", "--accumulo", "3.1").status == 64)
  }

  @Test("what keeps a tablet from being compacted is told in one line a reason, and with --explain for each tablet")
  func held() {
    let sizes = [5, 5, 5, 5]
    let selected = #","selected":{"files":["F100.rf","F101.rf"],"all":false,"completed":0"#
    let input = [
      Self.tablet(sizes, extra: #","held":"operation MERGING:FATE:USER:1""#),
      Self.tablet([2_000_000_000, 5], table: "3"),
      Self.tablet([2_000_000_000, 5, 5, 5, 5], table: "4", extra: #","unsplittable":true"#),
      Self.tablet(sizes, table: "5", extra: #","userCompactionWaits":true"#),
      Self.tablet(sizes + sizes, table: "6", extra: selected + "}"),
      Self.tablet(sizes + sizes, table: "7", extra: selected + #","ageMs":200000}"#),
    ].joined()
    let outcome = actool.run("plan", "--accumulo", "4.0", stdin: input)
    #expect(outcome.lines.map { $0.components("\"file\"") } == [4, 6, 8])
    #expect(
      outcome.stderr == """
        actool plan: 1 tablet: nothing may be compacted now; --explain says why
        actool plan: 1 tablet: more bytes than table.split.threshold, so that a split comes first
        actool plan: 1 tablet: a user compaction waits for the jobs that run, and no system compaction begins
        actool plan: 1 tablet: a selection of unknown age, taken for a young one: system compactions leave its files alone

        """)
    let explained = actool.run("plan", "--accumulo", "4.0", "--explain", stdin: input).stderr.split(separator: "\n")
    #expect(explained[0] == "2<< SYSTEM: nothing to do: nothing may be compacted now: operation MERGING:FATE:USER:1")
    #expect(
      explained[1]
        == "3<< SYSTEM: nothing to do: it is split first: 2000000005 bytes are more than table.split.threshold, 1073741824"
    )
    let user = actool.run(
      "plan", "--accumulo", "4.0", "--kind", "user", stdin: Self.tablet(sizes, extra: selected + "}"))
    #expect(user.lines.map { $0.components("\"file\"") } == [2] && user.output.contains(#""propDels":true"#))
  }

  @Test("a part of a file is a file: named with its rows where it must be, refused when it comes twice or turned round")
  func parts() {
    let part = #"{"file":"C1.rf","size":5,"range":{"prevEndRow":"a","endRow":"m"}}"#
    let other = #"{"file":"C1.rf","size":5,"range":{"prevEndRow":"m"}}"#
    func plan(_ files: String, _ extra: String = "") -> CommandOutcome {
      actool.run(
        "plan", "--accumulo", "4.0", "--kind", "user",
        stdin: #"{"type":"tablet","extent":{"tableId":"2"},"files":[\#(files)]\#(extra)}"#)
    }
    #expect(
      plan(part + "," + other).output.contains(
        #""inputs":[{"file":"C1.rf","size":5,"entries":0,"range":{"prevEndRow":"a","endRow":"m"}},{"file":"C1.rf","size":5,"entries":0,"range":{"prevEndRow":"m"}}]"#
      ))
    #expect(plan(part, #","candidates":["C1.rf"]"#).lines.count == 1)
    #expect(
      plan(part + "," + other, #","candidates":["C1.rf (m,+inf]"]"#).output.contains(#""range":{"prevEndRow":"m"}}]"#))
    for (files, extra, message) in [
      (
        part + "," + part, "",
        "files[0].range: expected parts of C1.rf that do not overlap, found (a,m] and (a,m]"
      ),
      (part + "," + other, #","candidates":["C1.rf"]"#, "C1.rf: expected one of its 2 parts, such as C1.rf (a,m]"),
      (part, #","candidates":["C1.rf (a,n]"]"#, "candidates: C1.rf (a,n] is not a file of the tablet"),
      (
        #"{"file":"C1.rf","size":5,"range":{"prevEndRow":"m","endRow":"a"}}"#, "",
        "files[0].range: expected an endRow that is not before prevEndRow, found (m,a]"
      ),
    ] {
      #expect(plan(files, extra).stderr == "actool plan: standard input, line 1: \(message)\n")
    }
  }

  @Test("compact takes the jobs of a group, whatever they are called: queue or executor")
  func compact() throws {
    let bed = CompactBed()
    try bed.makeFiles()
    func jobs() -> [UInt8] { bed.actool.run("plan", "--accumulo", "4.0", "--kind", "user", "tables/2").stdout }
    #expect(bed.actool.run(["compact", "--default-properties", "--queue", "small"], stdin: jobs()).output == "")
    let outcome = bed.actool.run(["compact", "--default-properties", "--queue", "default"], stdin: jobs())
    #expect(outcome.lines.count == 1 && outcome.output.contains("FINISHED") && outcome.status == 0)
  }

  @Test("check-config tells what the manager would do")
  func checkConfig() {
    func check(_ properties: String, _ arguments: String...) -> CommandOutcome {
      actool.write("a.properties", properties)
      return actool.run(["check-config"] + arguments + ["a.properties"])
    }
    let sound = check(Self.groups)
    #expect(sound.status == 0 && sound.stderr == "" && sound.lines.count == 2)
    #expect(
      sound.lines[0]
        == #"{"type":"service","service":"cs1","planner":"org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner","#
        + #""maxOpen":10,"lowestRatio":1.1,"groups":[{"group":"small","maxSize":1048576},{"group":"large"}]}"#)
    let all = "the manager of Accumulo 4.0 plans no compactions at all until this is mended"
    let place = "compaction.service.cs1.planner"
    for (properties, problem, effect) in [
      (
        Self.groups.replacing(#""group":"large""#, with: #""group":"default""#),
        "the group default is used by two services, cs1 and default", all
      ),
      (
        Self.groups.replacing("large", with: "small"), "\(place).opts.groups: group 2: small is defined twice", all
      ),
      (
        Self.groups.replacing("maxSize", with: "queue"),
        "\(place).opts.groups: group 1: expected no fields but group and maxSize, found queue", all
      ),
      (
        Self.groups + Self.cs1 + "rate.limit=5M\n",
        "compaction.service.cs1.rate.limit: expected <service>.planner or <service>.planner.opts.<option>", all
      ),
      (
        Self.groups + Self.cs1 + "planner.opts.lowestRatio=110%\n",
        "\(place).opts.lowestRatio: expected a number, found \"110%\"", all
      ),
      (
        Self.groups + "table.file.max=15\n",
        "table.file.max: the file may hold no settings of tables; set it in the shell",
        "no process of Accumulo 4.0 starts until this is mended"
      ),
    ] {
      let outcome = check(properties)
      #expect(
        outcome.stderr
          == "actool check-config: a.properties: \(problem)\nactool check-config: a.properties: \(effect)\n")
      #expect(outcome.status == 1)
    }
    let alone = check("compaction.service.default.planner=org.example.Nope\n")
    #expect(
      alone.stderr == """
        actool check-config: a.properties: defines no compaction services besides Accumulo's own: default
        actool check-config: a.properties: compaction.service.default.planner: only \
        org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner is known here, found org.example.Nope
        actool check-config: a.properties: Accumulo 4.0 does not check it while there is no other service; it plans nothing \
        until this is mended

        """)
    let one = check(Self.groups + Self.cs1 + "planner.opts.maxOpen=1\n")
    #expect(
      one.status == 0 && one.stderr.contains("\(place).opts.maxOpen: with 1 no system compaction is ever planned"))
    let old = check("tserver.compaction.major.service.cs1.rate.limit=5M\n", "--accumulo", "4.0")
    #expect(
      old.stderr.contains("tserver.compaction.major.service.cs1.rate.limit: Accumulo 4.0 ignores it without a word\n"))
    #expect(old.status == 0)
    let both = check(Self.groups + "tserver.compaction.major.service.cs1.rate.limit=5M\n")
    #expect(
      both.status == 2 && both.stderr.hasPrefix("actool check-config: a.properties: tserver.compaction.major.service."))
  }

  @Test("a plan with settings that stop the manager is refused, with what stops it")
  func stopped() {
    let outcome = actool.run(
      "plan", "-p", "compaction.service.x.planner.opts.groups=[]", stdin: Self.tablet([5, 5, 5, 5]))
    #expect(
      outcome.stderr
        == "actool plan: compaction.service.x.planner: missing, though the service has options; "
        + "the manager of Accumulo 4.0 plans no compactions at all until this is mended\n")
    #expect(outcome.status == 2 && outcome.output == "")
    let kind = actool.run("plan", "--accumulo", "4.0", "--kind", "chop", stdin: Self.tablet([5, 5]))
    #expect(kind.stderr == "actool plan: Accumulo 4.0 has compactions of the kinds SYSTEM and USER only, found CHOP\n")
    let ratio = actool.run(
      "plan", "--accumulo", "4.0", "-p", "table.compaction.major.ratio=300%", stdin: Self.tablet([5, 5]))
    #expect(ratio.stderr == "actool plan: table 2: table.compaction.major.ratio: expected a number, found \"300%\"\n")
    #expect(ratio.status == 2)
  }

  @Test("metadata of 4.0 becomes tablets, and plan says what it finds on them")
  func metadata() throws {
    actool.write("metadata.txt", try Fixtures.bytes(Fixtures.accumulo + "/golden4/metadata4/metadata4.txt"))
    let tablets = actool.run("tablets", "--metadata", "metadata.txt")
    #expect(tablets.lines.count == 1 && tablets.status == 1)
    #expect(tablets.output.contains(#""accumulo":"4.0""#) && tablets.output.contains(#""group":"small""#))
    let plan = actool.run("plan", stdin: tablets.output)
    #expect(
      plan.output == "" && plan.stderr == "actool plan: 1 tablet: nothing may be compacted now; --explain says why\n")
  }

  @Test("--repeat goes on in rounds until nothing is left")
  func repeats() {
    let sizes = (0..<30).map { 1 << $0 / 3 }
    let outcome = actool.run("plan", "--accumulo", "4.0", "--kind", "user", "--repeat", stdin: Self.tablet(sizes))
    let passes = outcome.lines.compactMap { $0.split(separator: #""pass":"#).dropFirst().first?.prefix { $0 != "," } }
    #expect(passes.first == "1" && passes.count > 1 && passes == passes.sorted())
    #expect(outcome.lines.last?.contains(#""selectedAll":true"#) == true)
  }
}

extension Substring {
  /// How often a text stands in it.
  fileprivate func components(_ text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
