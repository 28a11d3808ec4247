import Entries
import TestSupport
import Testing

@testable import Records

@Suite("Tablets that do not fit together") struct ExtentTests {
  func extent(_ start: String?, _ end: String?, table: String = "2") -> KeyExtent {
    KeyExtent(tableId: table, prevEndRow: start.map { Array($0.utf8) }, endRow: end.map { Array($0.utf8) })
  }

  @Test("holes and overlaps are found, at the ends of the table too") func problems() {
    func found(_ extents: [KeyExtent]) -> [String] { ExtentProblem.all(in: extents).map(\.description) }
    #expect(found([]) == [])
    #expect(found([extent(nil, nil)]) == [])
    #expect(found([extent("m", nil), extent(nil, "a"), extent("a", "m")]) == [])
    #expect(found([extent(nil, "a"), extent("b", nil)]) == ["table 2 has no tablet for the rows of 2;b;a"])
    #expect(
      found([extent("a", "b")]) == [
        "table 2 has no tablet for the rows of 2;a<", "table 2 has no tablet for the rows of 2<;b",
      ])
    #expect(found([extent(nil, "b"), extent("a", nil)]) == ["tablets 2;b< and 2<;a overlap"])
    #expect(found([extent(nil, nil), extent(nil, nil)]) == ["tablets 2<< and 2<< overlap"])
    #expect(
      found([extent(nil, "m"), extent(nil, nil, table: "3")]) == ["table 2 has no tablet for the rows of 2<;m"])
  }

  @Test("all sets of three tablets: sound exactly when every row has one tablet") func allSmall() {
    // Rows a < b; a tablet is one of the six ranges between them, or absent.
    let ends: [(String?, String?)] = [
      (nil, "a"), (nil, "b"), (nil, nil), ("a", "b"), ("a", nil), ("b", nil),
    ]
    for bits in 0..<(7 * 7 * 7) {
      let picks = [bits % 7, bits / 7 % 7, bits / 49].filter { $0 < 6 }
      let extents = picks.map { extent(ends[$0].0, ends[$0].1) }
      guard !extents.isEmpty else { continue }
      let owners = ["a", "b", "c"].map { row in extents.count { $0.rows.contains(Array(row.utf8)) } }
      let problems = ExtentProblem.all(in: extents)
      #expect(problems.isEmpty == (owners == [1, 1, 1]), "\(extents)")
      #expect(problems.contains { !$0.isHole } == owners.contains { $0 > 1 }, "\(extents)")
      if !owners.contains(where: { $0 > 1 }) { #expect(problems.isEmpty == !owners.contains(0), "\(extents)") }
      #expect(ExtentProblem.all(in: extents.reversed()) == problems)
      for given in [extents, extents.reversed()] {
        var check = ExtentCheck()
        check.expectWholeTable(at: "x")
        for extent in given { check.add(extent, at: "x") }
        #expect(check.problems == problems.map { "x: \($0)" }, "\(given)")
      }
    }
  }

  @Test("tablets that follow one another are kept as their end rows") func runs() {
    let extents = [extent("a", "b"), extent("b", "dd"), extent("dd", "e"), extent("e", nil)]
    for count in 1...4 {
      var run = ExtentRun(extents[0])
      for next in extents[1..<count] {
        for other in extents + [extent("b", "dd", table: "3")] where other != next {
          let isTaken = run.append(other)
          #expect(!isTaken)
        }
        let isTaken = run.append(next)
        #expect(isTaken)
      }
      #expect(run.extents == Array(extents[..<count]))
      #expect(run.whole.prevEndRow == extents[0].prevEndRow && run.whole.endRow == extents[count - 1].endRow)
    }
  }

  @Test("a check compares tablets of one place, and misses none only where a whole table is") func check() {
    var check = ExtentCheck()
    check.add(extent(nil, "b"), at: "x/2")
    check.add(extent(nil, "b"), at: "y/2")
    #expect(check.problems == [])
    check.add(extent("a", nil), at: "y/2")
    check.add(extent(nil, nil, table: "3"), at: "y/2")
    check.expectWholeTable(at: "x/2")
    #expect(
      check.problems == [
        "x/2: table 2 has no tablet for the rows of 2<;b", "y/2: tablets 2;b< and 2<;a overlap",
      ])
  }
}
