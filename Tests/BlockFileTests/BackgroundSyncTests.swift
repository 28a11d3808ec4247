import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import BlockFile

@Suite struct BackgroundSyncTests {
  private final class Count: Sendable { let files = Atomic<Int>(0) }

  @Test("files are synced when there is no thread left but those that wait for it") func needsNoThread() throws {
    let directory = ScratchDirectory()
    let gate = DispatchSemaphore(value: 0)
    let everybody = DispatchGroup()
    let synced = Count()
    // More than Dispatch has threads for queues.
    let count = 300
    for number in 0..<count {
      let path = directory.file("\(number)")
      DispatchQueue(label: "job").async(group: everybody) {
        gate.wait()
        do {
          let sink = try ByteSink(creating: path)
          sink.syncsLater = true
          try sink.append([UInt8(truncatingIfNeeded: number)])
          try sink.finish()
          try sink.waitForSync()
          synced.files.add(1, ordering: .relaxed)
        } catch {
          Issue.record(error)
        }
      }
    }
    for _ in 0..<count { gate.signal() }
    // To end at all: without a thread for the sync it would be for ever.
    try #require(everybody.wait(timeout: .now() + 60) == .success)
    #expect(synced.files.load(ordering: .relaxed) == count)
    #expect(try Fixtures.bytes(directory.file("299")) == [UInt8(truncatingIfNeeded: 299)])
  }
}
