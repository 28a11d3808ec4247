internal import Dispatch
package import Files
internal import Synchronization

// All cores for the blocks of one merge.
//
// Merging takes a twentieth of the time of inflating and deflating the blocks. So the merging thread posts tasks (input
// blocks before it needs them, output blocks when they are full), and helpers do them in the background:
//
//     post(A) post(B) post(C)          queue: A B C
//     a helper takes A                 queue: B C
//     finish(B): not begun yet         the merging thread does B itself
//     finish(A): a helper is at it     the merging thread does C meanwhile, and sleeps only when no task is left
//
// A pool has a fixed number of threads, which includes the merging threads: a thread that calls `occupy` is one of them
// while its body runs, and helpers get what is left. With as many jobs as threads, there are no helpers, and every job
// does its own blocks when it needs them. Helpers end when they run out of tasks and are started again on demand, so
// the pool needs no shutdown.
//
// The pool works without helpers that cannot be started: no thread ever waits for a task that has not begun.

/// Work that another thread can do. The thread that posted it owns it again after `finish`.
///
/// Never used by two threads at the same time: the pool hands it over.
protocol PoolTask: AnyObject, Sendable {
  /// The stage of the task. Each task has its own ticket.
  var ticket: PoolTicket { get }
  /// Does the work. Errors are kept for the owner.
  func perform(with tools: CodecTools)
}

/// The stage of a task in the pool, guarded by the pool's lock.
final class PoolTicket: @unchecked Sendable {
  fileprivate enum Stage {
    case owned
    case queued
    case running
    case done
  }
  fileprivate var stage = Stage.owned
  fileprivate var isAwaited = false
  fileprivate let ended = DispatchSemaphore(value: 0)
}

