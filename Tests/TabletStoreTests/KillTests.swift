// A job is stopped at every single change of the disk, and so is the cleanup after it.
//
// Stopping means that this change and all later ones fail: nothing more happens on the disk, as if the process were
// dead.

import Records
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import TabletStore

private struct Killed: Error {}

/// Lets a number of changes happen, and fails all later ones.
private final class Life: Sendable {
  private let left: Atomic<Int>
  private let log = Mutex<[String]>([])

  init(changes: Int) { left = Atomic(changes) }

  var disk: Disk {
    Disk { change, path in
      guard self.left.subtract(1, ordering: .relaxed).newValue >= 0 else { throw Killed() }
      self.log.withLock { $0.append("\(change.rawValue) \(path.lastComponent!)") }
    }
  }

  var changes: [String] { log.withLock { $0 } }
}

@Suite struct KillTests {
  let before: Set<String> = ["F1.rf", "F2.rf", "F3.rf"]
  let after: Set<String> = ["C9.rf", "F3.rf"]

  /// Runs a whole job with a fake output of three bytes.
  private func run(_ bed: TabletBed, _ disk: Disk, owner: ProcessIdentity) throws {
    let tablet = bed.tablet("2/t", bed.access(disk: disk, owner: owner))
    let held = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
    let file = try disk.create(held.tmp)
    try "abc".utf8.withContiguousStorageIfAvailable { try file.write(UnsafeRawBufferPointer($0)) }
    try file.sync()
    try file.close()
    _ = try tablet.commit(held, .finished(held, size: 3, entries: 7), keepInputs: false)
  }

  private func freshBed() throws -> TabletBed {
    let bed = try TabletBed()
    bed.files("2/t", ["F1.rf": 1, "F2.rf": 2, "F3.rf": 3])
    return bed
  }

  @Test("the changes of a job, in order") func order() throws {
    let bed = try freshBed()
    let life = Life(changes: .max)
    try run(bed, life.disk, owner: bed.me)
    let replacement = [
      "create .tablet.json.new", "write .tablet.json.new", "sync .tablet.json.new", "rename tablet.json",
      "sync directory t",
    ]
    var expected = ["create .tablet.lock"] + replacement
    expected += ["create C9.rf_tmp", "write C9.rf_tmp", "sync C9.rf_tmp"]
    expected += replacement + ["rename C9.rf", "sync directory t"]
    expected += replacement + ["remove F1.rf", "remove F2.rf", "sync directory t"]
    expected += replacement
    #expect(life.changes == expected)
  }

  @Test("killed at any change, the tablet is before or after, and the next run cleans up, even when that is killed too")
  func everywhere() throws {
    let all = Life(changes: .max)
    let bed = try freshBed()
    try run(bed, all.disk, owner: bed.me)
    var seenBefore = 0
    for changes in 0..<all.changes.count {
      // How often the cleanup is stopped before it can finish: at its first change, at its second, ...
      var cleaningChanges = 0
      while true {
        let bed = try freshBed()
        // After the commit, failures are only notes.
        _ = try? run(bed, Life(changes: changes).disk, owner: bed.deadProcess)
        try expectSound(bed, "killed after \(changes) changes")
        let cleaner = Life(changes: cleaningChanges)
        let finished = (try? bed.tablet("2/t", bed.access(disk: cleaner.disk)).clean()) != nil
        try expectSound(bed, "killed after \(changes) changes, cleaning killed after \(cleaningChanges)")
        if finished {
          try expectClean(bed, "killed after \(changes) changes")
          if try bed.tablet("2/t").contents().files.count == 3 { seenBefore += 1 }
          break
        }
        cleaningChanges += 1
        // The next run finishes the cleanup.
        try bed.tablet("2/t").clean()
        try expectClean(bed, "killed after \(changes) changes, cleaning killed after \(cleaningChanges - 1)")
      }
    }
    #expect(seenBefore > 10 && seenBefore < all.changes.count - 5, "both sides of the commit were seen: \(seenBefore)")
  }

  @Test("killed at any change, the same job can be run again, or is seen to be done") func again() throws {
    let all = Life(changes: .max)
    let first = try freshBed()
    try run(first, all.disk, owner: first.me)
    for changes in 0..<all.changes.count {
      let bed = try freshBed()
      _ = try? run(bed, Life(changes: changes).disk, owner: bed.deadProcess)
      let done = try live(bed) == after
      do {
        try run(bed, Disk(), owner: bed.me)
        #expect(!done)
      } catch let error as ReservationError {
        #expect(done && error == .notLive("F1.rf"))
        try bed.tablet("2/t").clean()
      }
      #expect(try live(bed) == after)
      try expectClean(bed, "killed after \(changes) changes")
    }
  }

