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
  private static var nothing: IteratorLayer { .combiner(name: "same", spares: nil) { source, _, _ in source } }
  private static var few: IteratorLayer {
    .combiner(name: "few", spares: { _ in true }, cursor: { source, _, _ in source })
  }

  private func stack(_ layers: [IteratorLayer], _ deletes: DeleteBehavior = .process, _ input: [String] = [])
    -> EntryStack<ArrayCursor>
  {
    EntryStack(layers, deletes: deletes, propagateDeletes: false, on: ArrayCursor(input.map(entry)))
  }

  private func kind(_ stack: EntryStack<ArrayCursor>) -> String {
    switch stack {
    case .cells(let cells): "cells \(cells.maxVersions == .max ? "all" : "\(cells.maxVersions)")"
    case .layers: "layers"
    }
  }

  @Test("deletes with or without versions are one cursor, and nothing else is") func kinds() {
    #expect(kind(stack([])) == "cells all")
    #expect(kind(stack([.versions(3)])) == "cells 3")
    #expect(kind(stack([.versions(3), .versions(2)])) == "layers")
    #expect(kind(stack([Self.even])) == "layers")
    #expect(kind(stack([.versions(1), Self.even])) == "layers")
    #expect(kind(stack([], .fail)) == "layers")
    #expect(kind(stack([.versions(5)], .fail)) == "layers")
    #expect(kind(stack([Self.nothing])) == "layers")
  }

  @Test("blocks may go by unless an iterator combines all entries") func passages() {
    #expect(stack([]).passage?.judges.count == 1)
    let filters = stack([.versions(2), Self.even]).passage
    #expect(filters?.maxVersions == 2 && filters?.judges.count == 2 && filters?.filters.count == 1)
    #expect(stack([.versions(3), .versions(2), .versions(4)]).passage?.maxVersions == 2)
    #expect(stack([.versions(5)], .fail).passage?.maxVersions == 5)
    #expect(stack([], .fail).passage?.judges.isEmpty == true)
    #expect(stack([Self.few, Self.even]).passage?.filters.count == 2)
    #expect(stack([Self.few, Self.nothing, Self.few]).passage == nil)
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
