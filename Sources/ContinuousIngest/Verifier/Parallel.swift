internal import BlockFile
internal import Dispatch
internal import Files
internal import Synchronization

/// The progress of a run. Thread-safe.
package final class VerifyProgress: Sendable {
  private let entries = Atomic<Int64>(0)
  private let totalEntries = Atomic<Int64>(0)

  init() {}

  /// Entries seen so far, in all passes.
  package var done: Int64 { entries.load(ordering: .relaxed) }
  /// Entries to be seen, as far as known; 0 before it is known.
  package var total: Int64 { totalEntries.load(ordering: .relaxed) }

  func add(_ count: Int64) { entries.add(count, ordering: .relaxed) }
  func expect(_ count: Int64) { totalEntries.add(count, ordering: .relaxed) }
}

/// Runs `body` for each index in 0..<count on up to `threads` threads; the turns start in rising order. `start` makes
/// the state that a thread keeps for all its turns, and `end` gets it after the last one. Rethrows the first error,
/// after which no more turns start. Each thread occupies one of the pool's threads: when no turns are left, it is free
/// to be a helper of the others. The calling thread is the first one, and the only one if no other thread can be
/// started.
func inParallel<Kept>(
  threads: Int, from supply: ThreadSupply, pool: CodecPool? = nil, count: Int,
  start: @escaping @Sendable () throws -> Kept,
  body: @escaping @Sendable (Int, inout Kept) throws -> Void, end: @escaping @Sendable (Kept) throws -> Void = { _ in }
) throws {
  let turns = Turns()
  let run: @Sendable () -> Void = {
    func takeTurns() throws {
      var kept = try start()
      while let turn = turns.next(), turn < count { try body(turn, &kept) }
      try end(kept)
    }
    do {
      if let pool { try pool.occupy(takeTurns) } else { try takeTurns() }
    } catch {
      turns.fail(error)
    }
  }
  var others = 0
  while others + 1 < min(threads, count),
    supply.start({
      run()
      turns.ended.signal()
    })
  { others += 1 }
  run()
  for _ in 0..<others { turns.ended.wait() }
  try turns.check()
}

/// The state that the threads of one `inParallel` share.
private final class Turns: Sendable {
  private let taken = Atomic<Int>(0)
  private let failure = Mutex<(any Error)?>(nil)
  /// Signalled by each thread but the calling one.
  let ended = DispatchSemaphore(value: 0)

  /// Nil after a failure.
  func next() -> Int? {
    failure.withLock { $0 == nil } ? taken.add(1, ordering: .relaxed).oldValue : nil
  }

  func fail(_ error: any Error) { failure.withLock { $0 = $0 ?? error } }
  func check() throws { if let error = failure.withLock({ $0 }) { throw error } }
}
