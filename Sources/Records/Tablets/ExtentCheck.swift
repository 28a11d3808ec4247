/// Checks whether tablets that come in any order fit together. Only tablets from the same place are compared, since one
/// run may read two copies of a table. Keeps every extent: those that follow one another as their end rows alone.
package struct ExtentCheck: Sendable {
  private struct Table {
    var place: String
    var runs: [ExtentRun] = []
    /// Whether all its tablets are given, so that rows without a tablet are a hole.
    var isWhole = false

    mutating func add(_ extent: KeyExtent) {
      if !runs.isEmpty, runs[runs.count - 1].append(extent) { return }
      runs.append(ExtentRun(extent))
    }

    /// Where runs do not overlap, neither do their tablets.
    var problems: [ExtentProblem] {
      let problems = ExtentProblem.all(in: runs.map(\.whole))
      return problems.allSatisfy(\.isHole) ? problems : ExtentProblem.all(in: runs.flatMap(\.extents))
    }
  }

  /// In the order in which they were first seen.
  private var tables: [Table] = []
  private var numbers: [String: Int] = [:]

  package init() {}

  /// Adds a tablet that was found at `place`: a table's directory, or a stream of records.
  package mutating func add(_ extent: KeyExtent, at place: String) {
    tables[number(of: place)].add(extent)
  }

  /// Declares that all tablets of `place` are given, so that holes between them are problems too.
  package mutating func expectWholeTable(at place: String) { tables[number(of: place)].isWhole = true }

  /// A line for each problem: `tables/2: tablets 2;b< and 2<;a overlap`.
  package var problems: [String] {
    tables.flatMap { table in
      table.problems.filter { table.isWhole || !$0.isHole }.map { "\(table.place): \($0)" }
    }
  }

  private mutating func number(of place: String) -> Int {
    // Nearly always the place of the tablet before.
    if tables.last?.place == place { return tables.count - 1 }
    if let number = numbers[place] { return number }
    numbers[place] = tables.count
    tables.append(Table(place: place))
    return tables.count - 1
  }
}

/// Tablets of a table, each of which begins where the one before it ends.
struct ExtentRun: Sendable {
  /// The rows of all of them, as if they were one tablet.
  private(set) var whole: KeyExtent
  /// The end rows of all but the last, one after the other, and where each ends.
  private var rows: [UInt8] = []
  private var ends: [Int] = []

  init(_ extent: KeyExtent) { whole = extent }

  /// False, and nothing is added, when the tablet does not follow the last one.
  mutating func append(_ extent: KeyExtent) -> Bool {
    guard let end = whole.endRow, extent.prevEndRow == end, extent.tableId == whole.tableId,
      extent.endRow.map({ end.lexicographicallyPrecedes($0) }) ?? true
    else { return false }
    rows += end
    ends.append(rows.count)
    whole.endRow = extent.endRow
    return true
  }

  var extents: [KeyExtent] {
    var extents: [KeyExtent] = []
    var next = whole
    var begin = 0
    for end in ends {
      let row = Array(rows[begin..<end])
      extents.append(KeyExtent(tableId: whole.tableId, prevEndRow: next.prevEndRow, endRow: row))
      (next.prevEndRow, begin) = (row, end)
    }
    return extents + [next]
  }
}
