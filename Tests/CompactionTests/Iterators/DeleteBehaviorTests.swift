import TestSupport
import Testing

@testable import Compaction
@testable import Settings

@Suite("What a table does with deletes") struct DeleteBehaviorTests {
  @Test("markers are processed unless the table says fail") func behaviors() throws {
    #expect(try DeleteBehavior(Settings([:])) == .process)
    #expect(try DeleteBehavior(Settings(["table.delete.behavior": "PROCESS"])) == .process)
    #expect(try DeleteBehavior(Settings(["table.delete.behavior": "Fail"])) == .fail)
    let error = #expect(throws: IteratorConfigurationError.self) {
      try DeleteBehavior(Settings(["table.delete.behavior": "ignore"]))
    }
    #expect(error?.description == "table.delete.behavior=ignore: expected process or fail")
  }

  @Test("a marker is hidden, passed on, or the end of the compaction") func markers() throws {
    let input = ["a @2 -", "a @1 = x", "b @1 = y"]
    func run(_ behavior: DeleteBehavior, _ propagateDeletes: Bool, _ input: [String]) throws -> [String] {
      let source = ArrayCursor(input.map(entry))
      return lines(
        try collect(EntryStack([], deletes: behavior, propagateDeletes: propagateDeletes, on: source).entries))
    }
    #expect(try run(.process, false, input) == ["b @1 = y"])
    #expect(try run(.process, true, input) == ["a @2 -", "b @1 = y"])
    #expect(try run(.fail, false, ["a @1 = x"]) == ["a @1 = x"])
    let error = #expect(throws: IteratorDataError.self) { try run(.fail, true, input) }
    #expect(
      error?.description
        == "table.delete.behavior: entry a : [] 2: a delete marker, and the table is set to fail on them")
  }
}
