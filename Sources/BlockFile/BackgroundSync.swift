internal import Dispatch
import Files

/// Syncs and closes a file on a thread that no pool counts: it sleeps until the disk is done.
final class BackgroundSync: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  /// Written before `done` is signalled, read after.
  private var failure: (any Error)?

  init(_ file: OutputFile) {
    let handed = Handed(file: file)
    DispatchQueue.global().async {
      do {
        try handed.file.sync()
        try handed.file.close()
      } catch { self.failure = error }
      self.done.signal()
    }
  }

  func wait() throws {
    done.wait()
    if let failure { throw failure }
  }

  /// The file has only one user at a time.
  private struct Handed: @unchecked Sendable { let file: OutputFile }
}
