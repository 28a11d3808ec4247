internal import Glibc

/// Where threads come from. The system makes each, and says so when it cannot.
///
/// There may be none to be had: a limit of processes (`ulimit -u`, a container's pids) or of memory (`ulimit -v`) is
/// reached. Dispatch and Swift's concurrency wait for ever then, so no work here is left to them: every thread but the
/// first comes from here, and whoever asks for one can do without it.
package struct ThreadSupply: Sendable {
  /// Asked before each thread; it answers false when the thread is not to be made.
  package typealias Watcher = @Sendable () -> Bool

  private let watcher: Watcher?

  /// Bytes of stack for each thread: what the first one has as a rule.
  private static let stackSize = 8 << 20

  /// - Parameter watcher: for tests, which take threads away with it.
  package init(watcher: Watcher? = nil) { self.watcher = watcher }

  /// Runs `body` on a new thread, which ends with it.
  ///
  /// - Returns: false when there is no thread to be had now; `body` is not run then.
  package func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    if let watcher, !watcher() { return false }
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, Self.stackSize) == 0,
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0
    else { return false }
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    if status != 0 { work.release() }
    return status == 0
  }
}

/// A closure on its way to its thread.
private final class Work {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
