internal import Synchronization

/// Says that work must end: raised by a signal handler, looked at by every job at every block.
package final class StopFlag: Sendable {
  private let number = Atomic<Int32>(0)

  package init() {}

  /// Safe in a signal handler. The first signal counts.
  package func raise(signal: Int32) {
    _ = number.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
  }

  /// The signal that raised it; nil when nothing did.
  package var signal: Int32? {
    let raised = number.load(ordering: .relaxed)
    return raised == 0 ? nil : raised
  }

  /// Throws `Stopped` once it is raised.
  package func check() throws {
    if let signal { throw Stopped(signal: signal) }
  }
}

/// The work was ended by a signal.
package struct Stopped: Error, Hashable, CustomStringConvertible {
  package var signal: Int32

  package var description: String { "stopped by signal \(signal)" }
}
