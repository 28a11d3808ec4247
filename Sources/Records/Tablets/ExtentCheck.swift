/// Checks whether tablets that come in any order fit together. Only tablets from the same place are compared, since one
/// run may read two copies of a table. Keeps every extent.
package struct ExtentCheck: Sendable {
  private struct Table {
    var place: String
    var extents: [KeyExtent] = []
    /// Whether all its tablets are given, so that rows without a tablet are a hole.
    var isWhole = false
  }

  /// In the order in which they were first seen.
  private var tables: [Table] = []
  private var numbers: [String: Int] = [:]

  package init() {}

  /// Adds a tablet that was found at `place`: a table's directory, or a stream of records.
  package mutating func add(_ extent: KeyExtent, at place: String) {
    tables[number(of: place)].extents.append(extent)
  }

  /// Declares that all tablets of `place` are given, so that holes between them are problems too.
  package mutating func expectWholeTable(at place: String) { tables[number(of: place)].isWhole = true }

  /// A line for each problem: `tables/2: tablets 2;b< and 2<;a overlap`.
  package var problems: [String] {
    tables.flatMap { table in
      ExtentProblem.all(in: table.extents).filter { table.isWhole || !$0.isHole }.map { "\(table.place): \($0)" }
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
