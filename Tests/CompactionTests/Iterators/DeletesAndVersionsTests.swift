import TestSupport
import Testing

@testable import Compaction
@testable import Entries

@Suite("Deletes and versions") struct DeletesAndVersionsTests {
  @Test("a marker hides the entries of its cell that are not newer") func deletes() throws {
    let input = [
      "a f:q @9 = new", "a f:q @7 -", "a f:q @7 = same time", "a f:q @5 -", "a f:q @3 = old", "a f:r @3 = other",
      "b f:q @1 -", "b f:q [A] @1 = other visibility", "c @1 = end",
    ]
    #expect(
      try deleting(input, propagateDeletes: false) == [
        "a f:q @9 = new", "a f:r @3 = other", "b f:q [A] @1 = other visibility", "c @1 = end",
      ])
    #expect(
      try deleting(input, propagateDeletes: true) == [
        "a f:q @9 = new", "a f:q @7 -", "a f:r @3 = other", "b f:q @1 -", "b f:q [A] @1 = other visibility",
        "c @1 = end",
      ])
  }

  @Test("fields are told apart by their ends, not only by their bytes") func fieldEnds() throws {
    let input = ["a b:c @2 -", "a bc @1 = 1", "ab :c @1 -", "ab c @1 = 2", "abc @1 = 3"]
    #expect(try deleting(input, propagateDeletes: false) == ["a bc @1 = 1", "ab c @1 = 2", "abc @1 = 3"])
  }

  @Test("the newest versions of each cell are kept, equal times and propagated markers counted") func versions() throws
  {
    let input = ["a f:q @9 = 1", "a f:q @9 = 2", "a f:q @8 = 3", "a f:r @9 -", "b @5 = 4", "b @4 = 5"]
    #expect(try newest(1, input) == ["a f:q @9 = 1", "a f:r @9 -", "b @5 = 4"])
    #expect(try newest(2, input) == ["a f:q @9 = 1", "a f:q @9 = 2", "a f:r @9 -", "b @5 = 4", "b @4 = 5"])
    #expect(try newest(3, input) == input)
  }

  @Test("an entry without any bytes in its key is an ordinary first version") func emptyKey() throws {
    #expect(try newest(1, [" @1", " @0"]) == [" @1"])
    #expect(try deleting([" @1 -", " @0", "a"], propagateDeletes: false) == ["a"])
  }

  @Test("every order of up to five versions agrees with the definition") func allSmallInputs() throws {
    let versions = (1...3).flatMap { time in [false, true].map { (Int64(time), $0) } }
    var stacks: [[Entry]] = [[]]
    for size in 0...5 {
      for (number, stack) in stacks.enumerated() where stack.count == size {
        let sorted = stack.sorted { $0.key < $1.key }
        // The same between two other cells, to reveal state left over from another cell.
        let input = [entry("a f:q @2 -")] + sorted + [entry("c f:q @1 = x"), entry("c f:q @1 = y")]
        try check(input)
        guard size < 5 else { continue }
        for (time, deleted) in versions {
          let key = Key(row: [98], family: [102], qualifier: [113], timestamp: time, deleted: deleted)
          stacks.append(stack + [Entry(key: key, value: Array("\(number)".utf8))])
        }
      }
    }
    #expect(stacks.count == 1 + 6 + 36 + 216 + 1296 + 7776)
  }

  @Test("random cells with fields of every length around the word size agree with the definition", arguments: 1...12)
  func random(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let lengths = [0, 0, 1, 2, 7, 8, 9, 15, 16, 17, 24, 47, 48, 49, 64, 200]
    func field() -> [UInt8] {
      var bytes = [UInt8](repeating: 7, count: lengths.randomElement(using: &random)!)
      if !bytes.isEmpty, Bool.random(using: &random) { bytes[Int.random(in: bytes.indices, using: &random)] = 8 }
      return bytes
    }
    let input = (0..<2000).map { i in
      Entry(
        key: Key(
          row: field(), family: i % 3 == 0 ? field() : [], qualifier: i % 2 == 0 ? field() : [1],
          visibility: i % 5 == 0 ? field() : [], timestamp: Int64.random(in: 0...4, using: &random),
          deleted: Int.random(in: 0..<5, using: &random) == 0),
        value: Array("\(i)".utf8))
    }
    try check(input.sorted { $0.key < $1.key })
  }

  @Test("an error of the source passes through") func sourceFails() {
    #expect(throws: FailingCursor.Failure.self) {
      try collect(VersioningIterator(source: DeletingIterator(source: FailingCursor(), propagateDeletes: true)))
    }
    #expect(throws: FailingCursor.Failure.self) {
      try CellStream(FailingCursor(), propagateDeletes: true, maxVersions: 1).next()
    }
  }

  @Test("one cursor tells how far it is in a cell") func cellState() throws {
    let input = ["a @9 = 9", "a @8 = 8", "a @7 -", "a @6 = 6", "b @5 -", "b @4 = 4", "c @3 = 3"].map(entry)
    let cells = CellStream(ArrayCursor(input), propagateDeletes: false, maxVersions: 3)
    var seen: [String] = []
    while let entry = try cells.next() {
      seen.append("\(lines([entry.pointee.entry])[0]): \(cells.versions)")
      #expect(!cells.isHiding)
    }
    #expect(seen == ["a @9 = 9: 1", "a @8 = 8: 2", "c @3 = 3: 1"])
    let markers = CellStream(ArrayCursor(input), propagateDeletes: true, maxVersions: 3)
    for isHiding in [false, false, true, true, false] {
      _ = try markers.next()
      #expect(markers.isHiding == isHiding)
    }
  }

  private func check(_ input: [Entry]) throws {
    for propagate in [false, true] {
      let expected = NaiveStack.deletedByDefinition(input, propagateDeletes: propagate)
      try #require(NaiveStack.deleting(input, propagateDeletes: propagate) == expected)
      let found = try collect(DeletingIterator(source: ArrayCursor(input), propagateDeletes: propagate))
      try #require(found == expected)
      let cells = CellStream(ArrayCursor(input), propagateDeletes: propagate, maxVersions: .max)
      try #require(try collect(cells) == expected)
      for max in [1, 2, 3, 10] {
        let stack = VersioningIterator(
          source: DeletingIterator(source: ArrayCursor(input), propagateDeletes: propagate), maxVersions: max)
        let kept = NaiveStack.versions(expected, max: max)
        try #require(try collect(stack) == kept)
        let cells = CellStream(ArrayCursor(input), propagateDeletes: propagate, maxVersions: max)
        try #require(try collect(cells) == kept)
      }
    }
  }

  private func deleting(_ input: [String], propagateDeletes: Bool) throws -> [String] {
    lines(try collect(DeletingIterator(source: ArrayCursor(input.map(entry)), propagateDeletes: propagateDeletes)))
  }

  private func newest(_ max: Int, _ input: [String]) throws -> [String] {
    lines(try collect(VersioningIterator(source: ArrayCursor(input.map(entry)), maxVersions: max)))
  }
}

final class FailingCursor: EntryCursor {
  struct Failure: Error {}
  func next() throws -> EntryPointer? { throw Failure() }
}
