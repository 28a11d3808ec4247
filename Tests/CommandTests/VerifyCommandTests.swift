import TestSupport
import Testing

@testable import Files

@Suite("actool ingest and verify")
struct VerifyCommandTests {
  let actool = CommandRunner()

  private func ingest(_ arguments: String...) -> CommandOutcome {
    actool.run(["ingest", "--output", "2", "--seed", "1", "--flush-entries", "40", "--entries", "4000"] + arguments)
  }

  @Test("a whole table verifies with status 0; nothing but the table is left")
  func healthy() {
    let made = ingest("--tablets", "3", "--files", "2")
    #expect(made.status == 0 && made.stdout == [])
    #expect(
      made.stderr.hasPrefix("2: 4037 entries in 6 files, ") && made.stderr.hasSuffix(" bytes, seed 1\n"),
      "\(made.stderr)")
    #expect(actool.names() == ["2"])
    #expect(actool.names(in: "2") == ["default_tablet", "t-0000001", "t-0000002"])
    // Three closed cycles of 1039 puts and 23 depths: 3 + 40 nodes to which no entry refers.
    let outcome = actool.run("verify", "--scratch", ".", "--memory", "1M", "2")
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(
      outcome.output
        == #"{"type":"verify","referenced":3877,"unreferenced":43,"undefined":0,"corrupt":0,"entries":3920,"#
        + #""tablets":3,"files":6}"# + "\n", "\(outcome.output)")
    #expect(actool.names() == ["2"])
    #expect(ingest().stderr == "actool ingest: cannot create 2: File exists\n")
  }

