internal import Synchronization

/// Says that work must end: raised by a signal handler, looked at by every job at every block.
public final class StopFlag: Sendable {
  private let number = Atomic<Int32>(0)

  public init() {}

  /// Safe in a signal handler. The first signal counts.
  public func raise(signal: Int32) {
    _ = number.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
  }

  /// The signal that raised it; nil when nothing did.
  public var signal: Int32? {
    let raised = number.load(ordering: .relaxed)
    return raised == 0 ? nil : raised
  }

  /// Throws `Stopped` once it is raised.
  public func check() throws {
    if let signal { throw Stopped(signal: signal) }
  }
}

/// The work was ended by a signal.
public struct Stopped: Error, Hashable, CustomStringConvertible {
  public var signal: Int32

  public var description: String { "stopped by signal \(signal)" }
}
