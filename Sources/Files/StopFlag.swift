internal import Synchronization

/// Tells all work to stop. A signal handler raises it; every job checks it at every block.
package final class StopFlag: Sendable {
  private let number = Atomic<Int32>(0)

  package init() {}

  /// Safe to call in a signal handler. The first signal wins.
  package func raise(signal: Int32) {
    _ = number.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
  }

  /// The signal that raised the flag; nil when none did.
  package var signal: Int32? {
    let raised = number.load(ordering: .relaxed)
    return raised == 0 ? nil : raised
  }

  /// Throws `Stopped` once the flag is raised.
  package func check() throws {
    if let signal { throw Stopped(signal: signal) }
  }
}

/// A signal stopped the work.
package struct Stopped: Error, Hashable, CustomStringConvertible {
  package var signal: Int32

  package var description: String { "stopped by signal \(signal)" }
}
