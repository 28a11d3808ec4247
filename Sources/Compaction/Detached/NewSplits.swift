// Other tablets of the same rows. A new tablet takes of every file what the old tablets saw of it, so a file comes once for
// each old tablet that the new one touches, with the rows that both have:
//
//     old        (-inf,g]  F1 F2        (g,+inf)  F2 F3          F2 is shared
//     split      at m
//     new        (-inf,m]  F1 (-inf,g]  F2 (-inf,g]  F2 (g,m]  F3 (g,m]
//                (m,+inf)  F2 (m,+inf)  F3 (m,+inf)
//
// Such parts exist for jobs only: each new tablet is compacted, and has one file then. Its time is the latest of the old
// ones, since it must not give out a timestamp twice.

internal import Entries
package import ExportedTable
internal import Records

/// The tablets of a table, cut anew.
package struct NewSplits {
  private let next: () throws -> ExportedTablet?
  /// The end rows of the new tablets but the last, ascending, each once.
  private var splits: ArraySlice<[UInt8]>
  /// The old tablet that reaches into the next new one.
  private var rest: ExportedTablet?
  private var prevEndRow: [UInt8]?
  private var isAtEnd = false

  /// - Parameter tablets: the old ones, which must fit together.
  package init(_ splits: [[UInt8]], of tablets: @escaping () throws -> ExportedTablet?) {
    self.splits = Set(splits).sorted { $0.lexicographicallyPrecedes($1) }[...]
    next = tablets
  }

  /// The next new tablet; nil after the last.
  /// - Throws: what reading the old tablets throws.
  package mutating func nextTablet() throws -> ExportedTablet? {
    guard !isAtEnd else { return nil }
    let end = splits.popFirst()
    var tablet: ExportedTablet?
    while let old = try rest ?? next() {
      rest = nil
      let oldEnd = old.tablet.extent.endRow
      add(old, through: end, to: &tablet)
      // Which of the two ends first?
      guard let end else { continue }
      if oldEnd == end { break }
      if let oldEnd, oldEnd.lexicographicallyPrecedes(end) { continue }
      rest = old
      break
    }
    prevEndRow = end
    isAtEnd = end == nil
    return tablet
  }

  private func add(_ old: ExportedTablet, through end: [UInt8]?, to tablet: inout ExportedTablet?) {
    var new = tablet ?? old
    if tablet == nil { new.tablet.files = [] }
    new.tablet.extent = KeyExtent(tableId: old.tablet.extent.tableId, prevEndRow: prevEndRow, endRow: end)
    new.time = Self.later(new.time, old.time)
    let rows = FileRange(
      prevEndRow: Self.later(old.tablet.extent.prevEndRow, prevEndRow),
      endRow: Self.earlier(old.tablet.extent.endRow, end))
    for var file in old.tablet.files {
      file.range = file.range.map { rows.within($0) } ?? rows
      if let first = file.range?.prevEndRow, let last = file.range?.endRow, !first.lexicographicallyPrecedes(last) {
        continue
      }
      new.tablet.files.append(file)
    }
    tablet = new
  }

  /// `M17` or `L17`; all tablets of a table have one kind.
  private static func later(_ a: String, _ b: String) -> String {
    guard let x = Int64(a.dropFirst()), let y = Int64(b.dropFirst()) else { return a }
    return y > x ? b : a
  }

  /// Of two first rows; nil is before all.
  fileprivate static func later(_ a: [UInt8]?, _ b: [UInt8]?) -> [UInt8]? {
    guard let a, let b else { return a ?? b }
    return a.lexicographicallyPrecedes(b) ? b : a
  }

  /// Of two last rows; nil is behind all.
  fileprivate static func earlier(_ a: [UInt8]?, _ b: [UInt8]?) -> [UInt8]? {
    guard let a, let b else { return a ?? b }
    return a.lexicographicallyPrecedes(b) ? a : b
  }
}

extension FileRange {
  fileprivate func within(_ other: FileRange) -> FileRange {
    FileRange(
      prevEndRow: NewSplits.later(prevEndRow, other.prevEndRow), endRow: NewSplits.earlier(endRow, other.endRow))
  }
}
