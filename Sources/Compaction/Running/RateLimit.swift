internal import Synchronization

/// Bytes per second that all jobs share. Reading and writing are counted apart, as Accumulo does with a compaction
/// service's `rate.limit`.
///
/// A bucket is kept as the time at which everything let through so far would be done at the permitted rate; who takes
/// waits until then. A quarter of a second that nobody used may be used later at once.
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

  /// Takes bytes and says how long to wait before going on. `now` is the time since any fixed moment.
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
