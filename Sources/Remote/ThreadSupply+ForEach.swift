internal import Dispatch
internal import Files
internal import Synchronization

extension ThreadSupply {
  /// Calls `body` with 0, 1, 2 .. below `count`: on this thread, and on up to `most - 1` others if there are any to be had.
  /// Returns when all calls have ended.
  /// - Throws: the first error, after which no more calls begin.
  func forEach(_ count: Int, most: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let work = SharedWork(count: count)
    let others = (1..<max(1, min(most, count))).count { _ in
      start {
        work.run(body)
        work.ended.signal()
      }
    }
    work.run(body)
    for _ in 0..<others { work.ended.wait() }
    if let error = work.state.withLock({ $0.error }) { throw error }
  }
}

/// Which calls are still to be made.
private final class SharedWork: Sendable {
  struct State {
    var next = 0
    var error: (any Error)?
  }

  let count: Int
  let state = Mutex(State())
  let ended = DispatchSemaphore(value: 0)

  init(count: Int) { self.count = count }

  func run(_ body: (Int) throws -> Void) {
    while true {
      let next = state.withLock { state -> Int? in
        guard state.error == nil, state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
      guard let next else { return }
      do { try body(next) } catch { state.withLock { $0.error = $0.error ?? error } }
    }
  }
}
