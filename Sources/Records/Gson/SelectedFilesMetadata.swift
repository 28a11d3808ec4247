// The files that a user compaction of 4.0 has set aside, as the metadata table holds them: row of the tablet, column
// `srv:selected`, and the value
//
//     {"fateId":"FATE:USER:<uuid>","selAll":true,"compJobs":0,"selTimeNanos":123456789,
//      "files":["{\"path\":\"hdfs://..\",\"startRow\":\"\",\"endRow\":\"\"}"]}
//
// on one line. The time is that of the manager's own clock, which begins when the cluster does.
// Accumulo: `org.apache.accumulo.core.metadata.schema.SelectedFiles`.

package struct SelectedFilesMetadata: Hashable, Sendable {
  package var fateId: String
  package var selectedAll: Bool
  /// Jobs that are done.
  package var completed: Int64
  var timeNanos: Int64
  /// In the order of their texts.
  package var files: [StoredTabletFile]

  init(fateId: String, selectedAll: Bool, completed: Int64, timeNanos: Int64, files: [StoredTabletFile]) {
    (self.fateId, self.selectedAll, self.completed, self.timeNanos) = (fateId, selectedAll, completed, timeNanos)
    self.files = Set(files).map { ($0.json, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Nil for an empty text. A field that Accumulo does not know is an error here, and only here.
  package init?(json: some StringProtocol) throws(FieldError) {
    if json.isEmpty { return nil }
    let fields = try GsonFields(parsing: json)
    let known = ["fateId", "selAll", "compJobs", "selTimeNanos", "files"]
    if let unknown = fields.names.first(where: { !known.contains($0) }) {
      throw FieldError(String(unknown.prefix(80)), expected: "no such field", found: "one")
    }
    let fateId = try fields.string("fateId")
    try FateId.check(fateId, "fateId")
    var files: [StoredTabletFile] = []
    for (index, text) in try fields.strings("files").enumerated() {
      do throws(FieldError) { files.append(try StoredTabletFile(json: text)) } catch {
        throw error.inside("files[\(index)]")
      }
    }
    guard !files.isEmpty else { throw FieldError("files", expected: "at least one file", found: "none") }
    guard let time = try fields.optionalInteger("selTimeNanos", in: 0 ... .max) else {
      throw FieldError("selTimeNanos", expected: "nanoseconds", found: "nothing")
    }
    self.init(
      fateId: fateId, selectedAll: try fields.plainBoolean("selAll"),
      completed: try fields.optionalInteger("compJobs", in: 0...Int64(Int32.max)) ?? 0, timeNanos: time, files: files)
  }

  /// The value of the column.
  var json: String {
    var line = JSONLine(escapesHTML: true)
    line.object { line in
      line.field("fateId", fateId)
      line.field("selAll", selectedAll)
      line.field("compJobs", completed)
      line.field("selTimeNanos", timeNanos)
      line.field("files", files.map(\.json))
    }
    return line.text
  }
}
