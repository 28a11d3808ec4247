import Records
import TestSupport
import Testing

@testable import actool

@Suite("actool plan")
struct PlanCommandTests {
  /// Four small files and a large one.
  static func tablet(_ endRow: String, after: String? = nil, table: String = "2", extra: String = "") -> String {
    let files = ["10", "11", "12", "13", "1000"].enumerated().map {
      #"{"file":"F000000\#($0).rf","size":\#($1),"entries":5}"#
    }
    let start = after.map { #""prevEndRow":"\#($0)","# } ?? ""
    return
      #"{"type":"tablet","extent":{"tableId":"\#(table)",\#(start)"endRow":"\#(endRow)"},"directory":"tables/\#(table)/t-1","#
      + #""files":[\#(files.joined(separator: ","))]\#(extra)}"# + "\n"
  }

  /// The text between two marks, the first one with it.
  static func part(of line: Substring, from start: String, to end: String) -> Substring? {
    guard let begin = line.firstRange(of: start), let stop = line[begin.upperBound...].firstRange(of: end) else {
      return nil
    }
    return line[begin.lowerBound..<stop.lowerBound]
  }

  let actool = CommandRunner()

  @Test("a system job takes the small files, and its record is complete")
  func system() {
    let outcome = actool.run("plan", "--seed", "1", "-p", "table.file.compress.type=zstd", stdin: Self.tablet("m"))
    #expect(
      outcome.output
        == #"{"type":"job","ecid":"ECID:beeb8da1-658e-4c67-b893-a2eefb32555e","extent":{"tableId":"2","endRow":"m"},"#
        + #""directory":"tables/2/t-1","kind":"SYSTEM","service":"default","executor":"i.default.small","pass":1,"#
        + #""priority":18777,"inputs":[{"file":"F0000000.rf","size":10,"entries":5},"#
        + #"{"file":"F0000001.rf","size":11,"entries":5},{"file":"F0000002.rf","size":12,"entries":5},"#
        + #"{"file":"F0000003.rf","size":13,"entries":5}],"nextFiles":[],"output":"Caytrp35.rf","tmp":"Caytrp35.rf_tmp","#
        + #""propDels":true,"selectedAll":false,"bytes":46,"properties":{"table.file.compress.type":"zstd"}}"# + "\n")
    #expect(outcome.stderr == "" && outcome.status == 0)
  }

  @Test("without a word about the table's settings the job has none")
  func noProperties() {
    let outcome = actool.run("plan", stdin: Self.tablet("m"))
    #expect(outcome.lines.count == 1 && !outcome.output.contains("properties"))
    #expect(
      actool.run("plan", "-p", "table.file.max=15", stdin: Self.tablet("m")).output.contains(#""properties":{}}"#))
  }

  @Test("a user job takes all files, drops the delete markers, and says so in the name of its output")
  func user() {
    let outcome = actool.run("plan", "--kind", "user", "--seed", "7", stdin: Self.tablet("m"))
    #expect(
      outcome.output.contains(#""kind":"USER""#) && outcome.output.contains(#""propDels":false,"selectedAll":true"#))
    #expect(outcome.output.contains(#""output":"A"#))
  }

  @Test("the same seed gives the same bytes, no seed gives other ids")
  func seed() {
    let input = (0..<20).map { Self.tablet("\(100 + $0)") }.joined()
    let one = actool.run("plan", "--seed", "5", stdin: input)
    #expect(one.lines.count == 20)
    #expect(actool.run("plan", "--seed", "5", stdin: input).output == one.output)
    #expect(actool.run("plan", "--seed", "6", stdin: input).output != one.output)
    #expect(actool.run("plan", stdin: input).output != actool.run("plan", stdin: input).output)
  }

  @Test("files of records are read in order, - is standard input, and jobs come in the order of their tablets")
  func paths() {
    actool.write("a.json", Self.tablet("a") + #"{"type":"tserver","server":"h1:9997"}"# + "\n" + Self.tablet("b"))
    actool.write("c.json", Self.tablet("d"))
    let outcome = actool.run("plan", "a.json", "-", "c.json", stdin: Self.tablet("c"))
    let rows = outcome.lines.compactMap { $0.split(separator: #""endRow":""#).last?.first }
    #expect(rows == ["a", "b", "c", "d"])
  }

  @Test("a table directory is planned with its table.properties, files in the order of their names")
  func directories() throws {
    for name in ["A", "B", "C", "D"] {
      actool.write(
        "tables/2/t-1/F000000\(name).rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/fam_del/\(name).rf"))
    }
    actool.write("tables/2/table.properties", "table.file.compress.type=none\n")
    for path in ["tables/2", "tables/2/t-1", "tables/2/"] {
      let outcome = actool.run("plan", "--kind", "USER", path)
      #expect(outcome.status == 0 && outcome.stderr == "")
      let files = outcome.output.split(separator: #""file":""#).dropFirst().map { String($0.prefix(11)) }
      #expect(files == ["F000000A.rf", "F000000B.rf", "F000000C.rf", "F000000D.rf"], "\(path)")
      #expect(outcome.output.contains(#""properties":{"table.file.compress.type":"none"}}"#))
    }
  }

  @Test("a directory that was read is absolute in the jobs, so that they run from anywhere; records keep theirs")
  func absoluteDirectories() throws {
    for name in ["A", "B", "C", "D"] {
      actool.write("a/tables/2/t-1/F\(name).rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/fam_del/\(name).rf"))
    }
    let directory = #""directory":"\#(actool.path("a/tables/2/t-1"))""#
    for line in ["cd a && actool %% tables/2", "cd a/tables && actool %% ./2/t-1", "cd a && actool %% $PWD/tables/2"] {
      for command in ["tablets", "plan --kind user"] {
        let outcome = actool.shell(line.replacing("%%", with: command))
        #expect(
          outcome.status == 0 && outcome.output.contains(directory), "\(line): \(outcome.output)\(outcome.stderr)")
      }
    }
    let outcome = actool.shell(
      "cd a && actool plan --kind user tables/2 | { cd /; actool compact --default-properties; }")
    #expect(outcome.status == 0 && outcome.output.contains("FINISHED"), "\(outcome.output)\(outcome.stderr)")
    let record = Self.tablet("m")
    #expect(actool.run("plan", stdin: record).output.contains(#""directory":"tables/2/t-1""#))
    #expect(actool.run("tablets", stdin: record).output.contains(#""directory":"tables/2/t-1""#))
  }

  @Test(
    "overlapping tablets are named with status 1, holes only where a whole table is given",
    arguments: ["plan", "tablets"])
  func extents(command: String) throws {
    let bytes = try Fixtures.bytes(Fixtures.accumulo + "/rfiles/fam_del/A.rf")
    func write(_ name: String, _ extent: String) {
      actool.write("2/\(name)/FA.rf", bytes)
      actool.write(
        "2/\(name)/tablet.json",
        #"{"version":1,"extent":{"tableId":"2"\#(extent)},"files":[{"file":"FA.rf","size":\#(bytes.count),"entries":1}]}"#
      )
    }
    write("t-1", #","endRow":"m""#)
    write("t-2", #","prevEndRow":"k""#)
    for paths in [["2"], ["2/t-1", "2/t-2"], ["2/t-2", "2/t-1"]] {
      let outcome = actool.run([command] + paths)
      #expect(outcome.status == 1 && outcome.stderr == "actool \(command): 2: tablets 2;m< and 2<;k overlap\n")
    }
    #expect(actool.run(command, "2/t-1").status == 0)
    #expect(actool.run(command, "2/t-2").status == 0)
    write("t-2", #","prevEndRow":"n""#)
    let hole = actool.run(command, "2")
    #expect(hole.status == 1 && hole.stderr == "actool \(command): 2: table 2 has no tablet for the rows of 2;n;m\n")
    #expect(actool.run(command, "2/t-1", "2/t-2").status == 0)
    let records = actool.run(command, stdin: Self.tablet("m", after: "c") + Self.tablet("k", after: "a"))
    #expect(
      records.status == 1 && records.stderr == "actool \(command): standard input: tablets 2;k;a and 2;m;c overlap\n")
    #expect(records.lines.count == 2)
    #expect(actool.run(command, stdin: Self.tablet("m", after: "l") + Self.tablet("k", after: "a")).status == 0)
  }

  @Test("--repeat goes on until nothing is left, and later jobs read what earlier ones write")
  func repeats() throws {
    let outcome = actool.run(
      "plan", "--repeat", "--kind", "user", "--summary", "-p",
      "tserver.compaction.major.service.default.planner.opts.maxOpen=2",
      stdin: Self.tablet("m"))
    let lines = outcome.lines
    #expect(lines.count == 5)
    for (pass, line) in lines.dropLast().enumerated() { #expect(line.contains(#""pass":\#(pass + 1),"#)) }
    let outputs = lines.compactMap { $0.split(separator: #""output":""#).dropFirst().first?.prefix(11) }
    #expect(outputs.count == 4)
    for output in outputs.dropLast() { #expect(lines.contains { $0.contains(#"{"file":"\#(output)","#) }) }
    #expect(lines[3].contains(#""selectedAll":true,"bytes":1046"#))
    #expect(
      lines[4] == #"{"type":"summary","command":"plan","tablets":1,"jobs":4,"files":8,"bytes":\#(21 + 25 + 46 + 1046)}"#
    )
    let endless = actool.run(
      "plan", "--repeat", "--kind", "user", "-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=1",
      stdin: Self.tablet("m"))
    #expect(
      endless.stderr
        == "actool plan: standard input, line 1: the service default has maxOpen 1: it would rewrite single files for ever\n"
    )
    #expect(endless.status == 2)
  }

  @Test("--explain says on standard error why a tablet gets its job, or none")
  func explain() {
    let outcome = actool.run(
      "plan", "--explain", stdin: Self.tablet("m") + Self.tablet("z", after: "m", extra: #","candidates":[]"#))
    #expect(
      outcome.stderr == """
        2;m< SYSTEM: 4 of 5 files meet the ratio: largest 13 * 3.0 < sum 46; goes to i.default.small with priority 18777
        2;m< SYSTEM: would not compact at a ratio of 3.54 or more (now 3.0)
        2;z;m SYSTEM: nothing to do: no files are free to be compacted
        2;z;m SYSTEM: would compact with 4 more files of 12 bytes

        """)
    #expect(outcome.lines.count == 1)
  }

  @Test("--explain=json puts records among the jobs, which compact passes over")
  func explainAsRecords() throws {
    let input = Self.tablet("m") + Self.tablet("z", after: "m", extra: #","candidates":[]"#)
    let outcome = actool.run("plan", "--explain=json", "--repeat", stdin: input)
    #expect(outcome.stderr == "" && outcome.status == 0)
    var found: [String] = []
    for line in outcome.lines {
      let record = try JSONValue(parsing: Array(line.utf8))
      found.append("\(record["type"]?.text ?? "") \(record["pass"]?.int ?? 0) \(record["reason"]?.text ?? "")")
    }
    #expect(
      found == [
        "explanation 1 4 of 5 files meet the ratio: largest 13 * 3.0 < sum 46",
        "explanation 2 0 of 2 files meet the ratio 3.0", "job 1 ", "explanation 1 no files are free to be compacted",
      ])
    let jobs = actool.run("compact", "--default-properties", "--dry-run", "--keep-inputs", stdin: outcome.output)
    #expect(!jobs.stderr.contains("explanation"))
    for (arguments, problem) in [
      (["--explain=yaml"], "expected text or json for --explain, found 'yaml'"),
      (["--compare", "a", "b", "--explain=json"], "--explain=json"),
    ] {
      let refused = actool.run(["plan"] + arguments, stdin: [])
      #expect(refused.status == 64 && refused.stderr.contains(problem), "\(refused.stderr)")
    }
  }

  @Test("the dispatcher follows hints, a file for one table holds for that table only, -p holds over both")
  func configuration() {
    actool.write(
      "accumulo.properties",
      """
      tserver.compaction.major.service.cs1.planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner
      tserver.compaction.major.service.cs1.planner.opts.executors=[{"type":"external","queue":"DCQ1"}]
      """)
    actool.write(
      "table.txt", "SCOPE | NAME | VALUE\ntable | table.compaction.dispatcher.opts.service.user.urgent .. | cs1\n")
    func executors(_ arguments: String...) -> [String] {
      actool.run(
        ["plan", "--kind", "user", "--config", "accumulo.properties", "--config", "2=table.txt"] + arguments,
        stdin: Array((Self.tablet("m") + Self.tablet("m", table: "3")).utf8)
      ).lines.map { String($0.split(separator: #""executor":""#)[1].prefix { $0 != "\"" }) }
    }
    #expect(executors() == ["i.default.small", "i.default.small"])
    #expect(executors("--hint", "compaction_type=urgent") == ["e.DCQ1", "i.default.small"])
    #expect(executors("-p", "table.compaction.dispatcher.opts.service=cs1") == ["e.DCQ1", "e.DCQ1"])
  }

  @Test("a malformed line names its number and field, and what was planned before it is printed")
  func malformed() {
    let outcome = actool.run(
      "plan", stdin: Self.tablet("m") + #"{"type":"tablet","extent":{"tableId":"2"},"files":[{"file":"a"}]}"#)
    #expect(outcome.lines.count == 1)
    #expect(
      outcome.stderr
        == "actool plan: standard input, line 2: files[0].size: expected a whole number from 0 to 9223372036854775807, found nothing\n"
    )
    #expect(outcome.status == 2)
  }

  @Test("sizes beyond 64 bits, a foreign candidate and a bad file name are errors of the tablet's line")
  func wrongTablets() {
    let large = #"{"file":"a.rf","size":5000000000000000000},{"file":"b.rf","size":5000000000000000000}"#
    for (files, rest, message) in [
      (large, "", "the sizes of the files add up to more than 9223372036854775807 bytes"),
      (#"{"file":"a.rf","size":1}"#, #","candidates":["b.rf"]"#, "candidates: b.rf is not a file of the tablet"),
      (#"{"file":"a.rf","size":1},{"file":"a.rf","size":1}"#, "", "a.rf is listed twice"),
      (
        #"{"file":"/accumulo/tables/2/t-1/a.rf","size":1}"#, "",
        "expected a URI <volume>/tables/<table id>/<directory>/<file>, found \"/accumulo/tables/2/t-1/a.rf\""
      ),
    ] {
      let outcome = actool.run(
        "plan", stdin: "\n" + #"{"type":"tablet","extent":{"tableId":"2"},"files":[\#(files)]\#(rest)}"#)
      #expect(outcome.stderr == "actool plan: standard input, line 2: \(message)\n")
      #expect(outcome.status == 2 && outcome.stdout.isEmpty)
    }
  }

  @Test("what cannot be read is status 2, wrong usage is 64, help and version are 0")
  func statuses() {
    let missing = actool.run("plan", "nowhere.json")
    #expect(
      missing.stderr == "actool plan: cannot open nowhere.json: No such file or directory\n" && missing.status == 2)
    #expect(actool.run("plan", "--config", "nowhere.properties").status == 2)
    for arguments in [
      ["plan", "--kind", "all"], ["plan", "-p", "x"], ["plan", "-p", "table.file.maxx=3"],
      ["plan", "-p", "table.custom.=3"], ["plan", "--hint", "=x"], ["plan", "--no-such"], ["no-such"],
      ["plan", "--config", "2="],
    ] {
      let outcome = actool.run(arguments)
      let command = arguments[0] == "plan" ? "actool plan" : "actool"
      #expect(outcome.status == 64 && outcome.stdout.isEmpty)
      #expect(outcome.stderr.hasPrefix("\(command): ") && outcome.stderr.hasSuffix("; see \(command) --help\n"))
      #expect(outcome.stderr.split(separator: "\n").count == 1, "\(outcome.stderr)")
    }
    let version = actool.run("--version").output
    #if Libdeflate
      #expect(version.hasPrefix("actool \(Version.number) (gz: libdeflate 1."), "\(version)")
      #expect(version.contains("; zlib 1."))
    #else
      #expect(version.hasPrefix("actool \(Version.number) (gz: zlib 1."), "\(version)")
    #endif
    #expect(version.contains("; zstd 1.") && version.hasSuffix(")\n"))
    #expect(actool.run("plan", "--help").output.hasPrefix("OVERVIEW: Prints the compactions"))
  }

  @Test("a service that does not exist and a value of the wrong kind name what is wrong")
  func wrongConfiguration() {
    for (property, message) in [
      (
        "table.compaction.dispatcher.opts.service=cs9",
        "no compaction service is named \"cs9\"; there are default, meta, root"
      ),
      ("table.file.max=x", "table.file.max: expected a whole number below 2^31 without a unit, found \"x\""),
    ] {
      let outcome = actool.run("plan", "-p", property, stdin: Self.tablet("m"))
      #expect(outcome.stderr == "actool plan: table 2: \(message)\n" && outcome.status == 2, "\(outcome.stderr)")
    }
  }

  @Test("a closed pipe ends the program quietly with status 0")
  func closedPipe() {
    actool.write("many.json", (0..<3000).map { Self.tablet("\(10_000 + $0)") }.joined())
    let outcome = actool.shell("{ actool plan many.json; echo status $? >&2; } | head -n 1 | wc -l")
    #expect(outcome.output == "1\n" && outcome.stderr == "status 0\n")
  }

  @Test("11,280 tablets of 8 files are planned, each as if it were alone")
  func size() throws {
    var random = SplitMix64(seed: 1)
    var input = ""
    for tablet in 0..<11_280 {
      let files = (0..<8).map {
        #"{"file":"F000000\#($0).rf","size":\#(Int.random(in: 1...1_000_000, using: &random)),"entries":9}"#
      }
      input +=
        #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"\#(199_999 + tablet)","endRow":"\#(200_000 + tablet)"},"files":[\#(files.joined(separator: ","))]}"#
        + "\n"
    }
    let outcome = actool.run("plan", "--summary", "--seed", "1", stdin: input)
    #expect(outcome.status == 0)
    let jobs = outcome.lines.dropLast()
    #expect(
      outcome.lines.last?.hasPrefix(#"{"type":"summary","command":"plan","tablets":11280,"jobs":\#(jobs.count),"#)
        == true)
    #expect(jobs.count > 5000)
    // Names are unique within the run, and a tablet alone gets the same files.
    #expect(Set(jobs.compactMap { $0.split(separator: #""output":""#).last?.prefix(11) }).count == jobs.count)
    let tablets = input.split(separator: "\n")
    for place in stride(from: 0, to: jobs.count, by: jobs.count / 10) {
      let extent = try #require(Self.part(of: jobs[place], from: #""extent""#, to: #","kind""#))
      let tablet = try #require(tablets.first { $0.contains(extent) })
      let alone = try #require(actool.run("plan", stdin: String(tablet)).lines.first)
      let decisions = [jobs[place], alone].map { Self.part(of: $0, from: #""extent""#, to: #""output""#) }
      #expect(decisions[0] != nil && decisions[0] == decisions[1])
    }
  }
}
