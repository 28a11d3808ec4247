import FoundationEssentials
import Records
import TestSupport
import Testing

@Suite("tablets --apply")
struct ApplyCommandTests {
  let actool = CommandRunner()

  /// Runs a line of the shell that must succeed.
  @discardableResult private func shell(_ line: String) -> CommandOutcome {
    let outcome = actool.shell("set -e; " + line)
    #expect(outcome.status == 0, "\(line): \(outcome.stderr)")
    return outcome
  }

  private func tablets(_ name: String) throws -> [Tablet] {
    try records(actool.read(name) ?? []).compactMap { if case .tablet(let tablet) = $0 { tablet } else { nil } }
  }

  /// Without where the files lie.
  private func contents(_ tablet: Tablet) -> [String] {
    tablet.files.map { "\($0.file.split(separator: "/").last ?? "") \($0.size) \($0.entries)" }.sorted()
  }

  @Test(
    "records after jobs are the tablets of a directory after the same jobs, and are planned alike", arguments: 1...4)
  func roundTrip(seed: Int) throws {
    let (tablets, files) = (1 + seed % 3, 2 + seed)
    shell(
      "actool ingest --output 7 --seed \(seed) --entries 4000 --tablets \(tablets) --files \(files) --quiet >/dev/null")
    // Two files at a time, so that jobs read what others wrote; not all of them are run.
    let service = "-p tserver.compaction.major.service.default.planner.opts.maxOpen=2"
    shell(
      """
      actool tablets 7 > before
      actool plan --kind user --repeat --seed \(seed) \(service) 7 > all
      head -n $(( $(wc -l < all) * 2 / 3 + 1 )) all > jobs
      for i in 1 2; do
        actool plan --shard $i/2 jobs | actool compact --into out$i --default-properties --quiet - > apart$i
      done
      actool tablets --apply apart2 --apply apart1 before > detached
      actool compact --default-properties --quiet jobs > results
      actool compact --default-properties --quiet jobs > again
      actool tablets 7 > now
      """)
    for results in ["results", "again", "results --apply again"] {
      #expect(shell("actool tablets --apply \(results) before").stdout == actool.read("now"), "\(results)")
      // What was applied before is not applied again.
      #expect(shell("actool tablets --apply \(results) now").stdout == actool.read("now"), "\(results)")
    }
    let (now, detached) = (try self.tablets("now"), try self.tablets("detached"))
    let before = try self.tablets("before")
    #expect(now.count == tablets && now != before)
    #expect(detached.map(contents) == now.map(contents))
    #expect(detached.contains { $0.files.contains { $0.file.hasPrefix("file:\(actool.directory)/out") } })
    let plan = "actool plan --kind user --repeat --seed 99 \(service)"
    let planned = try jobs(shell("\(plan) 7").stdout)
    #expect(try jobs(shell("actool tablets --apply results before | \(plan)").stdout) == planned)
    let elsewhere = try jobs(shell("\(plan) detached").stdout)
    // A job lists its inputs by name.
    #expect(elsewhere.map { $0.inputs.map(\.size).sorted() } == planned.map { $0.inputs.map(\.size).sorted() })
    // On to the end, without a tablet directory.
    shell(
      """
      \(plan) detached > rest
      actool compact --into out3 --default-properties --quiet rest > results3
      actool tablets --apply results3 detached > after
      """)
    #expect(try self.tablets("after").allSatisfy { $0.files.count == 1 })
    // Jobs of another plan with the same seed have the ids of those that were done there.
    let other = actool.shell(
      """
      for i in 1 2; do
        actool plan --kind user --seed \(seed) after | actool compact --into out$i --default-properties || status=$?
      done
      exit $status
      """)
    #expect(other.status == 2 && other.stderr.contains("another job with the id ECID:"), "\(other.stderr)")
    let left = try self.tablets("after").map { $0.files[0].file.dropFirst("file:".count) }
    let difference = actool.shell("actool diff --quiet 7 --against \(left.joined(separator: " "))")
    #expect(difference.status == 0, "\(difference.stderr)")
  }

