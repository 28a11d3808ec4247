#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Clocks and counters of this process.
enum Measurement {
  /// Seconds of CPU that this thread has used.
  static var threadSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Seconds of CPU of all threads.
  static var processSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  static var wallSeconds: Double { seconds(CLOCK_MONOTONIC) }

  /// Bytes of memory at the highest point.
  static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  /// The least time that `body` takes in `runs` runs, and what it gave the last time.
  static func best<T>(of runs: Int, _ body: () throws -> T) rethrows -> (seconds: Double, result: T) {
    var best = Double.infinity
    var result: T?
    for _ in 0..<runs {
      let start = threadSeconds
      result = try body()
      best = min(best, threadSeconds - start)
    }
    return (best, result!)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Double {
  /// With a fixed number of decimals, right-aligned.
  func text(_ decimals: Int, width: Int = 9) -> String {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let rounded = (abs(self) * scale).rounded()
    let whole = Int(rounded / scale)
    let fraction = String(Int(rounded) - whole * Int(scale))
    let digits =
      "\(whole)" + (decimals > 0 ? "." + String(repeating: "0", count: decimals - fraction.count) + fraction : "")
    return String(repeating: " ", count: max(0, width - digits.count)) + digits
  }
}
