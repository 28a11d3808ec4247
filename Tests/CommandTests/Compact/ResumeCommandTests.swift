// Kills the program in the middle of a job, and lets the next run go on.

import Files
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@Suite struct ResumeCommandTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  private static let settings = ["-p", "table.file.compress.blocksize=400", "--checkpoint", "1K"]
  private static let detached = ["compact", "--default-properties", "--into", "out"] + settings

  /// What a job makes that nobody disturbs.
  private func undisturbed(entries: Int) throws -> [UInt8] {
    let bed = CompactBed()
    try bed.makeFiles(entries: entries)
    let outcome = bed.actool.run(["compact"] + Self.settings, stdin: bed.plan())
    let output = try #require(results(outcome.stdout).first?.output)
    return try #require(bed.actool.read(CompactBed.tablet + "/" + output))
  }

  /// Runs a job until it has made a checkpoint in a directory, and ends it by a signal. Returns its record.
  private func killed(by signal: Int32, in directory: String = CompactBed.tablet) throws -> [UInt8] {
    try bed.makeFiles(entries: 1000)
    let job = bed.plan()
    let into = directory == CompactBed.tablet ? [] : ["--default-properties", "--into", directory]
    let running = actool.start(["compact", "--rate-limit", "20K"] + into + Self.settings, stdin: job)
    #expect(bed.wait { actool.names(in: directory).contains { $0.hasSuffix(".rf_tmp.checkpoint") } })
    running.signal(signal)
    #expect(running.wait().status == 128 + signal)
    #expect(try bed.live().count == 3 && bed.rows() == Array(0..<3000))
    return job
  }

  private func expectDone() throws {
    #expect(try bed.live().count == 1 && bed.leftovers() == [])
    #expect(try bed.directory().manifest()?.reservations == [])
  }

  @Test("plan prints a killed job again, and it goes on to the same bytes", arguments: [9, 15] as [Int32])
  func goesOn(signal: Int32) throws {
    let job = try killed(by: signal)
    if signal == 15 { #expect(try bed.directory().manifest()?.reservations == []) }
    let again = bed.plan()
    #expect(try jobs(again) == jobs(job) && records(again).count == 1)
    let outcome = actool.run(["compact"] + Self.settings, stdin: again)
    let result = try #require(try results(outcome.stdout).first)
    #expect(outcome.status == 0 && outcome.stderr == "" && result.afresh == nil, "\(outcome.stderr)")
    #expect(try #require(result.resumed).bytes >= 512)
    let bytes = try actool.read(CompactBed.tablet + "/" + #require(result.output))
    #expect(try bytes == undisturbed(entries: 1000))
    try expectDone()
  }

  @Test("a detached job that was killed goes on when it is run again", arguments: [9, 15] as [Int32])
  func detached(signal: Int32) throws {
    let job = try killed(by: signal, in: "out")
    let outcome = actool.run(Self.detached, stdin: job)
    let result = try #require(try results(outcome.stdout).first)
    #expect(outcome.status == 0 && outcome.stderr == "" && result.resumed != nil, "\(outcome.stderr)")
    let output = try #require(result.output)
    #expect(try actool.read("out/" + output) == undisturbed(entries: 1000))
    #expect(actool.names(in: "out").filter { $0.hasPrefix(output) } == [output])
  }

  @Test("a job that failed and may succeed later goes on, too", arguments: [CompactBed.tablet, "out"])
  func full(directory: String) throws {
    try bed.makeFiles(entries: 1000)
    let job = bed.plan()
    let into = directory == "out" ? ["--default-properties", "--into", "out"] : []
    actool.write("job", job)
    // No file may be larger.
    let options = (["compact"] + into + Self.settings).joined(separator: " ")
    let full = actool.shell("trap '' XFSZ; ulimit -f 12; actool \(options) job")
    #expect(full.status == 75 && full.stderr.contains("File too large"), "\(full.stderr)")
    #expect(actool.names(in: directory).contains { $0.hasSuffix(".rf_tmp.checkpoint") })
    let outcome = actool.run(["compact"] + into + Self.settings, stdin: job)
    let result = try #require(try results(outcome.stdout).first)
    #expect(outcome.status == 0 && result.afresh == nil && result.resumed != nil, "\(outcome.stderr)")
    #expect(try actool.read("\(directory)/" + #require(result.output)) == undisturbed(entries: 1000))
    if into.isEmpty { try expectDone() }
  }

  @Test("a detached job that must not go on begins at the start, and leaves nothing else") func detachedAfresh() throws
  {
    let job = try killed(by: 15, in: "out")
    let outcome = actool.run(Self.detached + ["--no-resume"], stdin: job)
    let result = try #require(try results(outcome.stdout).first)
    #expect(outcome.status == 0 && outcome.stderr == "" && result.resumed == nil && result.afresh == nil)
    #expect(actool.names(in: "out").filter { $0.contains(".rf") } == [result.output])
  }

  @Test("with other settings it begins afresh and says why; --no-resume begins afresh without a word")
  func afresh() throws {
    let job = try killed(by: 9)
    let other = actool.run(["compact", "-p", "table.file.compress.blocksize=500"], stdin: job)
    let result = try #require(try results(other.stdout).first)
    #expect(result.afresh == "the settings are not those of the checkpoint" && result.resumed == nil)
    #expect(other.status == 0 && other.stderr.contains(" started afresh: the settings are not those of"))
    try expectDone()
  }

  @Test("--no-resume begins at the start", arguments: [["--no-resume"], ["--checkpoint", "off"]])
  func noResume(options: [String]) throws {
    let job = try killed(by: 15)
    let outcome = actool.run(["compact", "-p", "table.file.compress.blocksize=400"] + options, stdin: job)
    let result = try #require(try results(outcome.stdout).first)
    #expect(outcome.status == 0 && outcome.stderr == "" && result.resumed == nil && result.afresh == nil)
    try expectDone()
  }

  @Test("a killed job is withdrawn with all that it left") func withdrawn() throws {
    let job = try #require(try jobs(killed(by: 15)).first)
    #expect(actool.run("compact", "--cancel", job.ecid, CompactBed.tablet).status == 0)
    #expect(try bed.leftovers() == [] && jobs(bed.plan()).first?.ecid != job.ecid)
  }

  @Test("killed at any change of a job with many checkpoints, the next run makes the same bytes") func anyChange()
    throws
  {
    let expected = try undisturbed(entries: 40)
    let arguments = ["compact", "-p", "table.file.compress.blocksize=400", "--checkpoint", "1"]
    try bed.makeFiles()
    let all = actool.run(arguments, stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "list"])
    let changes = all.stderr.split(separator: "\n").count
    var resumed = 0
    for number in stride(from: 3, through: changes, by: 2) {
      let bed = CompactBed()
      try bed.makeFiles()
      let job = bed.plan()
      _ = bed.actool.run(arguments, stdin: job, environment: ["ACTOOL_TEST_FAULT": "\(number):kill"])
      let outcome = bed.actool.run(arguments, stdin: job)
      #expect(outcome.status == 0, "killed at \(number): \(outcome.stderr)")
      if try results(outcome.stdout).first?.resumed != nil { resumed += 1 }
      let output = try #require(try bed.live().first)
      // A job that was committed is not run again, so what the commit was writing stays until the next change.
      let left = try bed.leftovers().filter { $0 != ".tablet.json.new" }
      #expect(try bed.live().count == 1 && left == [], "killed at \(number)")
      #expect(bed.actool.read(CompactBed.tablet + "/" + output) == expected, "killed at \(number)")
    }
    #expect(resumed > 5, "\(resumed) of \(changes / 2)")
  }
}
