import TestSupport
import Testing

@Suite("Wrong usage")
struct UsageTests {
  let actool = CommandRunner()

  @Test("one line says what was expected and found, and where help is")
  func lines() {
    for (words, expected) in [
      ("", "actool: Missing expected subcommand"),
      ("no-such", "actool: Unexpected argument 'no-such'"),
      ("plan --no-such", "actool plan: Unknown option '--no-such'"),
      ("scan", "actool scan: Missing expected argument '<path> ...'"),
      ("plan --kind all", "actool plan: The value 'all' is invalid for '--kind <kind>'"),
      ("compact --lease -1s", "actool compact: --lease: expected a time of at least one second, found '-1s'"),
      ("compact --lease=-1s", "actool compact: --lease: expected a time of at least one second, found '-1s'"),
      ("compact --lease 5x", "actool compact: --lease: expected a time such as 30s"),
      ("compact --threads -1", "actool compact: expected 1 to 4096 for --threads, found -1"),
      ("compact --memory -5", "actool compact: --memory: expected at least 1 bytes, found \"-5\""),
      ("compact --dry-run --output x.rf a.rf", "actool compact: --output does not go with --dry-run"),
      (
        "compact --output x.rf --keep-inputs --queue q a.rf",
        "actool compact: --output does not go with --queue, --keep-inputs"
      ),
    ] {
      let outcome = actool.shell("actool \(words)")
      // Without arguments, the help of the whole program is printed.
      if words.isEmpty { continue }
      #expect(outcome.status == 64 && outcome.stdout.isEmpty, "\(words): \(outcome.status)")
      #expect(outcome.stderr.hasPrefix(expected), "\(words): \(outcome.stderr)")
      #expect(outcome.stderr.split(separator: "\n").count == 1 && outcome.stderr.hasSuffix(" --help\n"), "\(words)")
    }
  }

  @Test("a ratio that is no number and a negative limit are refused with the rule")
  func settings() {
    for (property, message) in [
      ("table.compaction.major.ratio=NaN", "table.compaction.major.ratio: expected a number of at least 0, found NaN"),
      ("table.compaction.major.ratio=-1", "table.compaction.major.ratio: expected a number of at least 0, found -1"),
      ("table.file.max=-5", "table.file.max: expected a whole number of at least 0, found -5"),
    ] {
      let outcome = actool.run("plan", "-p", property, stdin: PlanCommandTests.tablet("m"))
      #expect(outcome.status == 2 && outcome.stderr == "actool plan: table 2: \(message)\n", "\(outcome.stderr)")
    }
  }

  @Test("a word that is not UTF-8 is named, and so is a name in a table that is not")
  func foreignNames() throws {
    let path = actool.shell(#"actool scan "$(printf 'a\377.rf')""#)
    #expect(path.status == 64)
    #expect(path.stderr.hasPrefix(#"actool scan: a\xFF.rf: expected UTF-8"#), "\(path.stderr)")
    actool.write("2/t-1/F1.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/edge/single.rf"))
    #expect(actool.run("scan", "2").status == 0)
    _ = actool.shell(#"mkdir "$(printf '2/t-\377')""#)
    for command in ["scan", "plan", "tablets"] {
      let outcome = actool.run(command, "2")
      #expect(outcome.status == 2)
      #expect(outcome.stderr == "actool \(command): 2 holds a name that is not UTF-8, t-\\xFF: rename it\n")
    }
    let verify = actool.run("verify", "2")
    #expect(verify.status == 2 && verify.stderr.hasPrefix("actool verify: 2 holds a name that is not UTF-8"))
  }
}

@Suite("Streams that are closed")
struct ClosedStreamTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  @Test("without standard output nothing is done, status 2")
  func output() throws {
    try bed.makeFiles()
    actool.write("jobs", bed.plan())
    for line in [
      "compact --default-properties jobs", "plan tables/2", "compact --output o.rf tables/2/t-1/F0000000.rf",
      "--version",
    ] {
      let outcome = actool.shell("actool \(line) >&-; echo $?")
      #expect(outcome.output == "2\n", "\(line)")
      #expect(outcome.stderr.hasSuffix("cannot write standard output: Bad file descriptor\n"), "\(outcome.stderr)")
    }
    #expect(actool.names() == ["jobs", "tables"])
    #expect(try bed.live().count == 3 && !actool.names(in: CompactBed.tablet).contains("tablet.json"))
  }

  @Test("no message goes into a file, whichever streams are closed", arguments: ["2>&-", "<&- 2>&-", "<&-"])
  func messages(closed: String) throws {
    try bed.makeFiles()
    let files = "tables/2/t-1/*.rf"
    #expect(
      actool.shell("actool compact --output a.rf \(files) && actool compact --output b.rf \(files) \(closed)").status
        == 0)
    #expect(actool.read("a.rf") == actool.read("b.rf"))
    actool.write("jobs", bed.plan())
    #expect(actool.shell("ACTOOL_TEST_FAULT=list actool compact --default-properties jobs \(closed)").status == 0)
    #expect(try bed.rows() == Array(0..<120))
    #expect(actool.shell("actool info --check b.rf tables/2/t-1/*.rf").status == 0)
  }

  @Test("without standard input reading it fails")
  func input() {
    let outcome = actool.shell("actool plan <&-; echo $?")
    #expect(outcome.output == "2\n")
    #expect(outcome.stderr == "actool plan: cannot read standard input: Bad file descriptor\n")
  }
}
