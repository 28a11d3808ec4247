// Kills the real program with SIGKILL, or makes it fail, at every single change of the disk, and checks what the next
// run does.

import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@Suite struct CrashTests {
  /// How many changes a job makes from its reservation to its end.
  private func changes() throws -> [Substring] {
    let bed = CompactBed()
    try bed.makeFiles()
    let outcome = bed.actool.run(
      ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "list"])
    #expect(outcome.status == 0)
    let changes = outcome.stderr.split(separator: "\n")
    #expect(changes.count >= 30 && changes.allSatisfy { $0.hasPrefix("change: ") }, "\(outcome.stderr)")
    return changes
  }

  /// Whether the tablet is as before the job: the three files. After it there is one; anything else fails.
  private func isBefore(_ bed: CompactBed, _ situation: String) throws -> Bool {
    let live = try bed.live()
    #expect(live == ["F0000000.rf", "F0000001.rf", "F0000002.rf"] || live.count == 1, "\(situation): \(live)")
    #expect(try bed.rows() == Array(0..<120), "\(situation)")
    return live.count == 3
  }

  private func expectDone(_ bed: CompactBed, _ situation: String) throws {
    #expect(try bed.live().count == 1, "\(situation)")
    #expect(try bed.rows() == Array(0..<120), "\(situation)")
    #expect(try bed.leftovers() == [], "\(situation)")
    #expect(try bed.directory().tablet().running.isEmpty, "\(situation)")
    #expect(bed.actool.run("plan", "tables/2").output == "", "\(situation)")
  }

  @Test("killed at any change: before or after, nothing in between, and the next run cleans up") func killed() throws {
    let changes = try changes()
    var before = 0
    for number in 1...changes.count {
      let situation = "killed at \(number), \(changes[number - 1])"
      let bed = CompactBed()
      try bed.makeFiles()
      let outcome = bed.actool.run(
        ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "\(number):kill"])
      #expect(outcome.status == 128 + 9, "\(situation)")
      if try isBefore(bed, situation) { before += 1 }
      let next = bed.planAndCompact()
      #expect(next.status == 0, "\(situation): \(next.stderr)")
      try expectDone(bed, situation)
    }
    #expect(before > 15 && before < changes.count - 5, "both sides of the commit were seen: \(before)")
  }

  @Test("the cleaning up can be killed at any change, too") func killedCleaning() throws {
    // Killed in the middle of the output, after its rename, and after the replacement of tablet.json.
    let changes = try changes()
    let renamed = try #require(changes.firstIndex { $0.contains("rename") && $0.contains("/A") })
    let removing = try #require(changes.firstIndex { $0.contains("remove") })
    // Each change of the next run in one of the three states: the tests of lost power try all of them.
    for (start, first) in [8, renamed + 2, removing + 2].enumerated() {
      for number in stride(from: 1 + start, through: 100, by: 3) {
        let bed = CompactBed()
        try bed.makeFiles()
        let situation = "killed at \(first), and at \(number) of the next run"
        _ = bed.actool.run(
          ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "\(first):kill"])
        let second = bed.actool.run(
          ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "\(number):kill"])
        _ = try isBefore(bed, situation)
        #expect(bed.planAndCompact().status == 0, "\(situation)")
        try expectDone(bed, situation)
        if second.status == 0 { break }
      }
    }
  }

  @Test(
    "a full or broken disk at any change: the job says so or is done, and nothing is lost",
    arguments: ["ENOSPC", "EIO"])
  func failed(errno: String) throws {
    let changes = try changes()
    for number in 1...changes.count {
      let situation = "\(errno) at \(number), \(changes[number - 1])"
      let bed = CompactBed()
      try bed.makeFiles()
      let outcome = bed.actool.run(
        ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "\(number):\(errno)"]
      )
      let result = try #require(try results(outcome.stdout).first, "\(situation)")
      // The machine's fault: the job may be run again.
      #expect(outcome.status == (result.state == .finished ? 0 : 75), "\(situation)")
      #expect(result.retry == (result.state == .finished ? nil : .now), "\(situation)")
      #expect(
        outcome.stderr.contains(errno == "EIO" ? "Input/output error" : "No space left on device"), "\(situation)")
      let before = try isBefore(bed, situation)
      #expect(before == (result.state == .failed), "\(situation): \(outcome.stderr)")
      if before { #expect(try !bed.leftovers().contains { $0.hasSuffix(".rf_tmp") }, "\(situation)") }
      #expect(bed.planAndCompact().status == 0, "\(situation)")
      try expectDone(bed, situation)
    }
  }

  @Test("a disk that is really full: the job fails, the tablet is as it was, and with room again the next run succeeds")
  func fullDisk() throws {
    let bed = CompactBed()
    bed.actool.write("mnt/x", "")
    let mount = bed.actool.shell("mount -t tmpfs -o size=1m none mnt")
    guard mount.status == 0 else {
      // Only root can mount; a limit on the size of files is the next best thing.
      return try fileSizeLimit()
    }
    defer { _ = bed.actool.shell("umount mnt") }
    let tablet = "mnt/tables/2/t-1"
    try bed.makeFiles(in: tablet, entries: 2000)
    let size = bed.actool.shell("cat \(tablet)/*.rf | wc -c; df --output=avail -B1 mnt | tail -1")
    let numbers = size.lines.compactMap { Int($0.filter { $0 != " " }) }
    #expect(numbers.count == 2)
    // Room for half the output.
    _ = bed.actool.shell("head -c \(numbers[1] - numbers[0] / 2) /dev/zero > mnt/filler")
    let careful = bed.actool.run(["compact", "--default-properties"], stdin: bed.plan(path: "mnt/tables/2"))
    #expect(careful.status == 75 && careful.output.contains(#""retry":"later""#))
    #expect(careful.stderr.contains(" bytes free, and the inputs have \(numbers[0])"), "\(careful.stderr)")
    let outcome = bed.actool.run(
      ["compact", "-p", "table.file.compress.type=none", "--no-space-check"], stdin: bed.plan(path: "mnt/tables/2"))
    #expect(outcome.status == 75)
    #expect(try results(outcome.stdout).first?.error?.contains("No space left on device") == true, "\(outcome.output)")
    #expect(try bed.live(tablet).count == 3 && bed.rows(in: tablet) == Array(0..<6000))
    #expect(try bed.leftovers(tablet) == [] && bed.directory(tablet).tablet().running.isEmpty)
    // Not even room for tablet.json.
    _ = bed.actool.shell("cat /dev/zero > mnt/filler2")
    #expect(
      bed.actool.run(["compact", "-p", "table.file.compress.type=none"], stdin: bed.plan(path: "mnt/tables/2")).status
        == 75)
    #expect(try bed.rows(in: tablet) == Array(0..<6000) && bed.leftovers(tablet) == [])
    _ = bed.actool.shell("rm mnt/filler mnt/filler2")
    let next = bed.actool.shell("actool plan --kind user mnt/tables/2 | actool compact --default-properties")
    #expect(next.status == 0, "\(next.stderr)")
    #expect(try bed.live(tablet).count == 1 && bed.rows(in: tablet) == Array(0..<6000) && bed.leftovers(tablet) == [])
  }

  @Test("a file that grows beyond the shell's limit fails its job, and nothing is lost") func fileSizeLimit() throws {
    let bed = CompactBed()
    try bed.makeFiles(entries: 2000)
    let outcome = bed.actool.shell(
      "actool plan --kind user tables/2 > jobs; ulimit -f 40; actool compact -p table.file.compress.type=none jobs")
    #expect(outcome.status == 75)
    #expect(try results(outcome.stdout).first?.error?.contains("File too large") == true, "\(outcome.output)")
    #expect(try bed.live().count == 3 && bed.rows() == Array(0..<6000) && bed.leftovers() == [])
    #expect(bed.planAndCompact().status == 0)
    #expect(try bed.live().count == 1 && bed.rows() == Array(0..<6000))
  }
}
