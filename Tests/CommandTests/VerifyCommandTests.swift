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

  @Test("holes and corrupt entries are records, status 1; slices add up to the same bytes")
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
    for i in 1...3 {
      let piece = actool.run("verify", "--threads", "\(i)", "--partition", "\(i)/3", "2")
      #expect(piece.status == 0 || piece.status == 1)
      actool.write("p\(i)", piece.stdout)
    }
    let merged = actool.run("verify", "--merge", "p3", "p1", "p2")
    #expect(merged.status == 1 && merged.stdout == whole.stdout)

    let missing = actool.run("verify", "--merge", "p3", "p1")
    #expect(missing.status == 2 && missing.stderr == "actool verify: slice 2/3 is missing\n" && missing.stdout == [])
    let double = actool.run("verify", "--merge", "p3", "p1", "p2", "p1")
    #expect(double.status == 2 && double.stderr == "actool verify: p1 and p1 are both slice 1/3\n")
    actool.write("half", Array((actool.read("p1") ?? []).dropLast(20)))
    #expect(actool.run("verify", "--merge", "half", "p2", "p3").status == 2)
    #expect(actool.run("verify", "--merge", "p1").stderr == "actool verify: slice 2/3 is missing\n")
    actool.write("whole", whole.stdout)
    #expect(actool.run("verify", "--merge", "whole").status == 2)
    #expect(actool.run("ingest", "--output", "3", "--seed", "2", "--entries", "1000").status == 0)
    actool.write("other", actool.run("verify", "--partition", "2/3", "3").stdout)
    let differing = actool.run("verify", "--merge", "p1", "other", "p3")
    #expect(differing.status == 2 && differing.stderr.contains("are of different inputs"))
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
    #expect(actool.run("verify", "--partition", "4/3", "2").status == 64)
    #expect(actool.run("verify", "--partition", "1/3", "--explain", "2").status == 64)
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
