internal import Dispatch
internal import Files
internal import Synchronization

// Unsafe fence: the memory of what is read ahead.

/// Bytes of a file that are read ahead: by a thread that is free, or by the first that needs them.
final class Piece: @unchecked Sendable {
  let range: Range<Int64>
  private enum Stage {
    case waiting, loading, ready
    case failed(any Error)
  }
  private let stage = Mutex(Stage.waiting)
  /// Signalled at the end of loading, and by each that waited.
  private let loaded = DispatchSemaphore(value: 0)
  private let memory: UnsafeMutableRawBufferPointer
  private let budget: PieceSupply

  fileprivate init(_ range: Range<Int64>, _ budget: PieceSupply) {
    (self.range, self.budget) = (range, budget)
    memory = .allocate(byteCount: range.count, alignment: 16)
  }

  deinit {
    memory.deallocate()
    budget.giveBack(range.count)
  }

  typealias Fetch = (Range<Int64>, UnsafeMutableRawBufferPointer) throws -> Void

  /// Loads it unless a thread does so or did. An error is kept for those who need the bytes.
  func load(_ fetch: Fetch) {
    let isFirst = stage.withLock { stage in
      guard case .waiting = stage else { return false }
      stage = .loading
      return true
    }
    guard isFirst else { return }
    do {
      try fetch(range, memory)
      stage.withLock { $0 = .ready }
    } catch {
      stage.withLock { $0 = .failed(error) }
    }
    loaded.signal()
  }

  /// Copies its part of a range, loading it or waiting for it first. `buffer` is for the whole range.
  func copy(_ wanted: Range<Int64>, to buffer: UnsafeMutableRawBufferPointer, _ fetch: Fetch) throws {
    load(fetch)
    loaded.wait()
    loaded.signal()
    if case .failed(let error) = stage.withLock({ $0 }) { throw error }
    let common = wanted.clamped(to: range)
    let source = Int(common.lowerBound - range.lowerBound)..<Int(common.upperBound - range.lowerBound)
    let target = Int(common.lowerBound - wanted.lowerBound)..<Int(common.upperBound - wanted.lowerBound)
    UnsafeMutableRawBufferPointer(rebasing: buffer[target]).copyMemory(from: .init(rebasing: memory[source]))
  }
}

/// The memory for pieces of all files, and the threads that load them. Threads end when they run out of work.
final class PieceSupply: Sendable {
  private let threads: ThreadSupply
  private let used = Mutex<Int>(0)
  private struct Work: Sendable {
    var queue: [@Sendable () -> Void] = []
    var running = 0
  }
  private let work = Mutex(Work())

  /// Bytes of all pieces together.
  static let mostBytes = 64 << 20
  /// Requests at the same time, besides those of the readers themselves.
  static let mostThreads = 8

  init(_ threads: ThreadSupply) { self.threads = threads }

  /// A piece; nil when there is no memory left for it.
  func make(_ range: Range<Int64>) -> Piece? {
    let isRoom = used.withLock { used in
      guard used + range.count <= Self.mostBytes else { return false }
      used += range.count
      return true
    }
    return isRoom ? Piece(range, self) : nil
  }

  fileprivate func giveBack(_ count: Int) { used.withLock { $0 -= count } }

  /// Runs `body` on one of the threads, in turn. Without threads it is left to those who need what it makes.
  func post(_ body: @escaping @Sendable () -> Void) {
    let needsThread = work.withLock { work in
      work.queue.append(body)
      guard work.running < Self.mostThreads else { return false }
      work.running += 1
      return true
    }
    guard needsThread, !threads.start({ self.run() }) else { return }
    work.withLock { work in
      work.running -= 1
      if work.running == 0 { work.queue.removeAll() }
    }
  }

  private func run() {
    while true {
      let next = work.withLock { work -> (@Sendable () -> Void)? in
        guard work.queue.isEmpty else { return work.queue.removeFirst() }
        work.running -= 1
        return nil
      }
      guard let next else { return }
      next()
    }
  }
}
