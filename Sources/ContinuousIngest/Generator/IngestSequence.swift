// The order in which one client of continuous ingest writes, as ContinuousIngest.doIngest does.
//
//     cycle    depth 0    F puts without previous row        flush        operations 0 ..< F
//              depth 1    F puts -> (depth 0, same index)    flush                  F ..< 2F
//              ...
//              depth 24   F puts -> (depth 23, same index)   flush                24F ..< 25F
//              then       close: put (0, i) again -> (24, i + 1), for i in 0 ..< F - 1; flush          F - 1 operations
//              or         delete (24, F - 1), ..., (24, 0), flush, (23, F - 1), ... (0, 0), flush      25F operations
//
// The run ends after a flush of a depth, or at the end of a cycle, once enough was put. A delete names no visibility, so
// with one it deletes nothing. Operations are numbered through; the number is the time, and tells all else by itself.

/// What is done at one place of the run.
struct IngestOperation: Hashable {
  enum Kind { case put, rewrite, delete }
  var kind: Kind
  /// Of all operations, from 0.
  var number: Int64
  var cycle: Int64
  /// The node that is written, and the one that it points to.
  var node: Int64
  var previous: Int64?
  /// Puts of the client before this one.
  var count: Int64
}

/// All operations of a run, each found by its number.
struct IngestSequence<Draws: IngestDraws>: Sendable {
  /// A cycle with the numbers of its first operation and put.
  struct Cycle: Hashable, Sendable {
    var number: Int64
    var operation: Int64
    var put: Int64
    var isDeleted: Bool
    /// Depths that are written: 25, fewer in the last cycle.
    var depths: Int64
    /// It is neither closed nor deleted, because the run ends before.
    var isCut: Bool
  }

  let draws: Draws
  let flush: Int64
  private let entries: Int64
  private let deleteProbability: Double

  init(_ settings: IngestSettings, draws: Draws) {
    self.draws = draws
    flush = settings.flushEntries
    entries = settings.entries
    deleteProbability = settings.deleteProbability
  }

  private static var depth: Int64 { IngestSettings.depth }

  var firstCycle: Cycle { cycle(0, operation: 0, put: 0) }

  private func cycle(_ number: Int64, operation: Int64, put: Int64) -> Cycle {
    let left = (entries - put + flush - 1) / flush
    return Cycle(
      number: number, operation: operation, put: put,
      isDeleted: draws.deleteChance(ofCycle: number) < deleteProbability, depths: min(left, Self.depth),
      isCut: left <= Self.depth)
  }

  /// The operations of a cycle.
  func operations(of cycle: Cycle) -> Int64 {
    let puts = cycle.depths * flush
    return cycle.isCut ? puts : puts + (cycle.isDeleted ? puts : flush - 1)
  }

  /// Nil after the last.
  func cycle(after cycle: Cycle) -> Cycle? {
    let puts = cycle.put + cycle.depths * flush + (cycle.isCut || cycle.isDeleted ? 0 : flush - 1)
    guard !cycle.isCut, puts < entries else { return nil }
    return self.cycle(cycle.number + 1, operation: cycle.operation + operations(of: cycle), put: puts)
  }

  /// The operation at a place of a cycle: 0 is its first put.
  @inline(__always) func operation(_ place: Int64, of cycle: Cycle) -> IngestOperation {
    let base = cycle.number * Self.depth * flush
    let puts = cycle.depths * flush
    let number = cycle.operation + place
    if place < puts {
      return IngestOperation(
        kind: .put, number: number, cycle: cycle.number, node: base + place,
        previous: place < flush ? nil : base + place - flush, count: cycle.put + place)
    }
    let after = place - puts
    if cycle.isDeleted {
      return IngestOperation(
        kind: .delete, number: number, cycle: cycle.number, node: base + puts - 1 - after, previous: nil,
        count: cycle.put + puts)
    }
    return IngestOperation(
      kind: .rewrite, number: number, cycle: cycle.number, node: base + after,
      previous: base + (Self.depth - 1) * flush + after + 1, count: cycle.put + place)
  }

  /// Places before which Accumulo's writer flushes: the ends of depths, and of the close.
  func isFlushed(after place: Int64, of cycle: Cycle) -> Bool {
    let puts = cycle.depths * flush
    return place < puts || cycle.isDeleted ? (place + 1) % flush == 0 : place + 1 == puts + flush - 1
  }
}
