import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Files

@Suite struct BackgroundSyncTests {
  private final class Count: Sendable { let threads = Atomic<Int>(0) }

  @Test(
    "a file is synced and closed before the wait for it ends, with a thread for it or without",
    arguments: [true, false])
  func syncs(hasThread: Bool) throws {
    let directory = ScratchDirectory()
    let asked = Count()
    for number in 0..<50 {
      let path = directory.file("\(number)")
      let changes = Count()
      let disk = Disk { change, _ in if change == .sync { changes.threads.add(1, ordering: .relaxed) } }
      let sink = try ByteSink(creating: path, on: disk)
      sink.syncsLater = ThreadSupply {
        asked.threads.add(1, ordering: .relaxed)
        return hasThread
      }
      try sink.append([UInt8(number)])
      try sink.finish()
      try sink.waitForSync()
      #expect(changes.threads.load(ordering: .relaxed) == 1)
      #expect(try Fixtures.bytes(path) == [UInt8(number)])
    }
    #expect(asked.threads.load(ordering: .relaxed) == 50)
  }

  @Test("a sync that fails is told by the wait", arguments: [true, false]) func fails(hasThread: Bool) throws {
    let directory = ScratchDirectory()
    let disk = Disk { change, path in if change == .sync { throw SystemError("sync", path.string, .ioError) } }
    let sink = try ByteSink(creating: directory.file("a"), on: disk)
    sink.syncsLater = ThreadSupply { hasThread }
    try sink.finish()
    #expect(throws: SystemError("sync", directory.file("a"), .ioError)) { try sink.waitForSync() }
  }
}