  @Test("results of other tablets or other times are refused with their line, and a table can be chosen")
  func refusals() {
    let tablet = #"{"type":"tablet","extent":{"tableId":"2"},"directory":"/t","files":[{"file":"F1.rf","size":5}]}"#
    let result =
      #"{"type":"result","ecid":"ECID:1","extent":{"tableId":"2"},"directory":"/t","state":"FINISHED","inputs":["F1.rf"],"output":"C2.rf","fileSize":3}"#
    actool.write("tablets", tablet + "\n")
    actool.write("other", "\n" + result.replacing("F1.rf", with: "F9.rf") + "\n")
    let gone = actool.run("tablets", "--apply", "other", "tablets")
    #expect(gone.status == 2 && gone.stdout.isEmpty)
    #expect(
      gone.stderr.hasPrefix("actool tablets: other, line 2: ECID:1 took F9.rf, which the tablet 2<< does not have"))
    actool.write("foreign", result.replacing(#""tableId":"2""#, with: #""tableId":"3""#))
    let foreign = actool.run("tablets", "--apply", "foreign", "tablets")
    #expect(foreign.status == 2 && foreign.stderr == "actool tablets: foreign, line 1: 3<< is not among the tablets\n")
    let unchanged = tablet.replacing(#""size":5"#, with: #""size":5,"entries":0"#)
    #expect(actool.run("tablets", "--apply", "foreign", "--table", "2", "tablets").output == unchanged + "\n")
    let piped = actool.run("tablets", "--apply", "-", "tablets", stdin: result)
    #expect(piped.output == tablet.replacing(#""F1.rf","size":5"#, with: #""C2.rf","size":3,"entries":0"#) + "\n")
    actool.write("failed", result.replacing("FINISHED", with: "FAILED"))
    #expect(actool.run("tablets", "--apply", "failed", stdin: tablet).status == 0)
    #expect(actool.run("tablets", "--apply", "-").status == 64)
    #expect(actool.run("tablets", "--apply", "failed", "--load-plan", "a.rf").status == 64)
    // The metadata of a cluster, and jobs that were run on a copy of its files.
    let metadata = "2< file:hdfs://nn/2/t-1/F1.rf []\t5,1\n2< srv:dir []\tt-1\n2< ~tab:~pr []\t\\x00\n"
    actool.write("metadata", metadata)
    actool.write(
      "copied", result.replacing("F1.rf", with: "hdfs://nn/2/t-1/F1.rf").replacing(#""/t""#, with: #""/mnt/2/t-1""#))
    let mapped = actool.run("tablets", "--apply", "copied", "--metadata", "metadata")
    #expect(mapped.output.contains(#""file":"file:/mnt/2/t-1/C2.rf""#), "\(mapped.stderr)")
  }

  @Test("an exported table goes out by shards and back by a bulk import, as docs/engines.md says")
  func circle() throws {
    let source = Fixtures.accumulo + "/export"
    // The lines of the page, with a loop in place of GNU parallel.
    let page = try Fixtures.text(Fixtures.root + "/docs/engines.md")
    let section = try #require(
      page.components(separatedBy: "\n## The whole circle").last?.components(separatedBy: "\n## ").first)
    let lines = section.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    let local = lines.filter { !$0.hasPrefix("$ hadoop") && !$0.hasPrefix("root@") && !$0.hasPrefix("jshell") }
    #expect(local.count >= 6 && lines.count > local.count)
    actool.write("parallel", "#!/bin/sh\nwhile read n; do sh -c \"$(echo \"$1\" | sed \"s/{}/$n/g\")\"; done\n")
    shell("chmod +x parallel")
    let script = local.joined(separator: "\n").replacing("/data/in", with: source).replacing("/data/", with: "")
    shell("PATH=$PWD:$PATH\n" + script)
    let after = try tablets("after.json")
    let names = actool.names(in: "bulk").filter { $0.hasSuffix(".rf") }
    #expect(
      after.count == 4
        && names.sorted() == after.flatMap(\.files).map { String($0.file.split(separator: "/").last!) }.sorted())
    let plan = try JSONValue(parsing: try #require(actool.read("load-plan.json")))
    let destinations = plan["destinations"]?.elements ?? []
    #expect(destinations.count == names.count && Set(destinations.compactMap { $0["fileName"]?.text }) == Set(names))
    let difference = actool.shell("actool diff --quiet \(source) --against bulk/*.rf")
    #expect(difference.status == 0, "\(difference.stderr)")
  }
}
