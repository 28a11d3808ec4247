import Dispatch
import Files
import Synchronization

/// Work on another thread, while this one draws its progress.
enum Background {
  /// Runs `body` to its end, and meanwhile calls `tick` twice a second on the calling thread. Where no thread can be
  /// created, `body` runs on the calling thread, without ticks.
  static func run<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result, tick: () -> Void
  ) throws -> Result {
    let outcome = Outcome<Result>()
    let hasThread = TestFault.threads.start {
      let result = Swift.Result { try body() }
      outcome.result.withLock { $0 = result.mapError { $0 as any Error } }
      outcome.done.signal()
    }
    guard hasThread else { return try body() }
    while outcome.done.wait(timeout: .now() + .milliseconds(500)) == .timedOut { tick() }
    guard let result = outcome.result.withLock({ $0 }) else { preconditionFailure("the work has ended") }
    return try result.get()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
  }
}
