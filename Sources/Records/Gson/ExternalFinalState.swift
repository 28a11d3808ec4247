// How an external compaction ended, kept until its tablet has been updated: row `~ecomp` and the id, no family, no
// qualifier, and the value
//
//     {"extent":{"tableId":"2","er":"YWI\u003d","per":"IQ\u003d\u003d"},"state":"FINISHED","fileSize":12354,"entries":100000}
//
// with the rows of the extent in base64, whose padding Gson writes as \u003d.
// Accumulo: `org.apache.accumulo.core.metadata.schema.ExternalCompactionFinalState`.

package struct ExternalFinalState: Hashable, Sendable {
  package var extent: KeyExtent
  package var state: CompactionResult.State
  /// Bytes; 0 when failed.
  package var fileSize: Int64
  package var entries: Int64

  init(extent: KeyExtent, state: CompactionResult.State, fileSize: Int64 = 0, entries: Int64 = 0) {
    self.extent = extent
    self.state = state
    self.fileSize = fileSize
    self.entries = entries
  }

  /// The row of the metadata table.
  static func row(_ id: ExternalCompactionId) -> String { "~ecomp" + id.description }

  package init(json: some StringProtocol) throws(FieldError) {
    let fields = try GsonFields(parsing: json)
    let rows = try fields.object("extent")
    func row(_ name: String) throws(FieldError) -> [UInt8]? {
      guard let text = try rows.optionalString(name) else { return nil }
      guard let bytes = Base64.decode(text) else {
        throw FieldError("extent.\(name)", expected: "base64", found: "\"\(text.prefix(60))\"")
      }
      return bytes
    }
    let extent = KeyExtent(tableId: try rows.string("tableId"), prevEndRow: try row("per"), endRow: try row("er"))
    if let prevEndRow = extent.prevEndRow, let endRow = extent.endRow, !prevEndRow.lexicographicallyPrecedes(endRow) {
      throw FieldError("extent", expected: "an end row after the previous end row", found: extent.description)
    }
    let text = try fields.string("state")
    guard let state = CompactionResult.State(rawValue: text) else {
      throw FieldError("state", expected: "FINISHED or FAILED", found: "\"\(text.prefix(40))\"")
    }
    self.init(
      extent: extent, state: state, fileSize: try fields.optionalInteger("fileSize") ?? 0,
      entries: try fields.optionalInteger("entries") ?? 0)
  }

  /// The value.
  func json() -> String {
    var line = JSONLine(escapesHTML: true)
    line.object { line in
      line.object("extent") { line in
        line.field("tableId", extent.tableId)
        line.field("er", extent.endRow.map(Base64.encode))
        line.field("per", extent.prevEndRow.map(Base64.encode))
      }
      line.field("state", state.rawValue)
      line.field("fileSize", fileSize)
      line.field("entries", entries)
    }
    return line.text
  }
}
