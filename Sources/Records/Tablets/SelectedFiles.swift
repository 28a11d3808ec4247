// The files that a user compaction of 4.0 has set aside on a tablet:
//
//     "selected":{"files":["F0001.rf"],"all":true,"completed":0,"ageMs":30000}
//
// Accumulo: `org.apache.accumulo.core.metadata.schema.SelectedFiles`.

package struct SelectedFiles: Hashable, Sendable {
  package var files: [FilePart]
  /// When they were selected, they were all files of the tablet.
  package var all: Bool
  /// Jobs of the user compaction that are done on this tablet.
  package var completed: Int64
  /// Milliseconds since they were selected; nil: not known, as the metadata counts from when a manager started.
  package var ageMs: Int64?

  package init(files: [FilePart], all: Bool, completed: Int64 = 0, ageMs: Int64? = nil) {
    self.files = files
    self.all = all
    self.completed = completed
    self.ageMs = ageMs
  }

  func write(to line: inout JSONLine) {
    line.object("selected") { line in
      FilePart.write(files, as: "files", to: &line)
      line.field("all", all)
      line.field("completed", completed)
      if let ageMs { line.field("ageMs", ageMs) }
    }
  }

  /// The field `selected` of a tablet; nil when it is not there.
  init?(_ tablet: RecordFields) throws(FieldError) {
    let found = try tablet.optionalObject("selected") { (fields) throws(FieldError) in
      let files = try FilePart.list("files", of: fields)
      guard !files.isEmpty else { throw FieldError("files", expected: "at least one file", found: "none") }
      return SelectedFiles(
        files: files, all: try fields.boolean("all", ifAbsent: false),
        completed: try fields.integer("completed", ifAbsent: 0),
        ageMs: try fields.optionalInteger("ageMs"))
    }
    guard let found else { return nil }
    self = found
  }
}
