import TestSupport
import Testing

@Suite("actool tablets --external")
struct ExternalCommandTests {
  let actool = CommandRunner()
  static let path = "hdfs://nn1/accumulo/tables/2/t-1/"

  /// A tablet of two files with a compaction of one of them, and one of a file that is gone.
  static let metadata = """
    2< ecomp:ECID:1-0-0-0-0 []\t{"inputs":["\(path)F1.rf"],"nextFiles":[],"tmp":"\(path)C1.rf_tmp","compactor":"c1:9133",\
    "kind":"SYSTEM","executorId":"DCQ1","priority":18790,"propDels":true,"selectedAll":false}
    2< ecomp:ECID:2-0-0-0-0 []\t{"inputs":["\(path)F9.rf"],"nextFiles":["\(path)F2.rf"],"tmp":"\(path)A2.rf_tmp",\
    "compactor":"c2:9133","kind":"USER","executorId":"DCQ1","priority":5,"propDels":false,"selectedAll":true,"compactionId":7}
    2< file:\(path)F1.rf []\t100,5
    2< file:\(path)F2.rf []\t100,5
    2< loc:1 []\th1:9997
    2< srv:dir []\tt-1
    2< ~tab:~pr []\t\\x00
    ~ecompECID:1-0-0-0-0 : []\t{"extent":{"tableId":"2"},"state":"FINISHED","fileSize":90,"entries":4}
    ~ecompECID:3-0-0-0-0 : []\t{"extent":{"tableId":"3","er":"YQ\\\\u003d\\\\u003d"},"state":"FAILED","fileSize":0,"entries":0}

    """

  static let records = [
    #"{"type":"external","ecid":"ECID:1-0-0-0-0","extent":{"tableId":"2"},"kind":"SYSTEM","executor":"e.DCQ1","#
      + #""compactor":"c1:9133","priority":18790,"inputs":["\#(path)F1.rf"],"output":"\#(path)C1.rf","#
      + #""tmp":"\#(path)C1.rf_tmp","propDels":true}"#,
    #"{"type":"external","ecid":"ECID:2-0-0-0-0","extent":{"tableId":"2"},"kind":"USER","executor":"e.DCQ1","#
      + #""compactor":"c2:9133","priority":5,"inputs":["\#(path)F9.rf"],"nextFiles":["\#(path)F2.rf"],"#
      + #""output":"\#(path)A2.rf","tmp":"\#(path)A2.rf_tmp","propDels":false,"operation":"7","#
      + #""problems":["\#(path)F9.rf is no file of the tablet"]}"#,
    #"{"type":"final","ecid":"ECID:1-0-0-0-0","extent":{"tableId":"2"},"state":"FINISHED","fileSize":90,"entries":4}"#,
    #"{"type":"final","ecid":"ECID:3-0-0-0-0","extent":{"tableId":"3","endRow":"a"},"state":"FAILED","fileSize":0,"#
      + #""entries":0,"problems":["the tablet is gone, and nobody has its rows"]}"#,
  ]

