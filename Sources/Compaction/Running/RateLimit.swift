internal import Synchronization

/// A limit in bytes per second that all jobs share. Reading and writing are limited separately, as Accumulo does for a
/// compaction service's `rate.limit`.
///
/// The state of each direction is the time at which all bytes so far would be done at the permitted rate; the caller
/// waits until then. Up to a quarter of a second of unused rate can be used later in one burst.
package final class RateLimit: Sendable {
  package enum Direction: Sendable { case read, write }

  private struct Buckets {
    var read = Duration.zero
    var write = Duration.zero
  }

  private let bytesPerSecond: Double
  private let buckets = Mutex(Buckets())
  private static let burst = Duration.milliseconds(250)

  /// - Parameter bytesPerSecond: more than 0.
  package init(bytesPerSecond: Int64) {
    precondition(bytesPerSecond > 0)
    self.bytesPerSecond = Double(bytesPerSecond)
  }

  /// Counts bytes and returns how long to wait before going on. `now` is the time since some fixed moment.
  package func take(_ bytes: Int, _ direction: Direction, now: Duration) -> Duration {
    let cost = Duration.seconds(Double(bytes) / bytesPerSecond)
    return buckets.withLock { buckets in
      switch direction {
      case .read: Self.take(cost, from: &buckets.read, now)
      case .write: Self.take(cost, from: &buckets.write, now)
      }
    }
  }

  private static func take(_ cost: Duration, from bucket: inout Duration, _ now: Duration) -> Duration {
    bucket = max(bucket, now - burst) + cost
    return max(bucket - now, .zero)
  }
}
