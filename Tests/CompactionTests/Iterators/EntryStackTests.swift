import TestSupport
import Testing

@testable import Compaction
@testable import Entries
@testable import RFile

/// Passes the entries with an even timestamp.
struct EvenTimes: EntryFilter {
  func accepts(_ entry: EntryPointer) -> Bool { entry.pointee.timestamp % 2 == 0 }
}

@Suite("What a stack of iterators is") struct EntryStackTests {
  private static var even: IteratorLayer { .filter(EvenTimes(), negate: false) }
  private static var nothing: IteratorLayer { .combiner(name: "same") { source, _ in source } }

  private func stack(_ layers: [IteratorLayer], _ deletes: DeleteBehavior = .process, _ input: [String] = [])
    -> EntryStack<ArrayCursor>
  {
    EntryStack(layers, deletes: deletes, propagateDeletes: false, on: ArrayCursor(input.map(entry)))
  }

  private func kind(_ stack: EntryStack<ArrayCursor>) -> String {
    switch stack {
    case .cells(let cells): "cells \(cells.maxVersions == .max ? "all" : "\(cells.maxVersions)")"
    case .filters(let filters): "filters \(filters.maxVersions == .max ? "all" : "\(filters.maxVersions)")"
    case .general: "general"
    }
  }

  @Test("deletes with or without versions are one cursor, and nothing else is") func kinds() {
    #expect(kind(stack([])) == "cells all")
    #expect(kind(stack([.versions(3)])) == "cells 3")
    #expect(kind(stack([.versions(3), .versions(2), .versions(4)])) == "filters 2")
    #expect(kind(stack([Self.even])) == "filters all")
    #expect(kind(stack([.versions(1), Self.even])) == "filters 1")
    #expect(kind(stack([], .fail)) == "filters all")
    #expect(kind(stack([.versions(5)], .fail)) == "filters 5")
    #expect(kind(stack([Self.nothing])) == "general")
    #expect(kind(stack([.versions(1), Self.even, Self.nothing])) == "general")
  }

  @Test("blocks may go by unless an iterator makes entries of others") func passages() {
    #expect(stack([]).passage?.judges.count == 1)
    let filters = stack([.versions(2), Self.even]).passage
    #expect(filters?.maxVersions == 2 && filters?.judges.count == 2 && filters?.filters.count == 1)
    #expect(stack([], .fail).passage?.judges.isEmpty == true)
    #expect(stack([Self.even, Self.nothing]).passage == nil)
  }

  @Test("a filter says beforehand of an entry what its cursor does with it") func filters() throws {
    for negate in [false, true] {
      guard case .filter(_, let passes, let cursor) = IteratorLayer.filter(EvenTimes(), negate: negate) else {
        Issue.record("no filter")
        return
      }
      let input = (0..<20).map { Entry(key: Key(row: [UInt8($0)], timestamp: Int64($0))) }
      let buffer = EntryBuffer()
      let expected = input.filter {
        buffer.copy($0)
        return passes(buffer.view)
      }
      #expect(try collect(cursor(ArrayCursor(input), nil)) == expected && expected.count == 10)
    }
  }

  @Test("the lowest layer is nearest to the data") func order() throws {
    let input = ["a @5 = 5", "a @4 = 4", "a @3 = 3"]
    #expect(try lines(collect(stack([.versions(1), Self.even], .process, input).entries)) == [])
    #expect(try lines(collect(stack([Self.even, .versions(1)], .process, input).entries)) == ["a @4 = 4"])
    #expect(try lines(collect(stack([Self.even, Self.nothing], .process, input).entries)) == ["a @4 = 4"])
  }
}