  @Test("compactions that run and those that ended are records, and what is wrong is told with status 1")
  func external() {
    actool.write("metadata.txt", Self.metadata)
    let outcome = actool.run("tablets", "--metadata", "metadata.txt", "--external")
    #expect(outcome.lines.map(String.init) == Self.records && outcome.status == 1)
    #expect(
      outcome.stderr == """
        actool tablets: ECID:2-0-0-0-0 on 2<<: \(Self.path)F9.rf is no file of the tablet
        actool tablets: ECID:3-0-0-0-0 on 3;a<, FAILED: the tablet is gone, and nobody has its rows

        """)
    let two = actool.run("tablets", "--metadata", "metadata.txt", "--external", "--table", "2")
    #expect(two.lines.count == 3 && two.stderr.split(separator: "\n").count == 1)
    let three = actool.run("tablets", "--metadata", "metadata.txt", "--external", "--table", "3")
    #expect(three.lines.map(String.init) == [Self.records[3]])
    let none = actool.run("tablets", "--metadata", "metadata.txt", "--external", "--table", "4")
    #expect(none.output == "" && none.stderr == "" && none.status == 0)
  }

  @Test("temporary files that no compaction writes are told, and those of flushes and of compactions are not")
  func files() {
    actool.write("metadata.txt", Self.metadata)
    let ecid = "ECID-de6afc1d-64ae-4abf-8bce-02ec0a79aa6c"
    let listing = """
      Found 9 items
      drwxr-xr-x   - accumulo supergroup          0 2026-11-21 10:00 /accumulo/tables/2/t-1
      -rw-r--r--   3 accumulo supergroup        100 2026-11-21 10:00 /accumulo/tables/2/t-1/F1.rf
      -rw-r--r--   3 accumulo supergroup        100 2026-11-21 10:00 /accumulo/tables/2/t-1/C1.rf_tmp
      -rw-r--r--   3 accumulo supergroup        100 2026-11-21 10:00 /accumulo/tables/2/t-1/A2.rf_tmp
      -rw-r--r--   3 accumulo supergroup        100 2026-11-21 10:00 /accumulo/tables/2/t-2/C1.rf_tmp
      -rw-r--r--   3 accumulo supergroup        100 2026-11-21 10:00 /accumulo/tables/2/t-1/F7.rf_tmp

      hdfs://nn1/accumulo/tables/3/t-1/C4.rf_tmp_\(ecid)
      /accumulo/wal/h1+9997/C1.rf_tmp

      """
    func run(_ arguments: String...) -> CommandOutcome {
      actool.run(
        ["tablets", "--metadata", "metadata.txt", "--external", "--files", "-"] + arguments, stdin: Array(listing.utf8))
    }
    let outcome = run()
    #expect(
      outcome.lines.dropFirst(4).map(String.init) == [
        #"{"type":"unowned","file":"/accumulo/tables/2/t-2/C1.rf_tmp"}"#,
        #"{"type":"unowned","file":"hdfs://nn1/accumulo/tables/3/t-1/C4.rf_tmp_\#(ecid)"}"#,
      ])
    #expect(
      outcome.stderr.hasSuffix(
        "actool tablets: /accumulo/tables/2/t-2/C1.rf_tmp: no compaction of the metadata writes it\n"
          + "actool tablets: hdfs://nn1/accumulo/tables/3/t-1/C4.rf_tmp_\(ecid): no compaction of the metadata writes it\n"
      ))
    #expect(run("--table", "3").lines.map { $0.prefix(15) } == [#"{"type":"final""#, #"{"type":"unowne"#])
  }

  @Test("a listing may have relative paths and blanks, and must have files of tablets")
  func listings() {
    actool.write("metadata.txt", Self.metadata)
    func unowned(_ listing: String) -> [String] {
      let arguments = ["tablets", "--metadata", "metadata.txt", "--external", "--files", "-"]
      let outcome = actool.run(arguments, stdin: Array(listing.utf8))
      if outcome.status == 2 { return [outcome.stderr] }
      return outcome.lines.dropFirst(4).map { String($0.dropFirst(#"{"type":"unowned","file":""#.count).dropLast(2)) }
    }
    #expect(unowned("2/t-1/C1.rf_tmp\n2/t-1/C9.rf_tmp\n") == ["2/t-1/C9.rf_tmp"])
    #expect(unowned("./2/t-1/C9.rf_tmp\r\n") == ["./2/t-1/C9.rf_tmp"])
    let path = "/my volume/tables/2/t-1/C9.rf_tmp"
    #expect(unowned(path + "\n") == [path])
    #expect(unowned("-rw-r--r--   3 a s  5 2026-01-01 10:00 \(path)\n") == [path])
    let none =
      "actool tablets: standard input: expected files such as tables/2/t-0001/F0001.rf, found none in the listing\n"
    #expect(unowned("") == [none] && unowned("/accumulo/wal/a/b\n") == [none])
  }

  @Test("two tablets with a compaction of one id are told")
  func twice() {
    let other = Self.metadata.split(separator: "\n").prefix(1) + ["3< ~tab:~pr []\t\\x00"]
    let text = Self.metadata + other.joined(separator: "\n").replacing("2< ", with: "3< ") + "\n"
    actool.write("metadata.txt", text)
    let outcome = actool.run("tablets", "--metadata", "metadata.txt", "--external")
    #expect(outcome.stderr.contains("the tablet 2<< has a compaction of this id, too"), "\(outcome.stderr)")
  }

  @Test("what cannot be read is one line with its place and status 2")
  func refused() {
    actool.write("metadata.txt", Self.metadata)
    actool.write("list.txt", "/accumulo/tables/2\nnonsense\n")
    let arguments = ["tablets", "--metadata", "metadata.txt", "--external"]
    let outcome = actool.run(arguments + ["--files", "list.txt"])
    #expect(
      outcome.stderr
        == "actool tablets: list.txt, line 2: expected a path, as hdfs dfs -ls -R prints them, found \"nonsense\"\n")
    #expect(outcome.status == 2 && outcome.lines.count == 4)
    #expect(actool.run(arguments + ["--files", "absent"]).status == 2)
    for (from, to, problem) in [
      ("ECID:1-0", "ECID-1-0", "kind"),
      ("ecomp:ECID:1-0", "ecomp:ECID:10", "expected the id ECID: or, in 4.0, ECID- and a UUID"),
      (
        #""kind":"SYSTEM""#, #""kind":"SYSTEM","groupId":"a""#,
        "expected the id ECID- and a UUID for a compaction of 4.0"
      ),
    ] {
      actool.write("metadata.txt", Self.metadata.replacing(from, with: to))
      let outcome = actool.run(arguments)
      #expect(outcome.status == 2 && outcome.stderr.split(separator: "\n").count == 1)
      #expect(
        outcome.stderr.hasPrefix("actool tablets: metadata.txt, line 1: an external compaction that cannot be read: "))
      if problem != "kind" { #expect(outcome.stderr.contains(problem), "\(outcome.stderr)") }
    }
    let pipe = actool.shell("mkfifo pipe && actool tablets --metadata pipe --external")
    #expect(pipe.status == 64 && pipe.stderr.contains("--external reads the metadata twice"), "\(pipe.stderr)")
    let twice = actool.run("tablets", "--metadata", "-", "--external", stdin: Self.metadata)
    #expect(twice.status == 64 && twice.stderr.contains("it takes a file, not -"))
  }

  @Test("the files of compactions that run are taken when a plan is made")
  func plan() {
    actool.write(
      "metadata.txt",
      Self.metadata.replacing("F9.rf", with: "F2.rf").replacing(#"["\#(Self.path)F2.rf"],"tmp""#, with: #"[],"tmp""#))
    let tablets = actool.run("tablets", "--metadata", "metadata.txt")
    #expect(tablets.status == 0)
    let plan = actool.run("plan", "--kind", "user", "--explain", stdin: tablets.output)
    #expect(plan.output == "" && plan.stderr.hasPrefix("2<< USER: nothing to do: no files are free to be compacted\n"))
  }
}
