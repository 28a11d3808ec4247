import FoundationEssentials
import TestSupport
import Testing

@Suite("actool write and actool split")
struct WriteCommandTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  @Test("what scan prints is written back byte for byte, through a pipe, in both formats, sorted or not")
  func roundTrip() throws {
    let source = Fixtures.accumulo + "/rfiles/fam_del"
    let settings = "-p table.file.compress.type=zstd -p table.bloom.enabled=true"
    #expect(actool.shell("actool compact --propagate-deletes \(settings) --output a.rf '\(source)'/*.rf").status == 0)
    for (number, line) in [
      "actool scan --format json a.rf | actool write \(settings) --output OUT",
      "actool scan --format hex a.rf | actool write --format hex --threads 1 \(settings) --output OUT -",
      "actool scan --format hex a.rf | sort -R > lines; actool write lines --sort --memory 1M --format hex \(settings) --output OUT",
    ].enumerated() {
      let outcome = actool.shell(line.replacing("OUT", with: "\(number).rf"))
      #expect(outcome.status == 0 && outcome.stderr.hasPrefix("\(number).rf: "), "\(outcome.stderr)")
      let isSame = actool.read("\(number).rf") == actool.read("a.rf")
      #expect(isSame, "\(line)")
    }
    let entries = actool.shell("actool scan a.rf | actool write --quiet --summary --output s.rf")
    #expect(entries.output.hasPrefix(#"{"type":"summary","command":"write","entries":"#) && entries.stderr == "")
  }

  @Test("disorder, damaged lines and names that are taken: one line, status 2, and nothing is written")
  func refusals() throws {
    actool.write("taken.rf", "precious")
    let (a, b) = ("61    5 0 62\n", "60    5 0 62\n")
    for (arguments, stdin, message) in [
      (
        ["--output", "o.rf"], a + b,
        "standard input, line 2: entry ` : [] 5 comes after a : [] 5: entries must be appended in order; --sort sorts them"
      ),
      (
        ["--output", "o.rf"], a + "x\n",
        "standard input, line 2: column 1: expected two hex digits or a space, found 'x'"
      ),
      (
        ["--sort", "--output", "o.rf"], a + "x\n",
        "standard input, line 2: column 1: expected two hex digits or a space, found 'x'"
      ),
      (["--output", "taken.rf"], a, "taken.rf: already exists and is not replaced; remove it, or choose another name"),
      (["--output", "o.rf", "none"], "", "cannot open none: No such file or directory"),
      (["--output", "no/o.rf"], a, "cannot list no: No such file or directory"),
      (["--output", "o.rf", "-p", "table.file.compress.type=lzo"], a, ""),
    ] {
      let outcome = actool.run(["write", "--format", "hex"] + arguments, stdin: Array(stdin.utf8))
      #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(arguments): \(outcome.status)")
      #expect(outcome.stderr.split(separator: "\n").count == 1, "\(outcome.stderr)")
      if !message.isEmpty { #expect(outcome.stderr == "actool write: \(message)\n") }
      #expect(actool.names() == ["taken.rf"])
    }
    #expect(actool.read("taken.rf") == Array("precious".utf8))
  }

  @Test("a signal ends it while it waits for input, and a kill leaves only what the next run removes")
  func signals() throws {
    let waiting = actool.shell(
      """
      mkfifo input
      sleep 60 >input 2>/dev/null & sleeper=$!
      actool write --output o.rf <input & writer=$!
      sleep 0.3; kill -TERM $writer; wait $writer; echo $?
      kill $sleeper; rm input
      """)
    #expect(waiting.output == "143\n" && actool.names() == [], "\(waiting.stderr)")
    let rest = String(repeating: "61", count: 60) + "    5 0 62\n"
    let lines = (0..<9000).map { "\(100_000 + $0)\(rest)" }.reversed().joined()
    for change in [1, 4, 9] {
      let killed = actool.run(
        ["write", "--format", "hex", "--sort", "--memory", "1M", "--output", "o.rf"], stdin: Array(lines.utf8),
        environment: ["ACTOOL_TEST_FAULT": "\(change):kill"])
      #expect(killed.status == 137 && !actool.names().contains("o.rf"))
    }
    let outcome = actool.run("write", "--format", "hex", "--sort", "--output", "o.rf", stdin: lines)
    #expect(outcome.status == 0 && actool.names() == ["o.rf"], "\(outcome.stderr)")
  }

  @Test("a proposal cuts the file as it says, and a load plan sends each part to one tablet")
  func split() throws {
    #expect(actool.run("ingest", "--output", "2", "--seed", "1", "--entries", "3000", "--codec", "gz").status == 0)
    let source = try #require(actool.shell("ls 2/*/*.rf").lines.first)
    let file = String(source)
    let small = ["-p", "table.file.compress.blocksize=4K"]
    #expect(actool.run(["compact", "--output", "a.rf", file] + small).status == 0)
    let rows = actool.run("split", "--propose", "3", "--format", "text", "a.rf")
    #expect(rows.status == 0 && rows.lines.count == 2)
    actool.write("rows", rows.stdout)
    let cut = actool.run(["split", "--rows", "rows", "--output", "parts", "a.rf"] + small)
    #expect(cut.status == 0 && cut.lines.count == 3, "\(cut.stderr)")
    #expect(actool.shell("actool diff a.rf --against parts/*.rf").status == 0)
    let whole = actool.run("tablets", "--load-plan", "--splits", "rows", "--spread", "2", "a.rf")
    #expect(whole.output.components(separatedBy: "fileName").count == 4)
    #expect(
      whole.stderr == "actool tablets: a.rf goes to 3 tablets, more than 2: actool split cuts it\n" && whole.status == 0
    )
    let parts = actool.shell("actool tablets --load-plan --splits rows --spread 1 parts/*.rf")
    #expect(parts.output.components(separatedBy: "fileName").count == 4 && parts.stderr == "")
    // The same splits as tablets, and other ways to name them.
    let tablets = rows.lines.indices.map { place in
      let start = place > 0 ? #","prevEndRow":"\#(rows.lines[place - 1])""# : ""
      return #"{"type":"tablet","extent":{"tableId":"2"\#(start),"endRow":"\#(rows.lines[place])"}}"#
    }
    let last = #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"\#(rows.lines[1])"}}"#
    actool.write("tablets", (tablets + [last]).joined(separator: "\n"))
    #expect(actool.run("tablets", "--load-plan", "--tablets", "tablets", "a.rf").output == whole.output)
    let encoded = actool.run("split", "--propose", "3", "--format", "text", "--base64", "a.rf")
    actool.write("encoded", encoded.stdout)
    #expect(
      actool.run("tablets", "--load-plan", "--splits", "encoded", "--base64", "a.rf").output == whole.output)
    let again = actool.run(["split", "--size", "20K", "--output", "parts", "a.rf"] + small)
    #expect(again.status == 2 && again.stderr.contains("parts: already exists and is not replaced"))
    #expect(actool.run(["split", "--size", "20K", "--output", "sized", "a.rf"] + small).lines.count > 4)
  }

  @Test("rows of a file outside its tablet are found, and the tablet that keeps them")
  func extents() throws {
    for (name, row) in [("F1", "61"), ("F2", "6d"), ("F3", "7a")] {
      let lines = "\(row)    5 0 \n\(row)00    5 0 \n"
      #expect(actool.run("write", "--format", "hex", "--output", "\(name).rf", stdin: lines).status == 0)
    }
    func record(_ extent: String, _ files: String...) -> String {
      let list = files.map { #"{"file":"\#($0)","size":5}"# }.joined(separator: ",")
      return #"{"type":"tablet","extent":{"tableId":"2"\#(extent)},"directory":".","files":[\#(list)]}"# + "\n"
    }
    let table =
      record(#","endRow":"m""#, "F1.rf", "F2.rf") + record(#","prevEndRow":"m""#, "F3.rf")
    let found = actool.run("info", "--extents", "--deep", "-", stdin: table)
    #expect(found.status == 1 && found.stderr == "", "\(found.stderr)")
    #expect(
      found.output == #"{"type":"outside","extent":{"tableId":"2","endRow":"m"},"file":"F2.rf","size":5,"entries":0,"#
        + #""firstRow":"m","lastRow":"m\\x00","inside":1,"outside":1}"# + "\n"
        + #"{"type":"extents","tablets":2,"files":3,"outside":1,"compact":["2;m<"]}"# + "\n")
    let clean = actool.run("info", "--extents", "-", stdin: record("", "F1.rf", "F2.rf"))
    #expect(
      clean.status == 0 && clean.output == #"{"type":"extents","tablets":1,"files":2,"outside":0,"compact":[]}"# + "\n")
    let metadata =
      "2< file:{\"path\":\"hdfs://nn/t/F3.rf\",\"startRow\":\"\",\"endRow\":\"\"} []\t5,2\n2< ~tab:~pr []\t\\x01m\n"
      .replacing(#"{"path":"hdfs://nn/t/F3.rf","startRow":"","endRow":""}"#, with: "hdfs://nn/t/F3.rf")
    actool.write("metadata", "2;m ~tab:~pr []\t\\x00\n" + metadata)
    let live = actool.run("info", "--extents", "--metadata", "metadata", "--map", "hdfs://nn/t=.")
    #expect(live.status == 0, "\(live.stderr)")
    let absent = actool.run("info", "--extents", "--metadata", "metadata")
    #expect(absent.status == 2 && absent.stderr.hasPrefix("actool info: 2<;m: hdfs://nn/t/F3.rf is not a file on"))
  }
}
