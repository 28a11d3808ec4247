import FoundationEssentials
import Records
import TestSupport
import Testing

/// docs/records.md says what the commands print. Here they print everything that it lists.
@Suite("docs/records.md")
struct RecordsPageTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  static func page() throws -> RecordsPage {
    try RecordsPage(try Fixtures.text(Fixtures.root + "/docs/records.md"))
  }

  @Test("every field that is printed is on the page with its type, and every field of the page is printed")
  func fields() throws {
    var printed = PrintedFields(try Self.page())
    try tablets(&printed)
    try plans(&printed)
    try comparisons(&printed)
    try externals(&printed)
    try compactions(&printed)
    try killed(&printed)
    try resumed(&printed)
    try parts(&printed)
    try merges(&printed)
    try filesByHand(&printed)
    try salvages(&printed)
    try files(&printed)
    try ingest(&printed)
    try ingestProgress(&printed)
    try balance(&printed)
    try simulations(&printed)
    #expect(printed.problems == [])
    #expect(printed.unprinted == [])
  }

  @Test("the example of each record is what its table says")
  func examples() throws {
    var printed = PrintedFields(try Self.page())
    for section in printed.page.sections {
      #expect(section.examples.count == 1, "\(section.title)")
      for example in section.examples {
        let record = try JSONValue(parsing: Array(example.utf8))
        let type = section.title == "tablet.json" ? nil : String(section.title.prefix { $0 != " " })
        #expect(record["type"]?.text == type, "\(section.title)")
        printed.check(record, section)
      }
    }
    #expect(printed.problems == [])
  }

  @Test("every type that the sources write is on the page, and no other")
  func types() throws {
    var written: Set<String> = ["tablet.json"]
    let sources = Fixtures.root + "/Sources"
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources) where file.hasSuffix(".swift") {
      for piece in try Fixtures.text(sources + "/" + file).components(separatedBy: "record(\"").dropFirst() {
        written.insert(String(piece.prefix { $0 != "\"" }))
      }
    }
    // Records of single entries are written without a `JSONLine`.
    written.formUnion(["entry", "missing", "extra", "changed"])
    #expect(written.count > 20)
    #expect(Set(try Self.page().sections.map { String($0.title.prefix { $0 != " " }) }) == written)
  }

  @Test("a field that is not on the page is noticed, as is one that is missing, mistyped, out of place or never there")
  func seeing() throws {
    let page = try RecordsPage(
      """
      ## `a`
      Written by `make`. Read by nothing.
      | `b` | object | | always | |
      | `b.c` | integer | bytes | always | |
      | `d` | array of object | | sometimes | like others |
      | `d[].e` | bytes | | sometimes | |
      | `f` | array of object | | sometimes | with the fields of `d` |
      """)
    func problems(_ lines: String...) throws -> (problems: [String], unprinted: [String]) {
      var printed = PrintedFields(page)
      try printed.add(lines.map { $0[...] }, from: ["make"])
      return (printed.problems, printed.unprinted)
    }
    let all = #"{"type":"a","b":{"c":1},"d":[{"e":"x"},{}],"f":[{"e":"x"}]}"#
    #expect(try problems(all, #"{"type":"a","b":{"c":1}}"#) == ([], []))
    #expect(try problems(all).unprinted.count == 2)
    #expect(try problems(#"{"type":"a","b":{"c":1}}"#).unprinted.count == 4)
    for (old, new, problem) in [
      (#""c":1"#, #""c":1,"x":1"#, "a: b.x is printed and not on the page"),
      (#""c":1"#, "", "a: b.c is always there on the page, and missing in a record"),
      (#""c":1"#, #""c":1.5"#, "a: b.c is integer on the page, and printed as the number 1.5"),
      (#""e":"x"}]}"#, #""e":"\\y"}]}"#, #"a: f[].e is bytes on the page, and printed as the text "\y""#),
      (
        #""type":"a","b":{"c":1},"d":[{"e":"x"},{}]"#, #""type":"a","d":[],"b":{"c":1}"#,
        "a: the fields of  come in another order on the page"
      ),
      (#""type":"a""#, #""type":"z""#, "z is not on the page"),
    ] {
      #expect(try problems(all.replacing(old, with: new)).problems == [problem])
    }
    var printed = PrintedFields(page)
    try printed.add([all[...]], from: ["other"])
    #expect(printed.problems == ["a: the page does not say that other writes it"])
  }

  // MARK: The commands

  /// Runs a command and adds the records it printed, including progress.
  @discardableResult func run(
    _ arguments: [String], stdin: String = "", status: Int32 = 0, into printed: inout PrintedFields,
    environment: [String: String] = [:]
  ) throws -> CommandOutcome {
    let outcome = actool.run(arguments, stdin: Array(stdin.utf8), environment: environment)
    #expect(outcome.status == status, "\(arguments): \(outcome.stderr)")
    try printed.add(outcome.lines, from: arguments)
    try printed.add(outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("{") }, from: arguments)
    return outcome
  }

  private func tablets(_ printed: inout PrintedFields) throws {
    let full =
      #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"a\\x00","endRow":"m"},"namespace":"n","directory":"t","#
      + #""location":"h1:1","last":"h2:1","future":"h3:1","files":["#
      + #"{"file":"F1.rf","size":5,"entries":2,"range":{"prevEndRow":"b"}},{"file":"F2.rf","size":5,"range":{"endRow":"c"},"time":7},"#
      + #"{"file":"F3.rf","size":5}],"candidates":["F1.rf","F2.rf"],"#
      + #""running":[{"kind":"CHOP","executor":"i.a.b","files":["F3.rf"]}]}"#
    let first = #"{"type":"tablet","extent":{"tableId":"2","endRow":"a\\x00"},"files":[]}"#
    let last = #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"m"},"files":[{"file":"F1.rf","size":5}]}"#
    let table = [first, full, last].joined(separator: "\n")
    let unknown = #"{"type":"tablet","extent":{"tableId":"4"}}"#
    let bare = #"{"type":"tablet","extent":{"tableId":"3"},"files":[{"file":"F1.rf","size":5}]}"#
    let server = #"{"type":"tserver","server":"h1:9997"}"#
    try run(["tablets"], stdin: [table, bare, unknown, server].joined(separator: "\n"), into: &printed)
    actool.write("servers", "h2:9997\n")
    let metadata = "2;m loc:1 []\th1:9997\n2;m ~tab:~pr []\t\\x00\n2< ~tab:~pr []\t\\x01m\n"
    try run(["tablets", "--metadata", "-", "--tservers", "servers"], stdin: metadata, into: &printed)
    try run(["plan", "--kind", "user", "--summary"], stdin: table + "\n" + bare, into: &printed)
    try run(["plan", "--kind", "user", "-p", "table.file.compress.type=zstd"], stdin: bare, into: &printed)
    let new =
      #"{"type":"tablet","accumulo":"4.0","extent":{"tableId":"4"},"files":[{"file":"F1.rf","size":5},"#
      + #"{"file":"F2.rf","size":5}],"running":[{"kind":"SYSTEM","group":"small","files":["F2.rf"]}],"#
      + #""selected":{"files":["F1.rf"],"all":true,"completed":0"#
    try run(
      ["tablets"],
      stdin: new + #","ageMs":5},"userCompactionWaits":true,"unsplittable":true,"held":"operation"}"# + "\n"
        + new.replacing(#""4"}"#, with: #""5"}"#) + "}}",
      into: &printed)
    try run(["plan", "--kind", "user"], stdin: new + "}}", into: &printed)
    let all = [table, bare, last, new + "}}"].joined(separator: "\n")
    for more in [["--batch", "1G"], ["--batch", "1", "-p", "table.file.compress.type=zstd"], ["--queues"]] {
      try run(["plan", "--kind", "user"] + more, stdin: all, status: 1, into: &printed)
    }
    try run(["plan", "--queues", "--accumulo", "4.0", "--rate", "1M", "--drain", "1m"], stdin: bare, into: &printed)
  }

  private func plans(_ printed: inout PrintedFields) throws {
    actool.write(
      "accumulo.properties",
      """
      tserver.compaction.major.service.cs1.planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner
      tserver.compaction.major.service.cs1.planner.opts.executors=[{"type":"external","queue":"DCQ1"}]

      """)
    try run(["check-config", "accumulo.properties"], into: &printed)
    actool.write(
      "new.properties",
      #"compaction.service.default.planner.opts.groups=[{"group":"small","maxSize":"1M"},{"group":"large"}]"#)
    try run(["check-config", "new.properties"], into: &printed)
  }

  private func comparisons(_ printed: inout PrintedFields) throws {
    actool.write("a.properties", "table.compaction.major.ratio=1.5\n")
    actool.write(
      "b.properties",
      "tserver.compaction.major.service.default.planner.opts.executors=[{'type':'external','queue':'q'}]\n")
    let tablets = [
      #"{"type":"tablet","extent":{"tableId":"2","endRow":"a"},"files":[{"file":"F1.rf","size":5},{"file":"F2.rf","size":5}]}"#,
      #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"a"},"files":["#
        + (1...4).map { #"{"file":"F\#($0).rf","size":5}"# }.joined(separator: ",") + "]}",
    ].joined(separator: "\n")
    try run(["plan", "--compare", "a.properties", "b.properties"], stdin: tablets, into: &printed)
    try run(["plan", "--compare", "b.properties", "a.properties"], stdin: tablets, into: &printed)
    try run(["plan", "--explain=json"], stdin: tablets, into: &printed)
  }

  private func externals(_ printed: inout PrintedFields) throws {
    let metadata = ExternalCommandTests.metadata
    actool.write("list", "/accumulo/tables/2/t-9/C1.rf_tmp\n")
    for text in [metadata, metadata.replacing(#""er""#, with: #""per""#)] {
      actool.write("external", text)
      try run(["tablets", "--metadata", "external", "--external", "--files", "list"], status: 1, into: &printed)
    }
    actool.write("external", try Fixtures.bytes(Fixtures.accumulo + "/golden4/metadata4/metadata4.txt"))
    try run(["tablets", "--metadata", "external", "--external"], into: &printed)
  }

  /// Three tablets with extents of every kind.
  private func compactions(_ printed: inout PrintedFields) throws {
    let make = ["ingest", "--output", "3", "--seed", "1", "--entries", "400", "--tablets", "3", "--files", "2"]
    try run(make, into: &printed)
    try takeTabletFiles(of: "3", writtenBy: make, into: &printed)
    let jobs = try run(["plan", "--kind", "user", "3"], into: &printed).output
    let compact = ["compact", "--default-properties", "--summary", "--progress", "json"]
    try run(["compact", "--default-properties", "--dry-run"], stdin: jobs, into: &printed)
    var results = try run(compact + ["--progress", "json=progress"], stdin: jobs, into: &printed).output
    try printed.add(
      try #require(actool.read("progress").map { String(decoding: $0, as: UTF8.self) }).split(separator: "\n"),
      from: compact)
    try takeTabletFiles(of: "3", writtenBy: compact, into: &printed)
    try run(compact, stdin: jobs, into: &printed)
    // Other jobs about the same files, which are gone.
    try run(compact, stdin: jobs.replacing("ECID:", with: "ECID:0"), status: 1, into: &printed)
    // The values are not numbers, so each entry becomes a sum of nothing.
    let sum = "table.iterator.majc.sum"
    results += try run(
      [
        "compact", "-p", "\(sum)=5,org.apache.accumulo.core.iterators.user.SummingCombiner", "-p",
        "\(sum).opt.all=true",
        "-p", "\(sum).opt.type=STRING", "-p", "\(sum).opt.lossy=true",
      ], stdin: run(["plan", "--kind", "user", "3"], into: &printed).output, into: &printed
    ).output
    try takeTabletFiles(of: "3", writtenBy: compact, into: &printed)
    let rest = try run(["plan", "--kind", "user", "3"], into: &printed).output
    try run(["audit", "-", "3"], stdin: results, into: &printed)
    try run(["audit", "3"], status: 1, into: &printed)
    // So old that nothing is left to write, not even sums.
    results += try run(
      [
        "compact", "-p", "\(sum)=5,org.apache.accumulo.core.iterators.user.SummingCombiner", "-p",
        "\(sum).opt.all=true", "-p", "\(sum).opt.type=STRING", "-p", "\(sum).opt.lossy=true", "-p",
        "table.iterator.majc.age=6,org.apache.accumulo.core.iterators.user.AgeOffFilter",
        "-p", "table.iterator.majc.age.opt.ttl=1",
      ], stdin: rest, into: &printed
    ).output
    // Nothing to read, either.
    actool.write("empty/2/t-1/F1.rf", try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/edge/empty.rf"))
    try run(compact, stdin: run(["plan", "--kind", "user", "empty/2"], into: &printed).output, into: &printed)
    try takeTabletFiles(of: "empty/2", writtenBy: compact, into: &printed)
    try takeTabletFiles(of: "3", writtenBy: compact, into: &printed)
    try run(["audit", "-"], stdin: results, into: &printed)
    actool.write("unsound/2/t-1/F1.rf", try Fixtures.bytes("\(Fixtures.accumulo)/damaged/ck_70_lg_zstd.rf"))
    let job = try run(["plan", "--kind", "user", "unsound/2"], into: &printed).output
    // A codec without levels.
    let snappy = ["-p", "table.file.compress.type=snappy"]
    try run(["compact", "--accept-unsound"] + snappy, stdin: job, into: &printed)
    try takeTabletFiles(of: "unsound/2", writtenBy: compact, into: &printed)
  }

  func takeTabletFiles(of table: String, writtenBy command: [String], into printed: inout PrintedFields) throws {
    for directory in actool.names(in: table) {
      let bytes = try #require(actool.read("\(table)/\(directory)/tablet.json"))
      printed.add(try JSONValue(parsing: bytes), printedBy: command)
    }
  }

  private func merges(_ printed: inout PrintedFields) throws {
    let files = actool.names(in: "kept").map { "kept/" + $0 }
    try run(["compact", "--output", "all.rf", "--summary"] + files, into: &printed)
    for codec in ["none", "snappy"] {
      let settings = ["-p", "table.file.compress.type=\(codec)"]
      try run(["compact", "--output", "\(codec).rf", "--summary"] + settings + files, into: &printed)
    }
    try run(["scan", "--format", "json", "all.rf"], into: &printed)
    try differences(&printed)
  }

  private func filesByHand(_ printed: inout PrintedFields) throws {
    let entries = actool.run("scan", "all.rf").output
    try run(["write", "--output", "written.rf", "--summary"], stdin: entries, into: &printed)
    try run(["split", "--propose", "3", "written.rf"], into: &printed)
    actool.write("rows", "00000001\n00000003\nx\n")
    try run(["split", "--rows", "rows", "--output", "cut", "written.rf"], into: &printed)
    let file = #"{"file":"written.rf","size":5,"time":7,"range":{"prevEndRow":"00000000","endRow":"x"}}"#
    let tablet = #"{"type":"tablet","extent":{"tableId":"2"},"directory":".","files":[\#(file)]}"#
    let bare = tablet.replacing(#","time":7,"range":{"prevEndRow":"00000000","endRow":"x"}"#, with: "")
    let inner = #"{"tableId":"2","prevEndRow":"00000001","endRow":"00000002"}"#
    for text in [tablet, bare.replacing(#"{"tableId":"2"}"#, with: inner)] {
      try run(["info", "--extents", "-"], stdin: text, status: 1, into: &printed)
      try run(["info", "--extents", "--deep", "-"], stdin: text, status: 1, into: &printed)
    }
    // Parts without either bound, and the first and last tablet of a table.
    for (range, extent) in [
      (#"{"prevEndRow":"00000001"}"#, #"{"tableId":"2","prevEndRow":"00000000"}"#),
      (#"{"endRow":"00000001"}"#, #"{"tableId":"2","endRow":"00000002"}"#),
    ] {
      let text = tablet.replacing(#"{"prevEndRow":"00000000","endRow":"x"}"#, with: range)
        .replacing(#"{"tableId":"2"}"#, with: extent)
      try run(["info", "--extents", "-"], stdin: text, status: 1, into: &printed)
    }
  }

  /// Damage that an index tells of, in a group and in none, and a file without its end.
  private func salvages(_ printed: inout PrintedFields) throws {
    let fixtures = Fixtures.accumulo + "/rfiles/"
    let (grouped, plain) = (try Fixtures.bytes(fixtures + "codec/lg_gz.rf"), try Fixtures.bytes(fixtures + "ci/ci0.rf"))
    func hole(_ bytes: [UInt8], _ start: Int, _ count: Int) -> [UInt8] {
      Array(bytes[..<start]) + [UInt8](repeating: 0, count: count) + bytes[(start + count)...]
    }
    for (number, bytes) in [hole(grouped, 16, 50), hole(plain, 60_000, 90), Array(plain.dropLast(9000))].enumerated() {
      actool.write("bad\(number).rf", bytes)
      try run(["salvage", "--output", "saved\(number).rf", "bad\(number).rf"], status: 1, into: &printed)
      actool.write("saved/t-\(number)/F1.rf", bytes)
      try run(["salvage", "--in-place", "saved/t-\(number)", "F1.rf"], status: 1, into: &printed)
      _ = actool.shell("rm -r saved")
    }
    actool.write("nothing.rf", hole(plain, 16, plain.count - 16 - 400))
    try run(["salvage", "--output", "none.rf", "nothing.rf"], status: 2, into: &printed)
  }

  /// Two files with rows of their own, and two with other values of the same keys.
  private func differences(_ printed: inout PrintedFields) throws {
    try run(["diff", "all.rf", "all.rf"], into: &printed)
    let own = actool.names(in: "kept").map { "kept/" + $0 }
    try run(["diff"] + own, status: 1, into: &printed)
    let cases = Fixtures.accumulo + "/rfiles/fam_dupval/"
    try run(["diff", cases + "A.rf", cases + "B.rf"], status: 1, into: &printed)
  }

  private func files(_ printed: inout PrintedFields) throws {
    let fixtures = Fixtures.accumulo + "/rfiles/"
    let sound = ["meta/all_zstd", "edge/empty", "ci/ci0", "codec/lg_gz"].map { fixtures + $0 + ".rf" }
    try run(["info", "--index", "--format", "json"] + sound, into: &printed)
    try run(["info", "--check", fixtures + "edge/single.rf"], into: &printed)
    let golden = Fixtures.accumulo + "/golden2/"
    try run(["info", golden + "bloom/b06.rf"], into: &printed)
    let summaries = ["summary_034", "summary_043", "summary_027"].map { golden + "rewrite/\($0)/out.rf" }
    try run(["info", "--summaries"] + summaries, into: &printed)
    for codecs in ["none", "gz"] {
      try run(["advise", "--progress", "json", "--codecs", codecs, fixtures + "ci/ci0.rf"], into: &printed)
    }
    actool.write("cut.rf", Array(try Fixtures.bytes(fixtures + "edge/single.rf").dropLast(9)))
    try run(["info", "--check", "cut.rf", "absent.rf"], status: 2, into: &printed)
  }

  private func ingest(_ printed: inout PrintedFields) throws {
    let make = [
      "ingest", "--output", "4", "--seed", "1", "--entries", "2000", "--flush-entries", "40", "--tablets", "3",
      "--files", "2", "--lose", "3", "--corrupt", "2", "--lose-flushes", "1", "--lose-file",
    ]
    try run(make, into: &printed)
    let truth = String(decoding: try #require(actool.read("4.truth")), as: UTF8.self)
    try printed.add(truth.split(separator: "\n"), from: make)
    try run(["verify", "--explain", "4"], status: 1, into: &printed)
    for _ in 1...2 { try run(["verify", "--shard", "1/1", "--links-into", "links", "4"], into: &printed) }
    try run(["verify", "--join", "1/1", "links"], into: &printed)
    try run(["verify", "--merge", "links", "4"], status: 1, into: &printed)
  }

  /// `ingest` and `verify` report progress twice a second, so the table grows until both have done so.
  private func ingestProgress(_ printed: inout PrintedFields) throws {
    var entries = 10_000
    while true {
      entries *= 4
      let make = ["ingest", "--output", "5", "--seed", "1", "--codec", "none", "--entries", "\(entries)"]
      let made = try run(make + ["--progress", "json"], into: &printed)
      let verified = try run(["verify", "--progress", "json", "5"], into: &printed)
      _ = actool.shell("rm -r 5")
      if made.stderr.contains("progress"), verified.stderr.contains("progress") { return }
      try #require(entries < 100_000_000)
    }
  }

  private func balance(_ printed: inout PrintedFields) throws {
    let metadata = """
      2;00~ loc:1 []\th1:9997
      2;00~ ~tab:~pr []\t\\x00
      2;01a loc:1 []\th1:9997
      2;01a ~tab:~pr []\t\\x0100~
      2;01m loc:1 []\th1:9997
      2;01m ~tab:~pr []\t\\x0101a
      2;01~ ~tab:~pr []\t\\x0101m
      2< loc:1 []\th2:9997
      2< ~tab:~pr []\t\\x0101~

      """
    actool.write("metadata", metadata + metadata.replacing("2<", with: "3<").replacing("2;", with: "3;"))
    actool.write("servers", "h1:9997\nh2:9997\nh3:9997\n")
    let base = ["balance", "--tservers", "servers", "--metadata"]
    let groups = ["metadata", "--default-group", "none", "--group-regex", #"(\d\d).*"#]
    try run(base + groups + ["--passes", "--compare", "--summary"], into: &printed)
    try run(base + groups + ["--summary"], into: &printed)
    try run(base + groups + ["--check"], status: 1, into: &printed)
    try run(base + groups + ["--check", "--drain", "h2:9997"], status: 1, into: &printed)
    try run(base + groups.dropLast() + [#"\d\d.*"#, "--lint"], into: &printed)
    try run(base + groups.dropLast() + [#"(\d\d)\D{2,}"#, "--lint"], into: &printed)
    try run(base + ["metadata", "--balancer", "simple", "--together", "--passes"], into: &printed)
    // A table of one tablet without a server is trivially even, and none of its groups is on a server.
    actool.write("homeless", "2< ~tab:~pr []\t\\x00\n")
    try run(base + ["homeless"] + groups.dropFirst() + ["--check"], status: 1, into: &printed)
    try run(base + ["homeless"] + groups.dropFirst(), into: &printed)
    actool.write("one", "h1:9997\n")
    actool.write("even", "2< loc:1 []\th1:9997\n2< ~tab:~pr []\t\\x00\n")
    try run(
      ["balance", "--tservers", "one", "--metadata", "even"] + groups.dropFirst() + ["--check"], into: &printed)
  }
}
