internal import Dispatch
internal import Glibc
internal import Synchronization

// Where threads come from. The system makes each, and says so when it cannot.
//
// There may be none to be had: a limit of processes (`ulimit -u`, a container's pids) or of memory (`ulimit -v`) is
// reached. Dispatch and Swift's concurrency wait for ever then, so no work here is left to them: every thread but the
// first comes from here, and whoever asks for one can do without it.
//
// A small job asks for several threads and needs each for a moment. So a thread that is done waits for other work:
//
//     start(A)      no thread waits: a new one      A ........ waits ........ B ..... waits, a second: ends
//     start(B)      one waits: it does B                       ^ start(B)

package struct ThreadSupply: Sendable {
  /// Asked before each thread; it answers false when the thread is not to be had.
  package typealias Watcher = @Sendable () -> Bool

  private let watcher: Watcher?

  /// Bytes of stack for each thread: what the first one has as a rule.
  private static let stackSize = 8 << 20

  /// - Parameter watcher: for tests, which take threads away with it.
  package init(watcher: Watcher? = nil) { self.watcher = watcher }

  /// Runs `body` on a thread that does nothing else meanwhile.
  ///
  /// - Returns: false when there is no thread to be had now; `body` is not run then.
  package func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    if let watcher, !watcher() { return false }
    if let waiting = IdleThread.take() {
      waiting.resume(with: body)
      return true
    }
    return Self.make(IdleThread(body))
  }

  private static func make(_ idle: IdleThread) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, stackSize) == 0,
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0
    else { return false }
    let held = Unmanaged.passRetained(idle)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<IdleThread>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, held.toOpaque())
    if status != 0 { held.release() }
    return status == 0
  }
}

/// A thread, and the work that it does next. It is in `waiting` or has work, never both.
private final class IdleThread: @unchecked Sendable {
  private typealias Work = @Sendable () -> Void

  /// Written by whoever took this thread from `waiting`, before `wake` is signalled; read after.
  private var work: Work?
  private let wake = DispatchSemaphore(value: 0)

  private static let waiting = Mutex<[IdleThread]>([])
  private static let mostWaiting = 64

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }

  /// A waiting thread, which is the caller's to resume: the one that worked last, whose stack is still in the cache.
  static func take() -> IdleThread? { waiting.withLock { $0.popLast() } }

  func resume(with work: @escaping @Sendable () -> Void) {
    self.work = work
    wake.signal()
  }

  func run() {
    repeat {
      work?()
      // What the work holds must not live as long as the thread.
      work = nil
    } while waits()
  }

  /// True when there is more work.
  private func waits() -> Bool {
    let mayWait = Self.waiting.withLock { waiting in
      guard waiting.count < Self.mostWaiting else { return false }
      waiting.append(self)
      return true
    }
    guard mayWait else { return false }
    guard wake.wait(timeout: .now() + .seconds(1)) == .timedOut else { return true }
    let isLeft = Self.waiting.withLock { waiting in
      guard let place = waiting.firstIndex(where: { $0 === self }) else { return false }
      waiting.remove(at: place)
      return true
    }
    // Taken at the last moment: the work is on its way.
    if !isLeft { wake.wait() }
    return !isLeft
  }
}
