// The order in which one client of continuous ingest writes, as in ContinuousIngest.doIngest.
//
//     cycle    depth 0    F puts without previous row        flush        operations 0 ..< F
//              depth 1    F puts -> (depth 0, same index)    flush                  F ..< 2F
//              ...
//              depth 24   F puts -> (depth 23, same index)   flush                24F ..< 25F
//              then       close: put (0, i) again -> (24, i + 1), for i in 0 ..< F - 1; flush          F - 1 operations
//              or         delete (24, F - 1), ..., (24, 0), flush, (23, F - 1), ... (0, 0), flush      25F operations
//
// The run ends once enough was put: after the flush of a depth, or at the end of a cycle. A delete has no visibility,
// so when puts have one, it deletes nothing. All operations are numbered from 0. The number is the timestamp, and
// everything else follows from it.

/// One operation of the run.
struct IngestOperation: Hashable {
  enum Kind { case put, rewrite, delete }
  var kind: Kind
  /// Its place among all operations, from 0.
  var number: Int64
  var cycle: Int64
  /// The node written, and the one that it points to.
  var node: Int64
  var previous: Int64?
  /// How many puts the client made before this one.
  var count: Int64
}

/// All operations of a run. Each can be computed from its number.
struct IngestSequence<Draws: IngestDraws>: Sendable {
  /// A cycle, with the numbers of its first operation and its first put.
  struct Cycle: Hashable, Sendable {
    var number: Int64
    var operation: Int64
    var put: Int64
    var isDeleted: Bool
    /// Depths written: 25, or fewer in the last cycle.
    var depths: Int64
    /// True when the run ends before this cycle is closed or deleted.
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

  /// The number of operations in a cycle.
  func operations(of cycle: Cycle) -> Int64 {
    let puts = cycle.depths * flush
    return cycle.isCut ? puts : puts + (cycle.isDeleted ? puts : flush - 1)
  }

  /// The next cycle; nil after the last.
  func cycle(after cycle: Cycle) -> Cycle? {
    let puts = cycle.put + cycle.depths * flush + (cycle.isCut || cycle.isDeleted ? 0 : flush - 1)
    guard !cycle.isCut, puts < entries else { return nil }
    return self.cycle(cycle.number + 1, operation: cycle.operation + operations(of: cycle), put: puts)
  }

  /// The operation at a place in a cycle; place 0 is its first put.
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
}
