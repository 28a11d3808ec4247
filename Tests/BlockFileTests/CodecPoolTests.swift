import Dispatch
import Glibc
import Synchronization
import Testing

@testable import BlockFile
@testable import Files

// Which thread does a task is left to chance. What must hold: each task is done once, before `finish` returns, and
// never on more threads than the pool has.

@Suite struct CodecPoolTests {
  /// Counts the tasks in progress.
  private final class Gauge: Sendable {
    let now = Atomic<Int>(0)
    let most = Atomic<Int>(0)

    func during(_ body: () -> Void) {
      let count = now.add(1, ordering: .sequentiallyConsistent).newValue
      most.max(count, ordering: .sequentiallyConsistent)
      body()
      now.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  private final class Square: PoolTask, @unchecked Sendable {
    let ticket = PoolTicket()
    let gauge: Gauge
    var number = 0
    var result: Int?
    var times = 0

    init(_ gauge: Gauge) { self.gauge = gauge }

    func perform(with tools: CodecTools) {
      gauge.during {
        var work = 0
        for i in 0..<2000 { work ^= i &* number }
        result = work == Int.min ? nil : number * number
        times += 1
      }
    }
  }

  /// Acts like a merge: posts tasks some distance ahead, takes the results in order, and reuses tasks.
  private func square(_ count: Int, in pool: CodecPool, _ gauge: Gauge, distance: Int) -> Bool {
    pool.occupy {
      var free = (0...distance).map { _ in Square(gauge) }
      var pending: [Square] = []
      var isRight = true
      for i in 0..<count {
        let task = free.removeLast()
        (task.number, task.result) = (i, nil)
        pool.post(task)
        pending.append(task)
        if pending.count > distance || i == count - 1 {
          while pending.count > (i == count - 1 ? 0 : distance) {
            let first = pending.removeFirst()
            pool.finish(first)
            isRight = isRight && first.result == first.number * first.number
            free.append(first)
          }
        }
      }
      return isRight && free.reduce(0) { $0 + $1.times } == count
    }
  }

  @Test("tasks are done once each, whatever the number of threads", arguments: [1, 2, 3, 8]) func doesEach(
    threads: Int
  ) {
    for distance in [0, 1, 3, 20] {
      let gauge = Gauge()
      #expect(square(2000, in: CodecPool(threads: threads), gauge, distance: distance))
      #expect(gauge.most.load(ordering: .relaxed) <= threads)
    }
  }

  @Test("helpers that cannot be made are done without: the first, the second, ... or all from there on")
  func lacksHelpers() {
    for isLasting in [true, false] {
      for missing in 1...6 {
        let asked = Gauge()
        let supply = ThreadSupply {
          let number = asked.now.add(1, ordering: .relaxed).newValue
          return isLasting ? number < missing : number != missing
        }
        let pool = CodecPool(threads: 4, supply: supply)
        let gauge = Gauge()
        #expect(square(1000, in: pool, gauge, distance: 6), "\(missing)")
        // Helpers that were not started are not counted.
        #expect(gauge.most.load(ordering: .relaxed) <= (isLasting ? min(missing, 4) : 4), "\(missing)")
        #expect(asked.now.load(ordering: .relaxed) >= 1)
      }
    }
  }

  @Test("helpers come back when there are threads again") func helpersComeBack() {
    let available = Gauge()
    let pool = CodecPool(threads: 3, supply: ThreadSupply { available.now.load(ordering: .relaxed) > 0 })
    pool.occupy {
      let first = Meeting(Gauge(), 1)
      pool.post(first)
      pool.finish(first)
      available.now.store(1, ordering: .relaxed)
      let gauge = Gauge()
      let tasks = (0..<2).map { _ in Meeting(gauge, 2) }
      for task in tasks { pool.post(task) }
      while !tasks.allSatisfy({ pool.isDone($0) }), gauge.now.load(ordering: .sequentiallyConsistent) < 2 {
        usleep(50)
      }
      for task in tasks { pool.finish(task) }
      #expect(gauge.most.load(ordering: .relaxed) == 2)
    }
  }

  @Test("merges that share a pool keep to its threads together") func sharesThreads() {
    let pool = CodecPool(threads: 3)
    let gauge = Gauge()
    let right = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 3) { _ in
      if square(3000, in: pool, gauge, distance: 5) { right.add(1, ordering: .relaxed) }
    }
    #expect(right.load(ordering: .relaxed) == 3)
    // A helper that has begun when a thread occupies the pool finishes its task first.
    #expect(gauge.most.load(ordering: .relaxed) <= 3 + 2)
    #expect(!pool.isBusy)
  }

  /// Blocks its thread until all tasks of the meeting have begun.
  private final class Meeting: PoolTask, @unchecked Sendable {
    let ticket = PoolTicket()
    let gauge: Gauge
    let wanted: Int

    init(_ gauge: Gauge, _ wanted: Int) {
      self.gauge = gauge
      self.wanted = wanted
    }

    func perform(with tools: CodecTools) {
      gauge.now.add(1, ordering: .sequentiallyConsistent)
      let start = ContinuousClock.now
      while gauge.now.load(ordering: .sequentiallyConsistent) < wanted, ContinuousClock.now - start < .seconds(20) {
        usleep(200)
      }
      if gauge.now.load(ordering: .sequentiallyConsistent) >= wanted { gauge.most.add(1, ordering: .relaxed) }
    }
  }

  @Test("a busy helper does not stand for those that are missing") func startsHelpers() {
    let pool = CodecPool(threads: 3)
    pool.occupy {
      for _ in 0..<20 {
        let gauge = Gauge()
        let tasks = (0..<2).map { _ in Meeting(gauge, 2) }
        pool.post(tasks[0])
        while gauge.now.load(ordering: .sequentiallyConsistent) < 1 { usleep(50) }
        pool.post(tasks[1])
        // This thread must not do the tasks: two helpers meet.
        while !tasks.allSatisfy({ pool.isDone($0) }), gauge.now.load(ordering: .sequentiallyConsistent) < 2 {
          usleep(50)
        }
        for task in tasks { pool.finish(task) }
        #expect(gauge.most.load(ordering: .relaxed) == 2)
      }
    }
  }

  @Test("a task that was withdrawn is not begun") func withdraws() {
    let pool = CodecPool(threads: 1)
    pool.occupy {
      let (a, b) = (Square(Gauge()), Square(Gauge()))
      pool.post(a)
      pool.post(b)
      pool.withdraw(a)
      pool.finish(b)
      #expect(a.times == 0 && b.times == 1)
    }
  }

  @Test("a pool is busy when each of its threads has a merge") func knowsBusy() {
    let pool = CodecPool(threads: 2)
    #expect(pool.hasHelpers && !CodecPool(threads: 1).hasHelpers)
    pool.occupy {
      #expect(!pool.isBusy)
      pool.occupy { #expect(pool.isBusy) }
      #expect(!pool.isBusy)
    }
  }
}