  @Test(
    "one change fails (a full disk, a broken one): the job is before or after, and cleaned up when it was abandoned")
  func failures() throws {
    for number in 1...100 {
      let bed = try freshBed()
      let count = Atomic(0)
      let disk = Disk { change, path in
        if count.add(1, ordering: .relaxed).newValue == number {
          throw SystemError(change.rawValue, path.string, .noSpace)
        }
      }
      let tablet = bed.tablet("2/t", bed.access(disk: disk))
      var held: HeldJob?
      do {
        let job = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
        held = job
        let file = try disk.create(job.tmp)
        try [1, 2, 3].withUnsafeBytes { try file.write(UnsafeRawBufferPointer(rebasing: $0[..<3])) }
        try file.sync()
        try file.close()
        _ = try tablet.commit(job, .finished(job, size: 3, entries: 7), keepInputs: false)
        #expect(try live(bed) == after, "\(number)")
      } catch {
        #expect(try live(bed) == before, "\(number): \(error)")
        if let held { try tablet.abandon(held) }
      }
      try expectSound(bed, "\(number)")
      // Leftovers of a failure can be removed once the process is dead.
      try makeOwnerDead(bed)
      try bed.tablet("2/t").clean()
      try expectClean(bed, "\(number)")
      if count.load(ordering: .relaxed) < number { return }
    }
    Issue.record("never came to an end")
  }

  @Test("a job that is committed is never said to have failed, even when tablet.json cannot be read any more")
  func committed() throws {
    let bed = try freshBed()
    let renames = Atomic(0)
    let manifest = bed.path("2/t/tablet.json")
    // The third replacement of tablet.json is the commit. After it, the directory cannot be synced, and the file cannot
    // be read.
    let disk = Disk { change, path in
      if change == .rename, path == manifest { renames.add(1, ordering: .relaxed) }
      guard change == .syncDirectory, renames.load(ordering: .relaxed) == 3 else { return }
      _ = try? Disk().renameWithoutReplacing(manifest, to: bed.path("2/t/away"))
      throw SystemError("sync directory", path.string, .tooManyOpenFiles)
    }
    let tablet = bed.tablet("2/t", bed.access(disk: disk))
    let held = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    let notes = try tablet.commit(held, .finished(held, size: 3, entries: 7), keepInputs: false)
    #expect(notes.count == 1 && notes[0].description.hasSuffix("a power failure now might undo it"))
    try Disk().renameWithoutReplacing(bed.path("2/t/away"), to: manifest)
    #expect(try live(bed) == after)
    #expect(bed.scratch.exists("2/t/F1.rf"), "what a power failure might bring back is still there")
    try bed.tablet("2/t").clean()
    try expectClean(bed, "committed")
  }

  private func makeOwnerDead(_ bed: TabletBed) throws {
    guard var manifest = try bed.tablet("2/t").manifest(), !manifest.reservations.isEmpty else { return }
    for i in manifest.reservations.indices { manifest.reservations[i].owner = bed.deadProcess }
    try Disk().replace(bed.path("2/t/tablet.json"), with: manifest.json(), temporary: bed.path("2/t/.tablet.json.new"))
  }

  private func live(_ bed: TabletBed) throws -> Set<String> {
    Set(try bed.tablet("2/t").contents().files.map(\.file))
  }

  /// The tablet is exactly as before or as after the job, and every live file exists and is whole.
  private func expectSound(_ bed: TabletBed, _ situation: String) throws {
    let files = try live(bed)
    #expect(files == before || files == after, "\(situation)")
    _ = try bed.tablet("2/t").tablet()
  }

  /// The directory contains nothing that does not belong there.
  private func expectClean(_ bed: TabletBed, _ situation: String) throws {
    let tablet = bed.tablet("2/t")
    let names = Set(bed.scratch.names(in: "2/t"))
    let own: Set<String> = [".tablet.lock", "tablet.json"]
    #expect(names.subtracting(own) == (try live(bed)), "\(situation)")
    #expect(try tablet.leftovers().isEmpty, "\(situation)")
    #expect(try tablet.tablet().running.isEmpty, "\(situation)")
  }
}
