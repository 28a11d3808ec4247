import Glibc

/// A point in time, on two clocks.
struct Instant {
  /// Seconds on a clock that never goes backwards.
  var wall: Double
  /// Seconds of CPU time of all threads of this process.
  var cpu: Double

  static var now: Instant { Instant(wall: seconds(CLOCK_MONOTONIC), cpu: seconds(CLOCK_PROCESS_CPUTIME_ID)) }

  /// Seconds of CPU time that this thread has used.
  static var threadSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Times of several runs, in seconds.
struct Sample: Codable {
  private(set) var best: Double
  private(set) var median: Double

  /// There must be at least one run.
  init(_ runs: [Double]) {
    precondition(!runs.isEmpty)
    let sorted = runs.sorted()
    best = sorted[0]
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Nil where nothing was measured.
  init?(ifAny runs: [Double]) {
    guard !runs.isEmpty else { return nil }
    self.init(runs)
  }
}
