import Entries
import Java

/// Keeps entries whose qualifier is in a range: org.apache.accumulo.core.iterators.user.ColumnSliceFilter.
///
/// Options: `startBound`, `endBound` (a missing bound is open), `startInclusive` (default true), `endInclusive`
/// (default false), `negate`. Qualifiers are compared as Java strings: by UTF-16 code units, not by bytes.
struct ColumnSliceFilter: MajcIterator {
  private let bounds: Running
  private let negate: Bool

  init(_ options: IteratorOptions) throws {
    bounds = Running(
      start: options["startBound"].map { Array($0.utf16) }, end: options["endBound"].map { Array($0.utf16) },
      startInclusive: options.bool("startInclusive", default: true), endInclusive: options.bool("endInclusive"))
    negate = options.bool("negate")
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    .filter(bounds, negate: negate)
  }

  private struct Running: EntryFilter, Sendable {
    let start: [UInt16]?
    let end: [UInt16]?
    let startInclusive: Bool
    let endInclusive: Bool

    func accepts(_ entry: EntryPointer) -> Bool {
      let qualifier = entry.pointee.qualifier
      if let start {
        let order = Self.compare(qualifier, start)
        if order < 0 || (order == 0 && !startInclusive) { return false }
      }
      if let end {
        let order = Self.compare(qualifier, end)
        if order > 0 || (order == 0 && !endInclusive) { return false }
      }
      return true
    }

    /// Negative, zero or positive, like Java's `compareTo`.
    private static func compare(_ bytes: ByteView, _ bound: [UInt16]) -> Int {
      var position = 0
      var i = 0
      while position < bytes.count {
        let scalar = JavaUTF8.next(bytes.start, bytes.count, &position)
        guard i < bound.count else { return 1 }
        // The first unit of a surrogate pair decides, unless it is equal.
        let first = scalar < 0x10000 ? UInt16(scalar) : UInt16(0xd7c0 + scalar >> 10)
        if first != bound[i] { return Int(first) - Int(bound[i]) }
        i += 1
        guard scalar >= 0x10000 else { continue }
        guard i < bound.count else { return 1 }
        let second = UInt16(0xdc00 | scalar & 0x3ff)
        if second != bound[i] { return Int(second) - Int(bound[i]) }
        i += 1
      }
      return i < bound.count ? -1 : 0
    }
  }
}
