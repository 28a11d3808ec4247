/// Looks at the tablets of tables in metadata order and tells where one does not begin where the one before it ends.
package struct TableSequence {
  private var last: KeyExtent?

  package init() {}

  /// A sentence for each thing that is wrong between the tablet before and this one. Nil ends the tables.
  package mutating func problems(before next: KeyExtent?) -> [String] {
    defer { last = next }
    var problems: [String] = []
    let continues = last != nil && last?.tableId == next?.tableId
    if let last, !continues, last.endRow != nil {
      problems.append("table \(last.tableId) has a hole: no tablet follows \(last)")
    }
    guard let next else { return problems }
    if !continues {
      if next.prevEndRow != nil {
        problems.append("table \(next.tableId) has a hole: no tablet comes before \(next)")
      }
      return problems
    }
    guard let last, next.prevEndRow != last.endRow else { return problems }
    guard let end = last.endRow, let begin = next.prevEndRow, end.lexicographicallyPrecedes(begin) else {
      return ["table \(next.tableId) has an overlap: \(next) begins before the end of \(last)"]
    }
    return ["table \(next.tableId) has a hole between \(last) and \(next)"]
  }
}
