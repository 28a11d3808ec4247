import Records
import TestSupport
import Testing

@Suite("actool simulate")
struct SimulateCommandTests {
  let actool = CommandRunner()

  private func records(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test("what leaves nothing to simulate gets one sentence")
  func refusals() {
    actool.write("weights", "1\n-2\n")
    actool.write("zeros", "0\n0\n")
    actool.write("rates", "0s 10M\n# later\n0s 5M\n")
    actool.write(
      "two.json",
      #"{"type":"tablet","extent":{"tableId":"2"},"files":[]}"# + "\n"
        + #"{"type":"tablet","extent":{"tableId":"3"},"files":[]}"# + "\n")
    actool.write("root.json", #"{"type":"tablet","extent":{"tableId":"!0"},"files":[]}"# + "\n")
    actool.write("unknown.json", #"{"type":"tablet","extent":{"tableId":"2"}}"# + "\n")
    actool.write(
      "late.json", #"{"type":"arrival","time":-1,"extent":{"tableId":"2"},"file":"F1.rf","size":1,"kind":"flush"}"#)
    actool.write("empty.json", "")
    let queue =
      "-p 'tserver.compaction.major.service.default.planner.opts.executors=[{\"type\":\"external\",\"queue\":\"q\"}]'"
    for (arguments, status, message) in [
      ("--tablets 0", 64, "--tablets: expected 1 to 10000000, found 0"),
      ("--tablets 2 --ingest 0", 64, "--ingest: expected a rate of more than 0, found \"0\""),
      ("--tablets 2 --ingest -5M", 64, "--ingest: expected a rate of more than 0, found \"-5M\""),
      (
        "--tablets 2 --ingest none", 64, "--ingest: expected a rate such as 100M or 4000000e, or a file, found \"none\""
      ),
      ("--tablets 2 --ingest rates", 2, "rates, line 3: expected a time after that of the line before, and a rate"),
      ("--tablets 2 --ingest 1M --flush 0s", 64, "--flush: expected at least 1 ms"),
      ("--tablets 2 --ingest 1M --spread zipf:0", 64, "--spread: expected zipf:S with an S above 0"),
      ("--tablets 2 --ingest 1M --spread weights", 2, "weights, line 2: expected a weight of at least 0"),
      ("--tablets 2 --ingest 1M --spread zeros", 64, "--spread: expected a weight of more than 0"),
      ("--tablets 3 --ingest 1M --spread two.json", 2, "two.json, line 1: expected a weight"),
      ("--tablets 2 --for -1h", 64, "--for: expected at least 1 ms, found \"-1h\""),
      ("--tablets 2 --every 0", 64, "--every: expected at least 1 ms"),
      ("--tablets 2 --rate 0", 64, "--rate: expected at least 1 bytes"),
      ("--tablets 2 --rate small=1M", 64, "no executor is named small; there are default.small"),
      ("--tablets 9 --files 1 --file-size 8000000000G", 64, "the table has more than"),
      ("--tablets 2 --ingest 8000000000G --flush 1h", 2, "the table grows beyond"),
      ("--tablets 2 --shrink 0", 64, "--shrink: expected more than 0 and at most 1"),
      ("--tablets 2 --entry-size 0", 64, "--entry-size: expected at least 1 byte"),
      ("--tablets 2 --servers 0", 64, "--servers: expected 1 to 100000, found 0"),
      ("--tablets 2 --compactors q=0", 64, "--compactors: nobody would serve the queue q"),
      ("--tablets 2 --compactors q=3", 64, "no compaction of the table would go to the queue q"),
      ("--tablets 2 \(queue)", 64, "nobody serves the queue q: say how many compactors do, --compactors q=N"),
      ("--tablets 2 --scale-step 3", 64, "--scale-step goes with --compactors QUEUE=N-MOST"),
      ("--tablets 2 --files 3", 64, "--files goes with --file-size"),
      ("--tablets 2 --table '!0'", 64, "!0 is a table of Accumulo's own"),
      ("root.json", 64, "!0 is a table of Accumulo's own"),
      ("two.json", 64, "found tablets of the tables 2, 3: choose one with --table"),
      ("--table 4 two.json", 2, "no tablets to simulate"),
      ("unknown.json", 2, "its files are not known"),
      ("empty.json", 2, "no tablets to simulate"),
      ("--replay empty.json", 2, "empty.json: no arrival records"),
      ("--replay late.json", 2, "late.json, line 1: time: expected a whole number from 0"),
    ] {
      let outcome = actool.shell("\(CommandRunner.binary) simulate \(arguments)")
      #expect(outcome.status == status, "\(arguments): \(outcome.status)")
      #expect(
        outcome.stderr.contains("actool simulate: \(message)") || outcome.stderr.contains(message),
        "\(arguments): \(outcome.stderr)")
      #expect(outcome.stderr.split(separator: "\n").count == 1 && outcome.output.isEmpty, "\(arguments)")
    }
  }

  @Test("tablets are taken as plan takes them, and the first plan is that of plan")
  func tablets() throws {
    let tablet = PlanCommandTests.tablet("m")
    let planned = try records(actool.run("plan", stdin: tablet).output)
    let outcome = actool.run("simulate", "--for", "1h", "--jobs", "--seed", "1", stdin: tablet)
    #expect(outcome.status == 0 && outcome.stderr == "")
    let run = try #require(try records(outcome.output).first { $0["type"]?.text == "run" })
    #expect(run["priority"] == planned[0]["priority"])
    #expect(run["inputs"]?.strings.sorted() == planned[0]["inputs"]?.elements.compactMap { $0["file"]?.text })
  }

  @Test("a replay of the files of a simulation gives its series again")
  func replays() throws {
    let base = ["simulate", "--seed", "5", "--for", "6h", "--jobs", "--every", "30m"]
    let first = actool.run(
      base + ["--tablets", "6", "--files", "2", "--file-size", "3M", "--ingest", "100K", "--flush", "1M"])
    let arrivals = first.lines.filter { $0.hasPrefix(#"{"type":"arrival""#) }
    #expect(arrivals.count > 500)
    actool.write("arrivals.json", arrivals.joined(separator: "\n") + "\n")
    let second = actool.run(base + ["--replay", "arrivals.json"])
    func jobs(_ outcome: CommandOutcome) throws -> [[String]] {
      try records(outcome.output).filter { $0["type"]?.text == "run" }.map { run in
        [run["executor"]?.text ?? "", run["start"]?.text ?? "", run["size"]?.text ?? ""]
      }
    }
    #expect(try jobs(first) == jobs(second))
    #expect(try jobs(first).count > 100)
  }

  @Test("two dumps of the metadata become the files that came between them")
  func arrivals() throws {
    func file(_ row: String, _ name: String) -> String {
      "\(row) file:hdfs://nn/accumulo/tables/2/t-1/\(name).rf []\t50,5\n"
    }
    let (first, last) = ("2;m ~tab:~pr []\t\\x00\n", "2< ~tab:~pr []\t\\x01m\n")
    actool.write("old", file("2;m", "F0000001") + first + file("2<", "C0000002") + last)
    actool.write(
      "new",
      file("2;m", "A0000009") + file("2;m", "F0000001") + file("2;m", "I0000007") + first
        + file("2<", "C0000002") + file("2<", "F0000005") + last)
    let outcome = actool.run("tablets", "--arrivals", "old", "new", "--apart", "9m")
    #expect(outcome.status == 0)
    #expect(outcome.stderr.hasPrefix("actool tablets: 1 files were written by compactions between the dumps"))
    let found = try records(outcome.output).map { record in
      "\(record["time"]?.text ?? "") \(record["file"]?.text?.split(separator: "/").last ?? "") \(record["kind"]?.text ?? "")"
    }
    #expect(
      found == ["0 F0000001.rf start", "0 C0000002.rf start", "180000 F0000005.rf flush", "360000 I0000007.rf bulk"])
    #expect(actool.run("tablets", "--arrivals", "old", "new").status == 64)
    #expect(actool.run("tablets", "--arrivals", "old", "--apart", "9m").status == 64)
  }
}
