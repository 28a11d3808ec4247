internal import Dispatch
import Files
internal import Synchronization

/// Syncs and closes a file on a thread outside every pool, because the thread only sleeps until the disk is done.
///
/// If no thread could be started, the one that waits does the work itself.
final class BackgroundSync: @unchecked Sendable {
  private let file: OutputFile
  private let isBegun = Atomic<Bool>(false)
  private let done = DispatchSemaphore(value: 0)
  /// Written before `done` is signalled, read after.
  private var failure: (any Error)?

  /// Takes ownership of the file.
  init(_ file: OutputFile, _ supply: ThreadSupply) {
    self.file = file
    _ = supply.start { self.runOnce() }
  }

  func wait() throws {
    runOnce()
    done.wait()
    if let failure { throw failure }
  }

  private func runOnce() {
    guard !isBegun.exchange(true, ordering: .sequentiallyConsistent) else { return }
    do {
      try file.sync()
      try file.close()
    } catch { failure = error }
    done.signal()
  }
}
