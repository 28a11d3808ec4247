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

  /// All of them, by table and row.
  package static func all(in extents: some Sequence<KeyExtent>) -> [ExtentProblem] {
    var problems: [ExtentProblem] = []
    var previous: KeyExtent?  // The one that reaches farthest so far.
    for extent in extents.sorted() {
      if let before = previous, before.tableId == extent.tableId {
        // In order of end rows, so `before` ends no later than `extent`.
        if before.endRow == nil || starts(extent, before: before.endRow!) {
          problems.append(.overlap(before, extent))
        } else if extent.prevEndRow != before.endRow {
          problems.append(.hole(tableId: extent.tableId, after: before.endRow, through: extent.prevEndRow))
        }
      } else {
        closeTable(previous, &problems)
        if let start = extent.prevEndRow {
          problems.append(.hole(tableId: extent.tableId, after: nil, through: start))
        }
      }
      previous = extent
    }
    closeTable(previous, &problems)
    return problems
  }

  private static func starts(_ extent: KeyExtent, before row: [UInt8]) -> Bool {
    extent.prevEndRow.map { $0.lexicographicallyPrecedes(row) } ?? true
  }

  private static func closeTable(_ last: KeyExtent?, _ problems: inout [ExtentProblem]) {
    guard let last, let end = last.endRow else { return }
    problems.append(.hole(tableId: last.tableId, after: end, through: nil))
  }
}
