internal import Dispatch
internal import Synchronization

/// Makes items on a thread of its own, while the calling one works on those that it has.
///
///     thread: body ──> put ──> up to two items ──> next()
///               ^─────────── taken back ─────────────┘
///
/// An item is destroyed by the thread that made it, after the next one was asked for: it may be a thousand pieces of
/// memory, and `free` of another thread's memory waits for its `malloc`.
package final class ReadingThread<Item: Sendable>: Sendable {
  /// How many finished items may wait. With the one that is being made, the one in use and the one before it, five exist
  /// at a time.
  package static var ahead: Int { 2 }

  /// Nil in place of an item is the end.
  private let results = Mutex<[Result<Item?, any Error>]>([])
  /// Items that were handed out: the thread destroys all but the last one.
  private let used = Mutex<[Item]>([])
  private let isAbandoned = Atomic<Bool>(false)
  /// How many results there are, and how many more there may be.
  private let filled = DispatchSemaphore(value: 0)
  private let free = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the thread.
  /// - Parameter body: makes the items and hands each to `put`; it ends when `put` returns false: nobody wants more.
  /// - Returns: nil when there is no thread to be had; `body` is not run then.
  package init?(from supply: ThreadSupply, _ body: @escaping @Sendable (_ put: (Item) -> Bool) throws -> Void) {
    // A semaphore that ends below the value that it began with is a trap.
    for _ in 0..<Self.ahead { free.signal() }
    let started = supply.start { [self] in
      defer { ended.signal() }
      do {
        try body { put(.success($0)) }
        _ = put(.success(nil))
      } catch {
        _ = put(.failure(error))
      }
    }
    if !started { return nil }
  }

  private func put(_ result: Result<Item?, any Error>) -> Bool {
    destroyUsed()
    // One signal ends one wait: after it nothing waits any more.
    if isAbandoned.load(ordering: .acquiring) { return false }
    free.wait()
    if isAbandoned.load(ordering: .acquiring) { return false }
    results.withLock { $0.append(result) }
    filled.signal()
    return true
  }

  /// The next item; nil at the end. Not to be called after the end or an error.
  /// - Throws: what `body` threw, after its items.
  package func next() throws -> Item? {
    filled.wait()
    let result = results.withLock { $0.removeFirst() }
    if case .success(let item?) = result { used.withLock { $0.append(item) } }
    free.signal()
    return try result.get()
  }

  /// The last one may still be read.
  private func destroyUsed() {
    let old = used.withLock { used in
      defer { used = used.suffix(1) }
      return used.dropLast()
    }
    withExtendedLifetime(old) {}
  }

  /// No more is wanted, and nobody waits for the thread: it ends at its next item.
  package func abandon() {
    isAbandoned.store(true, ordering: .releasing)
    free.signal()
  }

  /// No more is wanted. Returns when the thread has ended, which takes as long as one item.
  package func stop() {
    abandon()
    ended.wait()
  }
}
