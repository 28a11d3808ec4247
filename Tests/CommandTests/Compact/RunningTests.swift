// What happens to jobs while they run.

import Files
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@Suite struct RunningTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  /// Starts a job that would take a minute, and waits until it is writing.
  func startSlowJob(_ arguments: String...) throws -> RunningCommand {
    try bed.makeFiles(entries: 4000)
    let running = actool.start(
      ["compact", "-p", "table.file.compress.type=none", "--rate-limit", "10K"] + arguments, stdin: bed.plan())
    #expect(try bed.wait { try bed.directory().manifest()?.reservations.count == 1 && bed.leftovers().count == 1 })
    return running
  }

  func expectUntouched() throws {
    #expect(try bed.live() == ["F0000000.rf", "F0000001.rf", "F0000002.rf"])
    #expect(try bed.rows() == Array(0..<12000))
    #expect(try bed.leftovers() == [])
    #expect(try bed.directory().manifest()?.reservations == [])
  }

  @Test("SIGINT and SIGTERM roll back and end with 128 + n", arguments: [2, 15] as [Int32]) func signals(signal: Int32)
    throws
  {
    let running = try startSlowJob()
    running.signal(signal)
    let outcome = running.wait()
    #expect(outcome.status == 128 + signal)
    #expect(try results(outcome.stdout).first?.error == "stopped by signal \(signal)")
    try expectUntouched()
  }

  @Test("a job that is withdrawn stops within seconds, and says why") func cancelled() throws {
    let running = try startSlowJob()
    let ecid = try #require(try bed.directory().manifest()?.reservations.first?.ecid)
    #expect(actool.run("compact", "--cancel", "ECID:other", CompactBed.tablet).status == 2)
    let cancel = actool.run("compact", "--cancel", "ecid-" + ecid.dropFirst(5), CompactBed.tablet)
    #expect(cancel.status == 0 && cancel.output == "" && cancel.stderr == "")
    try expectUntouched()
    let outcome = running.wait()
    #expect(outcome.status == 1)
    #expect(try results(outcome.stdout).first?.error == "the reservation was withdrawn")
    try expectUntouched()
  }

  @Test("a job whose tablet goes away stops") func removed() throws {
    let running = try startSlowJob()
    _ = actool.shell("rm -r tables")
    let outcome = running.wait()
    #expect(outcome.status == 1)
    #expect(
      try results(outcome.stdout).first?.error?.hasSuffix("t-1 is gone") == true, "\(outcome.output) \(outcome.stderr)")
    #expect(!actool.names().contains("tables"))
  }

  @Test("a job whose tablet gets another extent stops") func changedExtent() throws {
    let running = try startSlowJob()
    var manifest = try #require(try bed.directory().manifest())
    manifest.extent.endRow = [0x7a]
    let path = actool.path(CompactBed.tablet + "/tablet.json")
    try Disk().replace(FilePath(path), with: manifest.json(), temporary: FilePath(path + ".mine"))
    let outcome = running.wait()
    #expect(try results(outcome.stdout).first?.error?.contains("extent") == true, "\(outcome.output)")
    try expectUntouched()
  }

  @Test("while a job runs its files are nobody else's: not for a plan, not for another process") func reserved() throws
  {
    let jobs = try bedJobs()
    let running = try startSlowJob()
    #expect(actool.run("plan", "--kind", "user", "tables/2").output == "")
    let tablet = try bed.directory().tablet()
    #expect(tablet.running.map(\.files) == [["F0000000.rf", "F0000001.rf", "F0000002.rf"]])
    let other = actool.run(["compact", "--default-properties"], stdin: jobs)
    #expect(other.status == 75)
    let refusal = try #require(try results(other.stdout).first)
    #expect(
      refusal.error?.contains("is being compacted by ECID:") == true && refusal.retry == .later, "\(other.output)")
    let short = actool.run(["compact", "--default-properties", "--wait", "300ms"], stdin: jobs)
    #expect(try short.status == 75 && results(short.stdout).first?.error == refusal.error, "\(short.output)")
    running.signal(15)
    _ = running.wait()
    #expect(actool.run(["compact", "--default-properties"], stdin: jobs).status == 0)
    #expect(try bed.rows() == Array(0..<12000) && bed.live().count == 1)
  }

  private func bedJobs() throws -> [UInt8] {
    try bed.makeFiles(entries: 4000)
    let jobs = bed.plan()
    _ = actool.shell("rm -r tables")
    return jobs
  }

  @Test("of several processes that begin the same work on a new directory at once, one does it") func race() throws {
    for _ in 0..<5 {
      let bed = CompactBed()
      try bed.makeFiles()
      let plans = (0..<4).map { _ in bed.plan() }
      let running = plans.map { bed.actool.start(["compact", "--default-properties"], stdin: $0) }
      let ended = try running.flatMap { try results($0.wait().stdout) }
      #expect(ended.filter { $0.state == .finished }.count == 1, "\(ended)")
      #expect(try bed.live().count == 1 && bed.rows() == Array(0..<120) && bed.leftovers() == [])
    }
  }

  @Test("the lock of another process is respected, and ends when that is killed") func lock() throws {
    try bed.makeFiles()
    // Stopped while writing its reservation.
    let other = actool.start(
      ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "4:stop"])
    #expect(bed.wait { actool.names(in: CompactBed.tablet).contains(".tablet.json.new") })
    let file = FilePath(actool.path(CompactBed.tablet + "/.tablet.lock"))
    #expect(throws: LockTimeout.self) { try DirectoryLock(file, timeout: .milliseconds(50), disk: Disk()).release() }
    other.signal(9)
    #expect(other.wait().status == 128 + 9)
    try DirectoryLock(file, timeout: .seconds(5), disk: Disk()).release()
  }

  /// Whether every thread of a process is stopped: one can still run for a moment after another was stopped.
  private func everyThreadIsStopped(_ process: Int32) throws -> Bool {
    let threads = try listDirectory(FilePath("/proc/\(process)/task"))
    return threads.allSatisfy { thread in
      let path = FilePath("/proc/\(process)/task/\(thread)/stat")
      // It may have ended in the meantime.
      guard let bytes = try? readWholeFile(path, limit: 9999) else { return false }
      return String(decoding: bytes, as: UTF8.self).split(separator: " ").dropFirst(2).first == "T"
    }
  }

  @Test("a process that is suspended, taken for dead, and comes back, changes nothing") func zombie() throws {
    // Makes it look as if it ran on another machine: its reservation gets another host, and an old lease.
    for number in 7...16 {
      let bed = CompactBed()
      try bed.makeFiles()
      let jobs = bed.plan()
      let first = bed.actool.start(
        ["compact", "--default-properties"], stdin: jobs, environment: ["ACTOOL_TEST_FAULT": "\(number):stop"])
      let isStopped = try bed.wait { try everyThreadIsStopped(first.process) }
      if !isStopped { first.signal(9) }
      #expect(isStopped, "\(number): \(isStopped ? "" : first.wait().output)")
      var manifest = try #require(try bed.directory().manifest())
      guard !manifest.reservations.isEmpty else {
        first.signal(18)
        _ = first.wait()
        continue
      }
      manifest.reservations[0].owner.host = "elsewhere"
      manifest.reservations[0].lease = 0
      let path = bed.actool.path(CompactBed.tablet + "/tablet.json")
      try Disk().replace(FilePath(path), with: manifest.json(), temporary: FilePath(path + ".mine"))
      // It holds the lock if it was stopped in the commit. The next run then waits for it, which is right.
      let lock = FilePath(bed.actool.path(CompactBed.tablet + "/.tablet.lock"))
      var isLocked = false
      do { try DirectoryLock(lock, timeout: .milliseconds(1), disk: Disk()).release() } catch is LockTimeout {
        isLocked = true
      }
      let second = bed.actool.start(["compact", "--default-properties"], stdin: jobs)
      if isLocked {
        sleep(.milliseconds(300))
        first.signal(18)
      }
      let outcome = second.wait()
      first.signal(18)
      let late = first.wait()
      // When it comes back before it has reserved anything, it finds the job done.
      let ended = try results(outcome.stdout) + results(late.stdout)
      #expect(
        ended.filter { $0.state == .finished && !$0.already }.count == 1, "\(number): \(outcome.output) \(late.output)")
      #expect(try bed.live().count == 1 && bed.rows() == Array(0..<120), "\(number)")
      // A file that it creates only now stays behind. It must not remove the file, because it no longer holds the
      // tablet, and the file could belong to the new holder. The next run cleans up.
      let isMadeLate = try bed.leftovers().allSatisfy { number == 7 && $0.hasSuffix(".rf_tmp") }
      #expect(isMadeLate, "\(number): \(outcome.output) \(late.output)")
      _ = bed.planAndCompact()
      #expect(try bed.live().count == 1 && bed.rows() == Array(0..<120) && bed.leftovers() == [], "\(number)")
    }
  }

  @Test("the rate limit holds for all jobs together") func rateLimit() throws {
    for table in 2...3 { try bed.makeFiles(in: "tables/\(table)/t-1", files: 2, entries: 1500) }
    let size = try (2...3).reduce(Int64(0)) {
      try $0 + bed.directory("tables/\($1)/t-1").contents().files.reduce(0) { $0 + $1.size }
    }
    let start = ContinuousClock.now
    let outcome = actool.run(
      ["compact", "--default-properties", "--threads", "2", "--rate-limit", "\(size)"],
      stdin: bed.plan(path: "tables/2") + bed.plan(path: "tables/3"))
    #expect(outcome.status == 0)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    // A quarter of a second is free at the start.
    #expect(seconds > 0.6 && seconds < 5, "\(seconds)")
  }
}
