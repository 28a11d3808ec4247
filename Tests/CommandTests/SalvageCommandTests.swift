import TestSupport
import Testing

@Suite("actool salvage")
struct SalvageCommandTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  private static func zeroed(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    var bytes = bytes
    for i in range { bytes[i] = 0 }
    return bytes
  }

  @Test("status 0 for a sound file, 1 with a manifest of what is lost, 2 when there is nothing to save")
  func statuses() throws {
    let sound = try Fixtures.bytes(Fixtures.accumulo + "/rfiles/ci/ci0.rf")
    actool.write("sound.rf", sound)
    var outcome = actool.run("salvage", "--output", "same.rf", "sound.rf")
    #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome.stderr)")
    #expect(actool.run("diff", "--quiet", "sound.rf", "same.rf").status == 0)

    actool.write("bad.rf", Self.zeroed(sound, 60_000..<61_000))
    outcome = actool.run("salvage", "--output", "good.rf", "--manifest", "losses", "bad.rf")
    #expect(outcome.status == 1 && outcome.lines.count == 1 && outcome.stderr.contains("1 loss of "))
    #expect(actool.read("losses").map { String(decoding: $0, as: UTF8.self).hasPrefix(#"{"type":"loss""#) } == true)
    #expect(actool.run("info", "--check", "good.rf").status == 0)
    let diff = actool.run("diff", "--limit", "0", "sound.rf", "good.rf")
    #expect(diff.output.contains(#""extra":0,"changed":0"#), "\(diff.output)")

    for (name, bytes) in [("empty", []), ("zeros", [UInt8](repeating: 0, count: 5000)), ("text", Array("no".utf8))] {
      actool.write(name, bytes)
      outcome = actool.run("salvage", "--output", "none.rf", name)
      #expect(outcome.status == 2 && outcome.stderr.split(separator: "\n").count == 1, "\(outcome.stderr)")
    }
    outcome = actool.run("salvage", "--output", "good.rf", "bad.rf")
    #expect(outcome.status == 2 && outcome.stderr.contains("already exists"))
    #expect(actool.names() == ["bad.rf", "empty", "good.rf", "losses", "same.rf", "sound.rf", "text", "zeros"])
    #expect(actool.read("bad.rf") == Self.zeroed(sound, 60_000..<61_000))
  }

  @Test("in place: the new file is the tablet's, the damaged one is kept, and a kill leaves the one or the other")
  func inPlace() throws {
    let tablet = "tables/2/t-1"
    let sound = try Fixtures.bytes(Fixtures.accumulo + "/rfiles/ci/ci0.rf")
    let arguments = ["salvage", "--quiet", "--in-place", tablet, "F1.rf"]
    for change in 0..<40 {
      _ = actool.shell("rm -rf tables")
      actool.write("\(tablet)/F1.rf", Array(sound.dropLast(9000)))
      actool.write("\(tablet)/F2.rf", sound)
      let faults = change == 0 ? [:] : ["ACTOOL_TEST_FAULT": "\(change):kill"]
      let outcome = actool.run(arguments, environment: faults)
      let names = actool.names(in: tablet)
      if outcome.status == 137 {
        let isReplaced = actool.read("\(tablet)/tablet.json").map {
          !String(decoding: $0, as: UTF8.self).contains("F1.rf")
        }
        #expect(names.contains("F1.rf") || names.contains("F1.rf.damaged"))
        if isReplaced == true { #expect(actool.run("scan", tablet).status == 0) }
        continue
      }
      #expect(outcome.status == 1 && outcome.output.contains(#""kept":"F1.rf.damaged""#), "\(outcome.stderr)")
      #expect(names.contains("F1.rf.damaged") && !names.contains("F1.rf"))
      #expect(actool.read("\(tablet)/F1.rf.damaged") == Array(sound.dropLast(9000)))
      #expect(try bed.live(tablet).count == 2 && bed.leftovers(tablet) == ["F1.rf.damaged"])
      #expect(actool.run("scan", tablet).status == 0)
      #expect(actool.run(arguments).stderr.contains("F1.rf is not, or no longer, a file of the tablet"))
      if change > 0 { return }
    }
    Issue.record("more than 40 changes of the disk")
  }

  @Test(
    "a disk that fails in the middle of a replacement leaves a tablet that can be read", arguments: ["EIO", "ENOSPC"])
  func brokenDisk(errno: String) throws {
    let tablet = "tables/2/t-1"
    let sound = try Fixtures.bytes(Fixtures.accumulo + "/rfiles/ci/ci0.rf")
    var replaced = 0
    for change in 1..<40 {
      _ = actool.shell("rm -rf tables")
      actool.write("\(tablet)/F1.rf", Array(sound.dropLast(9000)))
      actool.write("\(tablet)/F2.rf", sound)
      let outcome = actool.run(
        ["salvage", "--quiet", "--in-place", tablet, "F1.rf"], environment: ["ACTOOL_TEST_FAULT": "\(change):\(errno)"])
      let names = actool.names(in: tablet)
      guard names.contains("tablet.json") else {
        #expect(names.contains("F1.rf") && outcome.status != 0, "\(change)")
        continue
      }
      let files = try bed.live(tablet)
      #expect(files.count == 2 && files.allSatisfy(names.contains), "\(change): \(files) of \(names)")
      #expect(names.contains("F1.rf") || names.contains("F1.rf.damaged"), "\(change)")
      if !files.contains("F1.rf") {
        replaced += 1
        #expect(actool.run("scan", tablet).status == 0, "\(change)")
      }
      if outcome.stderr.isEmpty, outcome.status == 1 { break }
    }
    #expect(replaced > 0)
  }
}
