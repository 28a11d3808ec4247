import Testing

@testable import Entries

@Suite struct RowRangeTests {
  private static let rows: [[UInt8]] = [[], [0], [0, 0], [1], [1, 0], [2]]
  private static let ranges: [RowRange] = {
    let bounds: [[UInt8]?] = [nil] + rows
    var ranges: [RowRange] = []
    for start in bounds {
      for end in bounds {
        ranges.append(RowRange(after: start, through: end))
        ranges.append(RowRange(from: start, through: end))
      }
    }
    return ranges
  }()

  @Test("a row is before, in or after a range, and only one of them") func sides() {
    for range in Self.ranges {
      for row in Self.rows where !range.isEmpty {
        #expect([range.isBefore(row), range.contains(row), range.isAfter(row)].count { $0 } == 1)
      }
    }
    #expect(RowRange(after: [1], through: [2]).contains([2]) && !RowRange(after: [1], through: [2]).contains([1]))
    #expect(RowRange(from: [1], through: [1]).contains([1]) && RowRange(after: [1], through: [1]).isEmpty)
  }

  @Test("the intersection holds exactly the rows of both") func intersections() {
    for a in Self.ranges {
      for b in Self.ranges {
        let both = a.intersection(b)
        for row in Self.rows { #expect(both.contains(row) == (a.contains(row) && b.contains(row))) }
        if both.isEmpty { #expect(!Self.rows.contains { a.contains($0) && b.contains($0) }) }
      }
    }
  }
}
