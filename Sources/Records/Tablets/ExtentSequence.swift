// The tablets of a table are contiguous: each begins where the one before it ends, the first at the start of the table,
// and the last reaches its end. Any violation shows between two neighbours in metadata order:
//
//     2;b<   2;m;b   2<;m        sound
//     2;b<   2<;m                a hole: no tablet has the rows after b through m
//     2;b<   2;m;a   2<;m        an overlap: two tablets have the rows after a through b

/// Where the tablets of a table do not fit together: rows that no tablet has, or that two have.
package enum ExtentProblem: Hashable, Sendable, CustomStringConvertible {
  /// No tablet has the rows (after, through]; nil at the ends of the table.
  case hole(tableId: String, after: [UInt8]?, through: [UInt8]?)
  case overlap(KeyExtent, KeyExtent)

  package var description: String {
    switch self {
    case .hole(let table, let after, let through):
      "table \(table) has no tablet for the rows of \(KeyExtent(tableId: table, prevEndRow: after, endRow: through))"
    case .overlap(let a, let b): "tablets \(a) and \(b) overlap"
    }
  }

  package var isHole: Bool { if case .hole = self { true } else { false } }

  /// All problems, by table and row. The extents come in any order, and those of a table are taken to be complete.
  package static func all(in extents: some Sequence<KeyExtent>) -> [ExtentProblem] {
    var sequence = ExtentSequence()
    return extents.sorted().flatMap { sequence.problems(before: $0) } + sequence.problems(before: nil)
  }
}

/// Checks the tablets of whole tables one after the other, in metadata order. Keeps a single extent.
package struct ExtentSequence: Sendable {
  /// The extent that reaches farthest so far. Extents come in the order of their end rows.
  private var last: KeyExtent?

  package init() {}

  /// The problems between the tablets before and this one. Nil ends the last table.
  package mutating func problems(before next: KeyExtent?) -> [ExtentProblem] {
    defer { last = next }
    guard let last, let next, last.tableId == next.tableId else { return end() + begin(next) }
    if last.endRow == next.prevEndRow, last.endRow != nil { return [] }
    guard let end = last.endRow, let start = next.prevEndRow, end.lexicographicallyPrecedes(start) else {
      return [.overlap(last, next)]
    }
    return [.hole(tableId: next.tableId, after: end, through: start)]
  }

  private func end() -> [ExtentProblem] {
    guard let last, let end = last.endRow else { return [] }
    return [.hole(tableId: last.tableId, after: end, through: nil)]
  }

  private func begin(_ next: KeyExtent?) -> [ExtentProblem] {
    guard let next, let start = next.prevEndRow else { return [] }
    return [.hole(tableId: next.tableId, after: nil, through: start)]
  }
}