/// Threads that inflate and deflate blocks for the merging threads. Thread-safe.
package final class CodecPool: Sendable {
  /// The total number of threads, including the merging ones.
  package let threads: Int
  /// Starts the helpers.
  package let supply: ThreadSupply

  private struct State {
    /// Posted tasks, the oldest first.
    var queue: [any PoolTask] = []
    /// Running helpers, and how many of them have not taken their first task.
    var helpers = 0
    var starting = 0
    var occupied = 0
    /// Tools that are not in use.
    var tools: [CodecTools] = []
  }
  private let state = Mutex(State())

  /// - Parameter threads: at least 1; with 1, there are no helpers.
  package init(threads: Int, supply: ThreadSupply = ThreadSupply()) {
    precondition(threads > 0)
    self.threads = threads
    self.supply = supply
  }

  /// Whether there can be helpers at all.
  var hasHelpers: Bool { threads > 1 }
  /// This pool, or nil if it can have no helpers.
  package var ifHelpful: CodecPool? { hasHelpers ? self : nil }
  /// True when all threads are merging, so a posted task would have to be done by the thread that posts it.
  package var isBusy: Bool { state.withLock { $0.occupied >= threads } }

  /// The most blocks that one merge can have posted for reading, and for writing.
  package var readAheadLimit: Int { min(4 * threads, Self.mostPending) }
  package var writeBehindLimit: Int { min(2 * threads, Self.mostPending) }
  /// What these are with any number of threads.
  static let mostPending = 64
  /// The number of raw bytes above which a merge posts no more blocks, for reading and writing each.
  package static let mostBytes = 32 << 20

  /// Runs `body` on the calling thread as one of the pool's threads.
  package func occupy<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.withLock { $0.occupied += 1 }
    defer {
      let wanted = state.withLock { state in
        state.occupied -= 1
        return takeOnHelpers(&state)
      }
      start(wanted)
    }
    return try body()
  }

  /// Puts a task at the end of the queue.
  func post(_ task: any PoolTask) {
    let wanted = state.withLock { state in
      task.ticket.stage = .queued
      state.queue.append(task)
      return takeOnHelpers(&state)
    }
    start(wanted)
  }

  /// Returns when a posted task is done. This thread does it itself if no helper began it, and otherwise does other
  /// tasks meanwhile.
  func finish(_ task: any PoolTask) {
    enum Step {
      case done
      case wait
      case run(any PoolTask, CodecTools)
    }
    while true {
      let step: Step = state.withLock { state in
        switch task.ticket.stage {
        case .owned: preconditionFailure("only what was posted can be waited for")
        case .done:
          task.ticket.stage = .owned
          return .done
        case .queued: return .run(Self.take(task, &state), Self.takeTools(&state))
        case .running:
          if let other = state.queue.first { return .run(Self.take(other, &state), Self.takeTools(&state)) }
          task.ticket.isAwaited = true
          return .wait
        }
      }
      switch step {
      case .done: return
      case .wait: task.ticket.ended.wait()
      case .run(let next, let tools):
        next.perform(with: tools)
        state.withLock { state in
          Self.end(next)
          state.tools.append(tools)
        }
      }
    }
  }

  /// True when `finish` would return immediately.
  func isDone(_ task: any PoolTask) -> Bool { state.withLock { _ in task.ticket.stage == .done } }

  /// Takes back a task whose result is no longer wanted. A task in progress is left alone: it retains what it needs.
  func withdraw(_ task: any PoolTask) {
    state.withLock { state in
      if task.ticket.stage == .queued { _ = Self.take(task, &state) }
    }
  }

  /// The number of helpers to start now. They are already counted in the state.
  private func takeOnHelpers(_ state: inout State) -> Int {
    let wanted = max(0, min(threads - state.occupied - state.helpers, state.queue.count - state.starting))
    state.helpers += wanted
    state.starting += wanted
    return wanted
  }

  private func start(_ helpers: Int) {
    for made in 0..<helpers where !supply.start({ self.help() }) {
      // No thread could be started: the threads that wait for the tasks will do them.
      return state.withLock { state in
        state.helpers -= helpers - made
        state.starting -= helpers - made
      }
    }
  }

  private func help() {
    let tools = state.withLock { state in
      state.starting -= 1
      return Self.takeTools(&state)
    }
    var last: (any PoolTask)?
    while true {
      let next: (any PoolTask)? = state.withLock { state in
        if let last { Self.end(last) }
        guard let first = state.queue.first, state.helpers <= threads - state.occupied else {
          state.helpers -= 1
          state.tools.append(tools)
          return nil
        }
        return Self.take(first, &state)
      }
      guard let next else { return }
      next.perform(with: tools)
      last = next
    }
  }

  private static func take(_ task: any PoolTask, _ state: inout State) -> any PoolTask {
    state.queue.remove(at: state.queue.firstIndex { $0 === task }!)
    task.ticket.stage = .running
    return task
  }

  private static func takeTools(_ state: inout State) -> CodecTools { state.tools.popLast() ?? CodecTools() }

  private static func end(_ task: any PoolTask) {
    task.ticket.stage = .done
    guard task.ticket.isAwaited else { return }
    task.ticket.isAwaited = false
    task.ticket.ended.signal()
  }
}

/// The tools that a thread needs for any block. Lent to one thread at a time.
final class CodecTools: @unchecked Sendable {
  let inflater = BlockInflater()
  private var compressors: [Compressor] = []
  private let scratch = BlockBuffer()

  func compressor(_ rung: Rung) -> Compressor {
    if let found = compressors.first(where: { $0.rung == rung }) { return found }
    let made = Compressor(rung)
    compressors.append(made)
    return made
  }

  /// A block compressed with a rung.
  func compressed(_ raw: UnsafeRawBufferPointer, _ rung: Rung) -> BlockBuffer {
    let stored = BlockBuffer()
    compressor(rung).compress(raw, into: stored)
    return stored
  }

  /// The bytes of a block when it is compressed with a rung.
  func size(of raw: UnsafeRawBufferPointer, _ rung: Rung) -> Int {
    compressor(rung).compress(raw, into: scratch)
    return scratch.count
  }
}
