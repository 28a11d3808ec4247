/// Whether tablets that come in any order fit together. Tablets are compared with those from the same place alone: two
/// copies of a table may be looked at in one run. Remembers every extent.
package struct ExtentCheck: Sendable {
  private struct Table {
    var place: String
    var extents: [KeyExtent] = []
    /// All its tablets are there, so that rows without one are missing.
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

  /// Says that all tablets of `place` are there: then holes between them are told, too.
  package mutating func expectWholeTable(at place: String) { tables[number(of: place)].isWhole = true }

  /// A line for each problem: `tables/2: tablets 2;b< and 2<;a overlap`.
  package var problems: [String] {
    tables.flatMap { table in
      ExtentProblem.all(in: table.extents).filter { table.isWhole || !$0.isHole }.map { "\(table.place): \($0)" }
    }
  }

  private mutating func number(of place: String) -> Int {
    if let number = numbers[place] { return number }
    numbers[place] = tables.count
    tables.append(Table(place: place))
    return tables.count - 1
  }
}
