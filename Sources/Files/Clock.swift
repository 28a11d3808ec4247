internal import Glibc

/// The clocks of the machine. The program alone reads them and passes them on as values or functions, so that tests
/// choose the time. A `Race` reads one, too, since it decides nothing else.
package enum SystemClock {
  /// The time of day: ms since 1970. It jumps when somebody sets it, and may differ from that of another machine.
  @Sendable package static func milliseconds() -> Int64 {
    let time = read(CLOCK_REALTIME)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// The time since some moment before this process began. It never jumps.
  @Sendable package static func steady() -> Duration {
    let time = read(CLOCK_MONOTONIC)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// The CPU time of the calling thread, ns.
  @Sendable package static func threadTime() -> Int64 {
    let time = read(CLOCK_THREAD_CPUTIME_ID)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