  @Test("directories above the table are made, and go again when nothing comes of it")
  func nested() {
    let made = actool.run("ingest", "--output", "a/b/2", "--seed", "1", "--entries", "1000")
    #expect(made.status == 0, "\(made.stderr)")
    #expect(actool.names() == ["a"] && actool.names(in: "a/b") == ["2"])
    #expect(actool.run("verify", "a/b/2").status == 0)
    let changes = actool.run(
      ["ingest", "--output", "c/d/2", "--seed", "1", "--entries", "1000"], environment: ["ACTOOL_TEST_FAULT": "list"])
    let parents = changes.stderr.split(separator: "\n").prefix(4)
    #expect(
      parents == [
        "change: make directory c", "change: sync directory .", "change: make directory c/d",
        "change: sync directory c",
      ])
    for number in [3, 4, 8] {
      let failed = actool.run(
        ["ingest", "--output", "e/f/2", "--seed", "1", "--entries", "1000"],
        environment: ["ACTOOL_TEST_FAULT": "\(number):ENOSPC"])
      #expect(failed.status == 2 && failed.stderr.contains("No space left on device"), "\(failed.stderr)")
      #expect(actool.names() == ["a", "c"], "\(number)")
    }
    actool.write("file", "")
    let refused = actool.run("ingest", "--output", "file/2", "--entries", "1000")
    #expect(refused.status == 2 && refused.stderr == "actool ingest: cannot make directory file: Not a directory\n")
  }

  @Test("what a killed ingest left goes with the next one, what a live one is at stays")
  func leftovers() throws {
    let killed = actool.run(
      ["ingest", "--output", "2", "--seed", "1", "--entries", "1000"], environment: ["ACTOOL_TEST_FAULT": "6:kill"])
    #expect(killed.status == 128 + 9)
    #expect(actool.names().count == 1 && actool.names()[0].hasPrefix(".2-new-"), "\(actool.names())")
    let live = ".2-new-" + (try ProcessIdentity.current().mark)
    actool.write("\(live)/x", "")
    actool.write(".2-new-elsewhere/x", "")
    #expect(ingest().status == 0)
    #expect(actool.names() == [live, ".2-new-elsewhere", "2"].sorted())
  }

  @Test("holes and corrupt entries are records, status 1; rounds on many machines give the same bytes")
  func damaged() {
    #expect(ingest("--tablets", "3", "--files", "2", "--lose", "20", "--corrupt", "7").status == 0)
    #expect(actool.names() == ["2", "2.truth"])
    let truth = String(decoding: actool.read("2.truth") ?? [], as: UTF8.self).split(separator: "\n")
    #expect(truth.filter { $0.contains(#""type":"lost""#) }.count == 20)
    let corrupted = truth.filter { $0.contains(#""type":"corrupted""#) }
    #expect(corrupted.count == 7)
    let whole = actool.run("verify", "2")
    #expect(whole.status == 1 && whole.stderr == "")
    #expect(whole.lines.filter { $0.hasPrefix(#"{"type":"undefined""#) }.count > 10)
    let corrupt = whole.lines.filter { $0.hasPrefix(#"{"type":"corrupt""#) }
    #expect(!corrupt.isEmpty)
    for line in corrupt {
      // The key, up to its timestamp: the line of truth begins with the same text.
      let key = line.dropFirst(#"{"type":"corrupt""#.count).prefix { $0 != "}" }.split(separator: #","file""#)[0]
      #expect(corrupted.contains { $0.dropFirst(#"{"type":"corrupted""#.count).hasPrefix(key) }, "\(line)")
    }
    for (shards, buckets, explain) in [(3, 2, []), (1, 1, ["--explain"]), (5, 4, ["--explain"])] {
      let links = "links\(shards)"
      for i in (1...shards).reversed() {
        let done = actool.run(
          "verify", "--threads", "\(i)", "--shard", "\(i)/\(shards)", "--buckets", "\(buckets)", "--links-into", links,
          "2")
        #expect(done.status == 0 && done.lines.count == 1, "\(done.stderr)")
      }
      for k in 1...buckets { #expect(actool.run("verify", "--join", "\(k)/\(buckets)", links).status == 0) }
      let merged = actool.run(["verify", "--merge", links] + explain + ["2"])
      #expect(merged.status == 1 && merged.stderr == "")
      #expect(merged.stdout == (explain.isEmpty ? whole : actool.run("verify", "--explain", "2")).stdout)
    }
    let again = actool.run("verify", "--shard", "2/3", "--buckets", "2", "--links-into", "links3", "2")
    #expect(again.status == 0 && again.output.hasSuffix(#","already":true}"# + "\n"), "\(again.output)")
    #expect(actool.run("ingest", "--output", "3", "--seed", "2", "--entries", "1000").status == 0)
    let other = actool.run("verify", "--merge", "links3", "3")
    #expect(other.status == 2 && other.stdout == [])
    #expect(
      other.stderr
        == "actool verify: links3: is about other tables or files than these, or they changed since; "
        + "verify them again from the shards on, into a new directory\n")
    let wrong = actool.run("verify", "--join", "1/3", "links3")
    #expect(
      wrong.status == 2
        && wrong.stderr == "actool verify: links3: the row space was cut into 2 buckets, not 3; join k/2\n")
    _ = actool.shell("rm links3/bucket-1-of-2/holes")
    let missing = actool.run("verify", "--merge", "links3", "2")
    #expect(
      missing.status == 2
        && missing.stderr
          == "actool verify: links3/bucket-1-of-2/holes: is missing; run verify --join 1/2 first\n",
      "\(missing.stderr)")
  }

  @Test(
    "a shard and a join that are killed or fail at any change of the disk are run again, and the answer is the same")
  func killed() {
    #expect(ingest("--tablets", "2", "--lose", "5", "--corrupt", "2").status == 0)
    let whole = actool.run("verify", "2")
    let shard = ["verify", "--threads", "1", "--shard", "1/1", "--buckets", "1", "--links-into", "links", "2"]
    for task in [shard, ["verify", "--join", "1/1", "links"]] {
      let changes = actool.run(task, environment: ["ACTOOL_TEST_FAULT": "list"]).stderr.split(separator: "\n").count
      #expect(changes > 5)
      for change in 1...changes {
        for fault in ["kill", "ENOSPC"] {
          _ = actool.shell(task == shard ? "rm -rf links" : "rm links/bucket-1-of-1/holes")
          let broken = actool.run(task, environment: ["ACTOOL_TEST_FAULT": "\(change):\(fault)"])
          #expect(broken.status != 0, "\(change):\(fault)")
          #expect(actool.run(task).status == 0, "\(change):\(fault)")
          #expect(actool.shell("find links -name '.*'").output == "", "\(change):\(fault)")
        }
      }
    }
    #expect(actool.run("verify", "--merge", "links", "2").stdout == whole.stdout)
  }

  @Test("what cannot be looked at is named, status 2, and no row is called lost")
  func unreadable() {
    #expect(ingest("--tablets", "3", "--files", "2", "--lose", "5").status == 0)
    _ = actool.shell("rm 2/t-0000002/F0000002.rf")
    let absent = actool.run("verify", "2")
    #expect(absent.status == 2 && absent.stdout == [])
    #expect(
      absent.stderr == "actool verify: 2/t-0000002: F0000002.rf is a file of the tablet, but does not exist\n"
        + "actool verify: not everything could be read, so nothing can be said about holes\n", "\(absent.stderr)")
    _ = actool.shell("rm -r 2/t-0000002")
    #expect(actool.run("verify", "2").stderr.hasPrefix("actool verify: 2: table 2 has no tablet for the rows of "))
    #expect(actool.run("verify", "nothing").status == 2)
    #expect(actool.run("verify").status == 64)
    let shard = actool.run("verify", "--shard", "1/2", "--links-into", "links", "2")
    #expect(shard.status == 2 && shard.stderr.hasSuffix("not everything could be read, so no links were left\n"))
    #expect(!actool.names().contains("links"))
    #expect(actool.run("verify", "--shard", "4/3", "--links-into", "links", "2").status == 64)
    #expect(actool.run("verify", "--shard", "1/3", "2").status == 64)
    #expect(actool.run("verify", "--join", "1/3", "links", "2").status == 64)
    #expect(actool.run("ingest", "--output", "x", "--entries", "0").status == 64)
    #expect(actool.run("ingest", "--output", "x", "--entries", "10", "--visibilities", ",").status == 64)
    #expect(actool.run("ingest", "--output", "x", "--entries", "100", "--no-checksum", "--corrupt", "1").status == 64)
    #expect(!actool.names().contains("x"))
  }

  @Test("an interrupted ingest leaves nothing, and an interrupted verify says nothing")
  func interrupted() {
    let command = actool.start(["ingest", "--output", "big", "--entries", "400M", "--seed", "1"])
    _ = actool.shell("sleep 1")
    command.signal(2)
    #expect(command.wait().status == 130)
    #expect(actool.names() == [])
  }
}
