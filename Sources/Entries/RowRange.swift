/// A range of rows; nil means unbounded. The start is exclusive or inclusive, the end always inclusive.
///
/// An extent (prevEndRow, endRow] has an exclusive start; `--start-row` gives an inclusive one.
package struct RowRange: Hashable, Sendable {
  package var start: [UInt8]?
  package var startIsInclusive: Bool
  package var end: [UInt8]?

  package static let all = RowRange(after: nil, through: nil)

  /// (after, through]
  package init(after start: [UInt8]?, through end: [UInt8]?) {
    self.start = start
    startIsInclusive = false
    self.end = end
  }

  /// [from, through]
  package init(from start: [UInt8]?, through end: [UInt8]?) {
    self.start = start
    startIsInclusive = true
    self.end = end
  }

  /// True when no row fits: for example, a range that starts after x and ends at x.
  package var isEmpty: Bool {
    guard let start, let end else { return false }
    return startIsInclusive ? end.lexicographicallyPrecedes(start) : !start.lexicographicallyPrecedes(end)
  }

  package func contains(_ row: [UInt8]) -> Bool { !isBefore(row) && !isAfter(row) }

  /// True when the row lies before the range.
  func isBefore(_ row: [UInt8]) -> Bool {
    guard let start else { return false }
    return startIsInclusive ? row.lexicographicallyPrecedes(start) : !start.lexicographicallyPrecedes(row)
  }

  /// True when the row lies after the range.
  package func isAfter(_ row: [UInt8]) -> Bool {
    guard let end else { return false }
    return end.lexicographicallyPrecedes(row)
  }

  /// The rows in both ranges.
  package func intersection(_ other: RowRange) -> RowRange {
    var result = self
    if let theirs = other.start {
      let mine = start
      if mine == nil || mine!.lexicographicallyPrecedes(theirs) || (mine! == theirs && !other.startIsInclusive) {
        result.start = theirs
        result.startIsInclusive = other.startIsInclusive
      }
    }
    if let theirs = other.end, end == nil || theirs.lexicographicallyPrecedes(end!) { result.end = theirs }
    return result
  }
}
