import Records
import SystemPackage
import TestSupport
import Testing

@testable import Compaction
@testable import Files
@testable import TabletStore

@Suite struct RetryAdviceTests {
  @Test("what passes may be run again, what would fail again may not") func advice() {
    typealias Retry = CompactionResult.Retry
    let later: [any Error] = [
      ReservationError.reserved(file: "F", ecid: "E", host: "h", processId: 1), ReservationError.runsAlready(ecid: "E"),
      NoSpace(path: "/", needed: 2, free: 1),
    ]
    let now: [any Error] = [
      Stopped(signal: 15), SystemError("write", "F", .noSpace), SystemError("read", "F", .ioError),
      SystemError("open", "F", .tooManyOpenFiles),
    ]
    let never: [any Error] = [
      ReservationError.withdrawn, ReservationError.notLive("F"), ReservationError.noInputs,
      SystemError("open", "F", .noSuchFileOrDirectory), DirectoryError(path: "d", problem: "p"),
      UnmappedURI(uri: "hdfs://x"),
    ]
    for (errors, retry) in [(later, Retry.later), (now, .now), (never, .never)] {
      for error in errors { #expect(Retry(after: error) == retry, "\(error)") }
    }
  }

  @Test("a job is not begun when its inputs have more bytes than there are free") func space() throws {
    let scratch = ScratchDirectory()
    let directory = FilePath(scratch.path)
    let free = try FreeSpace.bytes(at: directory)
    #expect(free > 0)
    func file(_ size: Int64) -> TabletFile { TabletFile(file: "F.rf", size: size, entries: 1) }
    try NoSpace.check(directory, holds: [])
    try NoSpace.check(directory, holds: [file(1), file(2)])
    #expect(throws: NoSpace.self) { try NoSpace.check(directory, holds: [file(.max), file(.max)]) }
    #expect(throws: NoSpace.self) { try NoSpace.check(directory, holds: [file(free / 2), file(free)]) }
    #expect(throws: SystemError.self) { try NoSpace.check(directory.appending("gone"), holds: []) }
  }
}
