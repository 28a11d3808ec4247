import Records
import TestSupport
import Testing

@Suite("plan for many machines")
struct SharingCommandTests {
  let actool = CommandRunner()

  /// Tablets of table 2 with files of many sizes, a job for each.
  private static func tablets(_ count: Int) -> String {
    var random = SplitMix64(seed: 9)
    return (0..<count).map { number in
      let files = (0..<4 + Int(random.next() % 4)).map { file in
        #"{"file":"F\#(file).rf","size":\#(1 + random.next() % 1000)}"#
      }
      return
        #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"\#(1000 + number)","endRow":"\#(1001 + number)"},"directory":"t\#(number)","files":[\#(files.joined(separator: ","))]}"#
        + "\n"
    }.joined()
  }

  @Test("shards of tablets and of an earlier plan are the plan, each job once; batches are lines that compact takes")
  func shards() throws {
    let plan = ["plan", "--kind", "user", "--seed", "5"]
    let tablets = Self.tablets(40)
    actool.write("tablets.json", tablets)
    let jobs = actool.run(plan + ["tablets.json"])
    actool.write("jobs.json", jobs.stdout)
    #expect(jobs.lines.count == 40)
    for source in ["tablets.json", "jobs.json"] {
      let shards = (1...3).map { actool.run(plan + ["--shard", "\($0)/3", source]) }
      #expect(shards.flatMap(\.lines).sorted() == jobs.lines.sorted())
      let bytes = try shards.map { try CommandTests.jobs($0.stdout).reduce(0) { $0 + $1.bytes } }
      #expect(bytes.max()! - bytes.min()! <= 8000)
      let batches = actool.run(plan + ["--batch", "10K", source])
      let found: [[CompactionJob]] = try records(batches.stdout).map {
        if case .batch(let batch) = $0 { batch.jobs } else { [] }
      }
      #expect(found.count > 3 && found.count < 40 && batches.lines.allSatisfy { $0.hasPrefix(#"{"type":"batch","#) })
      let all = try CommandTests.jobs(jobs.stdout)
      #expect(Set(found.flatMap(\.self)) == Set(all))
      #expect(actool.run("plan", stdin: batches.stdout).lines.sorted() == jobs.lines.sorted())
      let both = (1...3).flatMap { actool.run(plan + ["--batch", "10K", "--shard", "\($0)/3", source]).lines }
      #expect(actool.run("plan", stdin: both.joined(separator: "\n")).lines.sorted() == jobs.lines.sorted())
    }
    #expect(actool.run(["ingest", "--output", "9", "--entries", "600", "--tablets", "3", "--files", "2"]).status == 0)
    let one = actool.shell("actool plan --kind user --batch 1G 9 | tee lines | actool compact --default-properties")
    #expect(one.status == 0 && one.lines.count == 3 && actool.shell("wc -l < lines").output == "1\n", "\(one.stderr)")
    for shard in ["0/3", "4/3", "1", "1/x", "-1/2", "1/0", "1/65537"] {
      for options in [["plan", "--shard", shard], ["verify", "--shard", shard], ["verify", "--join", shard]] {
        let outcome = actool.run(options + ["tablets.json"])
        #expect(outcome.status == 64, "\(outcome.stderr)")
        #expect(
          outcome.stderr.contains(
            "expected a part and the number of parts, 1/8 to 8/8 of at most 65536, found '\(shard)'"),
          "\(outcome.stderr)")
      }
    }
    #expect(actool.run("plan", "--batch", "0", "tablets.json").status == 64)
  }

  @Test("the summary of a shard counts its jobs, that of batches and queues all jobs")
  func summaries() throws {
    actool.write("tablets.json", Self.tablets(10))
    for options in [["--shard", "1/3"], ["--shard", "2/3", "--batch", "1K"], ["--batch", "1K"], []] {
      let outcome = actool.run(["plan", "--kind", "user", "--summary"] + options + ["tablets.json"])
      let printed: [CompactionJob] = try records(outcome.stdout).flatMap { record -> [CompactionJob] in
        switch record {
        case .job(let job): [job]
        case .batch(let batch): batch.jobs
        default: []
        }
      }
      let (files, bytes) = (printed.reduce(0) { $0 + $1.inputs.count }, printed.reduce(0) { $0 + $1.bytes })
      #expect(
        outcome.lines.last.map(String.init)
          == #"{"type":"summary","command":"plan","tablets":10,"jobs":\#(printed.count),"files":\#(files),"#
          + #""bytes":\#(bytes)}"#)
    }
    let queues = actool.run("plan", "--kind", "user", "--summary", "--queues", "tablets.json")
    #expect(queues.lines.last?.contains(#""jobs":10,"#) == true)
  }

  @Test("the files that dead processes left are cleaned by one shard")
  func leftovers() throws {
    #expect(actool.run(["ingest", "--output", "9", "--entries", "600", "--tablets", "2", "--files", "2"]).status == 0)
    actool.write("9/\(actool.names(in: "9").first { $0.hasPrefix("t-") || $0.hasPrefix("d") }!)/C1.rf_tmp", "x")
    #expect(actool.run("plan", "--shard", "1/2", "9").output.contains("leftovers"))
    #expect(!actool.run("plan", "--shard", "2/2", "9").output.contains("leftovers"))
    #expect(!actool.run("plan", "--queues", "9").output.contains("leftovers"))
  }

  private static let properties = """
    tserver.compaction.major.service.cs1.planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner
    tserver.compaction.major.service.cs1.planner.opts.executors=\
    [{"name":"small","type":"internal","maxSize":"2K","numThreads":2},{"name":"mid","type":"internal","maxSize":"2500","numThreads":1},{"type":"external","queue":"Q\\\\"x\\\\\\\\y"}]
    table.compaction.dispatcher.opts.service=cs1

    """

  @Test("queues have the sums of the plan, empty ones too, as records and as text that Prometheus reads")
  func queues() throws {
    actool.write("p", Self.properties)
    actool.write("tablets.json", Self.tablets(40) + Self.tablets(1).replacing(#""2","#, with: #""4","#))
    let jobs = try CommandTests.jobs(actool.run("plan", "--kind", "user", "--config", "p", "tablets.json").stdout)
    let goal = ["--rate", "1K", "--drain", "8s"]
    let plan = ["plan", "--queues", "--kind", "user", "--config", "p"] + goal
    let outcome = actool.run(plan + ["tablets.json"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let queues = try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(queues.map { $0["executor"]?.text } == ["e.Q\"x\\y", "i.cs1.mid", "i.cs1.small"])
    for queue in queues {
      let own = jobs.filter { $0.executor == queue["executor"]?.text }
      let bytes = own.reduce(0) { $0 + $1.bytes }
      #expect(queue["jobs"]?.int64 == Int64(own.count) && queue["bytes"]?.int64 == bytes)
      #expect(queue["largest"]?.int64 == own.map(\.bytes).max() ?? 0)
      let parts = queue["priorities"]?.elements ?? []
      #expect(parts.map { $0["priority"]?.int64 } == Set(own.map { Int64($0.priority) }).sorted(by: >))
      #expect(parts.reduce(0) { $0 + ($1["files"]?.int64 ?? 0) } == Int64(own.reduce(0) { $0 + $1.inputs.count }))
      #expect((queue["compactors"]?.int64 ?? -1) >= bytes / (8 << 10))
    }
    let text = actool.run(["plan", "--queues=prometheus", "--kind", "user", "--config", "p"] + goal + ["tablets.json"])
    let metrics = try PrometheusText(text.output)
    for queue in queues {
      let name = queue["executor"]?.text ?? ""
      for (metric, field) in [
        ("jobs", "jobs"), ("bytes", "bytes"), ("largest_job_bytes", "largest"), ("compactors", "compactors"),
      ] {
        #expect(
          metrics.values["actool_queue_\(metric)", default: [:]][["queue": name]]
            == queue[field]?.int64.map(Double.init))
      }
      for part in queue["priorities"]?.elements ?? [] {
        let labels = ["queue": name, "priority": "\(part["priority"]?.int64 ?? 0)"]
        #expect(metrics.values["actool_queue_priority_jobs"]?[labels] == part["jobs"]?.int64.map(Double.init))
      }
    }
    #expect(metrics.values.count == 7 && metrics.values["actool_queue_drain_seconds"]?.count == 3)
    // Jobs of an earlier plan wait as well, and 4.0 has groups.
    actool.write("jobs.json", actool.run("plan", "--kind", "user", "--config", "p", "tablets.json").stdout)
    let again = actool.run("plan", "--queues", "jobs.json")
    #expect(again.lines.count == Set(jobs.map(\.executor)).count)
    #expect(again.lines.first?.hasPrefix(#"{"type":"queue","executor":"e.Q\"x\\y","jobs":"#) == true)
    let new = actool.run("plan", "--queues", "--kind", "user", "--accumulo", "4.0", "tablets.json")
    #expect(new.lines.allSatisfy { $0.hasPrefix(#"{"type":"queue","group":"#) } && !new.output.contains("compactors"))
  }

  @Test("options that mean nothing alone are refused")
  func usage() {
    for (words, reason) in [
      ("--rate 1M", "--rate goes with --queues"), ("--queues --rate 1M", "--rate and --drain go together"),
      ("--queues --batch 1M", "--queues does not go with --batch"), ("--queues=xml", "expected json or prometheus"),
      ("--shard 1/2 --explain=json", "--explain=json does not go with --shard"),
    ] {
      let outcome = actool.shell("actool plan \(words) < /dev/null")
      #expect(outcome.status == 64 && outcome.stderr.contains(reason), "\(words): \(outcome.stderr)")
    }
  }
}

/// Prometheus's text format 0.0.4: every metric is one group of lines with its help and its type in front.
struct PrometheusText {
  struct Malformed: Error { var line: String }

  private(set) var values: [String: [[String: String]: Double]] = [:]

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Malformed(line: "no line feed at the end") }
    var (helped, typed) = ("", "")
    for line in text.split(separator: "\n").map(String.init) {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP ") {
        guard words.count == 4, values[words[2]] == nil else { throw Malformed(line: line) }
        helped = words[2]
      } else if line.hasPrefix("# TYPE ") {
        guard words.count == 4, words[2] == helped, words[3] == "gauge" else { throw Malformed(line: line) }
        typed = words[2]
      } else {
        guard let match = line.wholeMatch(of: #/([a-z_]+)\{(([a-z]+="([^"\\\n]|\\["\\n])*",?)*)\} ([0-9.e+-]+)/#),
          match.output.1 == typed, let value = Double(match.output.5)
        else { throw Malformed(line: line) }
        var labels: [String: String] = [:]
        for label in match.output.2.matches(of: #/([a-z]+)="((?:[^"\\\n]|\\["\\n])*)"/#) {
          labels[String(label.output.1)] = String(label.output.2).replacing("\\\"", with: "\"").replacing(
            "\\\\", with: "\\")
        }
        guard values[typed, default: [:]].updateValue(value, forKey: labels) == nil else { throw Malformed(line: line) }
      }
    }
  }
}
