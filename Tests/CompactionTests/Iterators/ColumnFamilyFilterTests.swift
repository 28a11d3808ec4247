import TestSupport
import Testing

@testable import Compaction
@testable import Entries

@Suite("Families of a locality group") struct ColumnFamilyFilterTests {
  @Test("entries in the families pass, or all others") func passes() throws {
    let input = ["a :q", "a f:q @2 -", "a f:q @1", "a ff", "a g", "b", "b f"].map(entry)
    func run(_ families: Set<[UInt8]>) throws -> ([String], [String]) {
      (
        lines(try collect(ColumnFamilyFilter(source: ArrayCursor(input), in: families))),
        lines(try collect(ColumnFamilyFilter(source: ArrayCursor(input), notIn: families)))
      )
    }
    #expect(try run([[102]]) == (["a f:q @2 -", "a f:q @1", "b f"], ["a :q", "a ff", "a g", "b"]))
    #expect(try run([[], [102, 102]]) == (["a :q", "a ff", "b"], ["a f:q @2 -", "a f:q @1", "a g", "b f"]))
    #expect(try run([]) == ([], lines(input)))
  }

  @Test("any set of families divides a stream into two that make it up") func divides() throws {
    var random = SplitMix64(seed: 9)
    func family() -> [UInt8] {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 254...255, using: &random) }
    }
    for size in 0..<12 {
      let families = Set((0..<size).map { _ in family() })
      let input = (0..<300).map { Entry(key: Key(row: [UInt8($0 / 100)], family: family(), timestamp: 0)) }
      let inside = try collect(ColumnFamilyFilter(source: ArrayCursor(input), in: families))
      let outside = try collect(ColumnFamilyFilter(source: ArrayCursor(input), notIn: families))
      #expect(inside == input.filter { families.contains($0.key.family) })
      #expect(outside == input.filter { !families.contains($0.key.family) })
    }
  }
}
