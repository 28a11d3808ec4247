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
  private let memory: PieceMemory
  private let supply: PieceSupply

  fileprivate init(_ range: Range<Int64>, _ memory: PieceMemory, _ supply: PieceSupply) {
    (self.range, self.memory, self.supply) = (range, memory, supply)
  }

  deinit { supply.giveBack(memory) }

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
      try fetch(range, .init(rebasing: memory.bytes[..<range.count]))
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
    UnsafeMutableRawBufferPointer(rebasing: buffer[target]).copyMemory(
      from: .init(rebasing: memory.bytes[source]))
  }
}

/// Memory for one piece at a time.
private final class PieceMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) { bytes = .allocate(byteCount: count, alignment: 4096) }

  deinit { bytes.deallocate() }
}

/// The memory for pieces of all files, and the threads that load them. Threads end when they run out of work.
final class PieceSupply: Sendable {
  private let threads: ThreadSupply
  private struct Memory: Sendable {
    /// Bytes of pieces.
    var used = 0
    /// Of pieces that are gone, for new ones: to fill fresh pages costs twice as much.
    var idle: [PieceMemory] = []
  }
  private let memory = Mutex(Memory())
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
    var size = 256 << 10
    while size < range.count { size *= 2 }
    let found = memory.withLock { memory -> PieceMemory? in
      guard memory.used + size <= Self.mostBytes else { return nil }
      memory.used += size
      if let index = memory.idle.lastIndex(where: { $0.bytes.count == size }) { return memory.idle.remove(at: index) }
      let idle = memory.idle.reduce(0) { $0 + $1.bytes.count }
      if memory.used + idle > Self.mostBytes { memory.idle.removeAll() }
      return PieceMemory(count: size)
    }
    return found.map { Piece(range, $0, self) }
  }

  fileprivate func giveBack(_ unused: PieceMemory) {
    memory.withLock { memory in
      memory.used -= unused.bytes.count
      memory.idle.append(unused)
    }
  }

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
