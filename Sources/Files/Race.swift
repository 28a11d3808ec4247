// Of several ways to do the same work, which is the fastest? It depends on the data and the processor, so they are timed on
// work that has to be done anyway:
//
//     piece        0 1 2 3 4 5 6 7 | 8 9 ... 255 | 256 257 ...
//     contender    a b a b a b a b | the winner  | a   b   ...
//
// The best piece of each counts, and not the mean: others may have kept the processor busy.

/// Gives pieces of work to the fastest of some contenders, whose results are the same: time decides nothing but time.
package struct Race {
  private let contenders: Int
  /// ns
  private let clock: @Sendable () -> Int64
  private var piece = 0
  private var winner = 0
  /// ns per unit of work, of each contender in this period.
  private var best: [Double]

  /// How many pieces each contender gets to show what it can do.
  static let heats = 4
  /// After so many pieces they race again, because data change.
  static let period = 256

  /// - Parameters:
  ///   - contenders: how many, at least one.
  ///   - clock: the CPU time of the calling thread, ns.
  package init(contenders: Int, clock: @escaping @Sendable () -> Int64 = SystemClock.threadTime) {
    precondition(contenders > 0)
    (self.contenders, self.clock) = (contenders, clock)
    best = Array(repeating: .infinity, count: contenders)
  }

  /// Does a piece of work.
  /// - Parameters:
  ///   - size: how much work it is.
  ///   - work: is called once, with the number of a contender; false: it could not do it, and its time does not count.
  /// - Returns: what `work` returned.
  package mutating func run(size: Int, _ work: (_ contender: Int) -> Bool) -> Bool {
    guard contenders > 1 else { return work(0) }
    defer { piece = (piece + 1) % Self.period }
    guard piece < Self.heats * contenders else { return work(winner) }
    if piece == 0 { best = Array(repeating: .infinity, count: contenders) }
    let contender = piece % contenders
    let start = clock()
    let isDone = work(contender)
    if isDone { best[contender] = min(best[contender], Double(clock() - start) / Double(max(size, 1))) }
    if piece == Self.heats * contenders - 1 { winner = best.indices.min { best[$0] < best[$1] } ?? 0 }
    return isDone
  }
}
