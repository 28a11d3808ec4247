package import Entries

/// The rows of a tablet: (prevEndRow, endRow] of a table; nil at the ends of the table.
///
/// Accumulo: `org.apache.accumulo.core.dataImpl.KeyExtent`.
package struct KeyExtent: Hashable, Sendable {
  package var tableId: String
  package var prevEndRow: [UInt8]?
  package var endRow: [UInt8]?

  package init(tableId: String, prevEndRow: [UInt8]? = nil, endRow: [UInt8]? = nil) {
    self.tableId = tableId
    self.prevEndRow = prevEndRow
    self.endRow = endRow
  }

  package var rows: RowRange { RowRange(after: prevEndRow, through: endRow) }
}

extension KeyExtent: CustomStringConvertible {
  /// As Accumulo prints it: `2;endRow;prevEndRow`, with `<` in place of `;row` at an end of the table.
  package var description: String {
    tableId + (endRow.map { ";" + ByteText.encode($0) } ?? "<") + (prevEndRow.map { ";" + ByteText.encode($0) } ?? "<")
  }
}

extension KeyExtent: Comparable {
  /// Metadata order: table id, then end row (the last tablet after all others), then previous end row.
  package static func < (a: KeyExtent, b: KeyExtent) -> Bool {
    if a.tableId != b.tableId { return a.tableId < b.tableId }
    if a.endRow != b.endRow {
      guard let x = a.endRow else { return false }
      guard let y = b.endRow else { return true }
      return x.lexicographicallyPrecedes(y)
    }
    guard a.prevEndRow != b.prevEndRow else { return false }
    guard let x = a.prevEndRow else { return true }
    guard let y = b.prevEndRow else { return false }
    return x.lexicographicallyPrecedes(y)
  }
}
