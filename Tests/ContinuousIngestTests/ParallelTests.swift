import Synchronization
import Testing

@testable import BlockFile
@testable import ContinuousIngest
@testable import Files

@Suite struct ParallelTests {
  private final class Count: Sendable {
    let asked = Atomic<Int>(0)
    let turns = Mutex<[Int]>([])
    let ended = Atomic<Int>(0)
  }

  @Test("every turn is taken once, whichever thread cannot be made") func turns() throws {
    for missing in 1...5 {
      for isLasting in [true, false] {
        let count = Count()
        let supply = ThreadSupply {
          let number = count.asked.add(1, ordering: .relaxed).newValue
          return isLasting ? number < missing : number != missing
        }
        try inParallel(threads: 4, from: supply, pool: CodecPool(threads: 4, supply: supply), count: 300) {
          [Int]()
        } body: { turn, kept in
          kept.append(turn)
        } end: { kept in
          count.turns.withLock { $0 += kept }
          count.ended.add(1, ordering: .relaxed)
        }
        #expect(count.turns.withLock { $0.sorted() } == Array(0..<300))
        // After one thread could not be started, no more are requested: the existing ones share the turns.
        #expect(count.ended.load(ordering: .relaxed) == min(missing, 4))
      }
    }
  }

  @Test("the first error ends it, and is thrown", arguments: [1, 3]) func fails(threads: Int) {
    struct Bad: Error, Equatable { var turn: Int }
    let error = #expect(throws: Bad.self) {
      try inParallel(threads: threads, from: ThreadSupply(), count: 1000) {
      } body: { turn, _ in
        if turn == 7 { throw Bad(turn: turn) }
      }
    }
    #expect(error == Bad(turn: 7))
  }
}
