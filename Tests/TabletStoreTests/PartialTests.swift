import Records
import SystemPackage
import TestSupport
import Testing

@testable import Entries
@testable import Files
@testable import TabletStore

// What becomes of a temporary file and its checkpoint after its process died.

@Suite struct PartialTests {
  let bed: TabletBed
  /// On F1.rf and F2.rf.
  let job: CompactionJob

  /// A process reserves the job, writes 6 bytes of which its checkpoint counts 4, and dies.
  init() throws {
    bed = try TabletBed()
    bed.files("2/t", ["F1.rf": 1, "F2.rf": 2, "F3.rf": 3])
    var job = bed.job([])
    job.inputs = [TabletFile(file: "F1.rf", size: 1), TabletFile(file: "F2.rf", size: 2)]
    self.job = job
    let held = try bed.tablet("2/t", bed.access(owner: bed.deadProcess)).reserve(job, resumes: true)
    #expect(!held.isBegun)
    bed.scratch.write("2/t/C9.rf_tmp", "abcdef")
    try checkpoint.write(besides: held.tmp, on: Disk())
  }

  private var checkpoint: Checkpoint {
    Checkpoint(
      job: job, owner: bed.deadProcess, time: 1_000_000, size: 4, entries: 7, next: Key(row: [9]),
      merge: Array("{}".utf8))
  }

  private static let partial = ["C9.rf_tmp", "C9.rf_tmp.checkpoint"]

  private func partial() -> [String] { bed.scratch.names(in: "2/t").filter { $0.hasPrefix("C9.rf_tmp") } }

  /// The two files are leftovers, and cleaning removes them.
  private func expectLeftover(now: Int64 = 1_000_000) throws {
    let tablet = bed.tablet("2/t", bed.access(now: now))
    #expect(try tablet.unfinishedJobs() == [])
    let leftovers = try tablet.leftovers()
    #expect(leftovers.ecids == ["ECID:1"] && leftovers.files == partial())
    try tablet.clean()
    #expect(try partial() == [] && tablet.leftovers().isEmpty && tablet.contents().reservations.isEmpty)
  }

  @Test("what was written is read again") func record() throws {
    #expect(try Checkpoint(of: bed.path("2/t/C9.rf_tmp")) == checkpoint)
    #expect(try Checkpoint(of: bed.path("2/t/C8.rf_tmp")) == nil)
  }

  @Test("the same job finds both, other jobs leave them alone, and they are no leftovers") func kept() throws {
    let tablet = bed.tablet("2/t")
    // As the tablet lists its files.
    let entries = job.inputs.map { TabletFile(file: $0.file, size: $0.size, entries: $0.size) }
    #expect(try tablet.unfinishedJobs().map(\.inputs) == [entries])
    #expect(try tablet.leftovers().isEmpty && !tablet.clean())
    let other = try tablet.reserve(bed.job(["F3.rf"], output: "C8.rf", ecid: "ECID:2"))
    try tablet.abandon(other)
    #expect(partial() == Self.partial)
    #expect(try tablet.reserve(job, resumes: true).isBegun && partial() == Self.partial)
    #expect(try tablet.unfinishedJobs() == [])
  }

  @Test("who cannot see that the owner is dead goes on with a copy", arguments: [true, false])
  func takenOver(isSeen: Bool) throws {
    let temporary = bed.path("2/t/C9.rf_tmp")
    var observer = bed.deadProcess
    if !isSeen { observer.host = "another" }
    let old = try Disk().reopen(temporary)
    try old.goOn(behind: 6)
    try checkpoint.takeOver(temporary, by: observer, on: Disk()) {}
    try Array("late".utf8).withUnsafeBytes { try old.write($0) }
    let bytes = try readWholeFile(temporary, limit: 100)
    #expect(bytes == Array((isSeen ? "abcdeflate" : "abcdef").utf8))
    #expect(partial() == Self.partial)
  }

  @Test("a copy that was being made is a leftover") func copy() throws {
    bed.scratch.write("2/t/C9.rf_tmp.copy", "ab")
    #expect(try bed.tablet("2/t").leftovers().isEmpty)
    try expectLeftover(now: 1_000_001 + 7 * 24 * 3600 * 1000)
  }

  @Test("a job that may not go on begins without them") func afresh() throws {
    #expect(try !bed.tablet("2/t").reserve(job).isBegun && partial() == [])
  }

  @Test("another job that takes an input, or the names, ends the hope of the first") func taken() throws {
    _ = try bed.tablet("2/t").reserve(bed.job(["F2.rf", "F3.rf"], output: "C8.rf", ecid: "ECID:2"), resumes: true)
    #expect(partial() == [])
  }

  @Test("a job of the same names on other files removes them") func names() throws {
    let held = try bed.tablet("2/t").reserve(bed.job(["F3.rf"]), resumes: true)
    #expect(!held.isBegun && partial() == [])
  }

  @Test("a checkpoint of more than a week ago is too old") func old() throws {
    let week: Int64 = 7 * 24 * 3600 * 1000
    #expect(try bed.tablet("2/t", bed.access(now: 1_000_000 + week)).unfinishedJobs().count == 1)
    try expectLeftover(now: 1_000_001 + week)
  }

  @Test("a temporary file that lost bytes, or a damaged checkpoint, is worth nothing", arguments: [0, 1, 2])
  func damaged(kind: Int) throws {
    switch kind {
    case 0: bed.scratch.write("2/t/C9.rf_tmp", "abc")
    case 1: bed.scratch.write("2/t/C9.rf_tmp.checkpoint", "{}\n{}\n\n")
    default: bed.scratch.write("2/t/C9.rf_tmp.checkpoint.new", "{")
    }
    guard kind == 2 else { return try expectLeftover() }
    #expect(try bed.tablet("2/t").unfinishedJobs().count == 1)
    #expect(try bed.tablet("2/t").reserve(job, resumes: true).isBegun)
  }

  @Test("a job that is stopped keeps them, one that fails does not", arguments: [true, false])
  func abandoned(keeps: Bool) throws {
    let tablet = bed.tablet("2/t")
    try tablet.abandon(tablet.reserve(job, resumes: true), keepsPartial: keeps)
    #expect(partial() == (keeps ? Self.partial : []))
    #expect(try tablet.contents().reservations.isEmpty)
    #expect(try tablet.unfinishedJobs().count == (keeps ? 1 : 0))
  }

  @Test("withdrawn, with or without a reservation") func cancelled() throws {
    let tablet = bed.tablet("2/t")
    try tablet.abandon(tablet.reserve(job, resumes: true), keepsPartial: true)
    try tablet.cancel(ecid: "ECID:1")
    #expect(partial() == [])
    #expect(throws: ReservationError.self) { try tablet.cancel(ecid: "ECID:1") }
  }

  @Test("the commit removes the checkpoint") func committed() throws {
    let tablet = bed.tablet("2/t")
    let held = try tablet.reserve(job, resumes: true)
    _ = try tablet.commit(held, .finished(held, size: 6, entries: 7), keepInputs: false)
    #expect(bed.scratch.names(in: "2/t") == [".tablet.lock", "C9.rf", "F3.rf", "tablet.json"])
  }
}
