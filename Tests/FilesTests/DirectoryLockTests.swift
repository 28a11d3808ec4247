import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite struct DirectoryLockTests {
  let scratch = ScratchDirectory()
  var file: FilePath { FilePath(scratch.file(".lock")) }

  @Test("a second holder waits, gives up in time, and says so") func timeout() throws {
    let held = try DirectoryLock(file, timeout: .zero, disk: Disk())
    let error = try #require(throws: LockTimeout.self) {
      try DirectoryLock(file, timeout: .milliseconds(20), disk: Disk()).release()
    }
    #expect(error.description.hasPrefix("cannot lock \(file): another process has held it for 0.02 s"))
    held.release()
    try DirectoryLock(file, timeout: .zero, disk: Disk()).release()
  }

  @Test("a lock on a file that was removed meanwhile does not count") func removedLockFile() throws {
    let old = try DirectoryLock(file, timeout: .zero, disk: Disk())
    try Disk().remove(file)
    let new = try DirectoryLock(file, timeout: .zero, disk: Disk())
    old.release()
    #expect(throws: LockTimeout.self) { try DirectoryLock(file, timeout: .zero, disk: Disk()).release() }
    new.release()
  }

  @Test("a directory that is gone cannot be locked") func noDirectory() {
    #expect(throws: SystemError("lock", scratch.file("x/.lock"), .noSuchFileOrDirectory)) {
      try DirectoryLock(FilePath(scratch.file("x/.lock")), timeout: .zero, disk: Disk()).release()
    }
  }

  @Test("many threads that add to a number in a file lose nothing") func threads() async throws {
    scratch.write("n", "0")
    let number = FilePath(scratch.file("n"))
    let file = file
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<25 {
            let lock = try DirectoryLock(file, timeout: .seconds(20), disk: Disk())
            let text = String(decoding: try readWholeFile(number, limit: 9), as: UTF8.self)
            try Disk().replace(
              number, with: Array("\(Int(text)! + 1)".utf8), temporary: FilePath(number.string + ".new"))
            lock.release()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(String(decoding: try readWholeFile(number, limit: 9), as: UTF8.self) == "200")
  }
}

@Suite struct ProcessIdentityTests {
  @Test("this process lives") func alive() throws {
    let me = try ProcessIdentity.current()
    #expect(try me.life(seenBy: me) == .alive)
    #expect(me.pid > 0 && me.startTime > 0 && !me.bootId.isEmpty && !me.host.isEmpty)
  }

  @Test("a process that ended, or whose number was given to another, is dead; elsewhere nobody can tell") func dead()
    throws
  {
    let me = try ProcessIdentity.current()
    var other = me
    other.startTime += 1
    #expect(try other.life(seenBy: me) == .dead)
    other = me
    other.pid = 0x3fff_fff0
    #expect(try other.life(seenBy: me) == .dead)
    other.pid = -1
    #expect(try other.life(seenBy: me) == .dead)
    other = me
    other.host += "x"
    #expect(try other.life(seenBy: me) == .unknown)
    other = me
    other.pidNamespace = "pid:[1]"
    #expect(try other.life(seenBy: me) == .unknown)
    other = me
    other.bootId = "another"
    #expect(try other.life(seenBy: me) == .unknown, "a clone of this machine, or this one before it booted")
  }

  @Test("a mark tells a dead process from a live one, and from one that nobody here can see") func marks() throws {
    let me = try ProcessIdentity.current()
    #expect(me.mark.split(separator: "-").count == 4)
    #expect(try !me.seesDeadProcess(behindMark: me.mark))
    var other = me
    other.startTime += 1
    #expect(try me.seesDeadProcess(behindMark: other.mark))
    for change: (inout ProcessIdentity) -> Void in [{ $0.bootId = "another" }, { $0.pidNamespace = "pid:[1]" }] {
      var foreign = other
      change(&foreign)
      #expect(try !me.seesDeadProcess(behindMark: foreign.mark))
    }
    for text in ["", "-", "123", "a-b-c-d", "\(other.mark)-1", String(other.mark.dropLast()) + "x"] {
      #expect(try !me.seesDeadProcess(behindMark: text), "\(text)")
    }
  }

  @Test("a killed process is dead even before its parent has noticed") func zombie() throws {
    let me = try ProcessIdentity.current()
    let child = Subprocess("/bin/sleep", ["60"])
    let other = try #require(try ProcessIdentity.of(child.pid))
    #expect(try other.life(seenBy: me) == .alive)
    child.send(9)
    sleep(.milliseconds(50))
    #expect(try other.life(seenBy: me) == .dead)
    _ = child.wait()
  }
}
