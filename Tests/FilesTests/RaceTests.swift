import Synchronization
import Testing

@testable import Files

@Suite("A race of contenders") struct RaceTests {
  /// Work of which each piece takes as long as is said; nobody looks at a real clock.
  private final class Course: Sendable {
    private let time = Mutex<Int64>(0)
    var now: Int64 { time.withLock { $0 } }
    func pass(_ time: Int64) { self.time.withLock { $0 += time } }
  }

  /// Who did each piece.
  private func runs(
    _ contenders: Int, pieces: Int, time: (_ contender: Int, _ piece: Int) -> Int64, size: (Int) -> Int = { _ in 100 },
    isDone: (_ contender: Int, _ piece: Int) -> Bool = { _, _ in true }
  ) -> [Int] {
    let course = Course()
    var race = Race(contenders: contenders) { course.now }
    return (0..<pieces).map { piece in
      var runner = -1
      let answer = race.run(size: size(piece)) { contender in
        #expect(runner == -1, "once")
        runner = contender
        course.pass(time(contender, piece))
        return isDone(contender, piece)
      }
      #expect(answer == isDone(runner, piece))
      return runner
    }
  }

  @Test("the fastest does the work, after each has had its heats") func fastest() {
    for contenders in 1...4 {
      for fastest in 0..<contenders {
        let runs = runs(contenders, pieces: 1000) { contender, _ in contender == fastest ? 90 : 100 }
        let heats = contenders > 1 ? Race.heats * contenders : 0
        for (piece, runner) in runs.enumerated() {
          let place = piece % Race.period
          #expect(runner == (place < heats ? place % contenders : fastest), "\(contenders) \(piece)")
        }
      }
    }
  }

  @Test("what is fastest can change, and a single slow piece says nothing") func changes() {
    // From piece 256 on, the other one is the fastest; a piece now and then is slow for everyone.
    let runs = runs(2, pieces: 512) { contender, piece in
      (contender == piece / 256 ? 90 : 100) + (piece % 256 < 4 ? 10_000 : 0)
    }
    #expect(runs[8..<256].allSatisfy { $0 == 0 } && runs[264...].allSatisfy { $0 == 1 })
  }

  @Test("time counts by the size of the work, and not for work that could not be done") func counts() {
    // Contender 1 gets larger pieces.
    let bySize = runs(
      2, pieces: 100, time: { contender, _ in contender == 1 ? 150 : 100 }, size: { $0 % 2 == 1 ? 200 : 100 })
    #expect(bySize[8...].allSatisfy { $0 == 1 })
    let quitter = runs(
      2, pieces: 100, time: { contender, _ in contender == 1 ? 1 : 100 }, isDone: { contender, _ in contender == 0 })
    #expect(quitter[8...].allSatisfy { $0 == 0 })
    let nobody = runs(2, pieces: 100, time: { _, _ in 0 }, size: { _ in 0 }, isDone: { _, _ in false })
    #expect(nobody[8...].allSatisfy { $0 == 0 })
  }
}
