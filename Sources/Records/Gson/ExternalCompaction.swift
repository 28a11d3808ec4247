// A running external compaction as the metadata table holds it: row of the tablet, family `ecomp`, qualifier the id,
// and the value
//
//     {"inputs":["hdfs://nn1/accumulo/tables/2/t-00000ur/F0009.rf"],"nextFiles":[],
//      "tmp":"hdfs://nn1/accumulo/tables/2/t-00000ur/C0000dqs.rf_tmp","compactor":"10.2.0.139:9133","kind":"SYSTEM",
//      "executorId":"DCQ1","priority":18776,"propDels":true,"selectedAll":false,"compactionId":7}
//
// on one line, as Gson writes it. Accumulo: `org.apache.accumulo.core.metadata.schema.ExternalCompactionMetadata`.

struct ExternalCompaction: Hashable, Sendable {
  /// Full paths, as the metadata has them.
  var inputs: [String]
  /// Files that were selected but are not in this job (USER and SELECTOR).
  var nextFiles: [String]
  /// The output while it is written.
  var tmp: String
  /// `host:port`
  var compactor: String
  var kind: CompactionKind
  /// The name without `e.` in front.
  var queue: String
  /// 16 bits.
  var priority: Int
  /// False: delete markers are dropped.
  var propagateDeletes: Bool
  /// Whether all files of the tablet were selected.
  var selectedAll: Bool
  /// The number of the user compaction.
  var compactionId: Int64?

  init(
    inputs: [String], nextFiles: [String], tmp: String, compactor: String, kind: CompactionKind, queue: String,
    priority: Int,
    propagateDeletes: Bool, selectedAll: Bool, compactionId: Int64? = nil
  ) {
    self.inputs = inputs
    self.nextFiles = nextFiles
    self.tmp = tmp
    self.compactor = compactor
    self.kind = kind
    self.queue = queue
    self.priority = priority
    self.propagateDeletes = propagateDeletes
    self.selectedAll = selectedAll
    self.compactionId = compactionId
  }

  /// Reads what Accumulo 2.1 wrote: missing booleans are false, a missing priority 0, a missing executor the queue
  /// `null`.
  init(json: some StringProtocol) throws(FieldError) {
    let fields = try GsonFields(parsing: json)
    let kindText = try fields.string("kind")
    guard let kind = CompactionKind(rawValue: kindText) else {
      throw FieldError("kind", expected: "SYSTEM, SELECTOR, USER or CHOP", found: "\"\(kindText.prefix(40))\"")
    }
    self.init(
      inputs: try fields.strings("inputs"), nextFiles: try fields.strings("nextFiles"), tmp: try fields.string("tmp"),
      compactor: try fields.string("compactor"), kind: kind, queue: try fields.optionalString("executorId") ?? "null",
      priority: Int(try fields.optionalInteger("priority", in: -32768...32767) ?? 0),
      propagateDeletes: try fields.boolean("propDels"), selectedAll: try fields.boolean("selectedAll"),
      compactionId: try fields.optionalInteger("compactionId"))
    try check()
  }

  /// The value of the column.
  /// - Throws: `FieldError` when Accumulo would not read it back.
  func json() throws(FieldError) -> String {
    try check()
    var line = JSONLine(escapesHTML: true)
    line.object { line in
      line.field("inputs", inputs)
      line.field("nextFiles", nextFiles)
      line.field("tmp", tmp)
      line.field("compactor", compactor)
      line.field("kind", kind.rawValue)
      line.field("executorId", queue)
      line.field("priority", priority)
      line.field("propDels", propagateDeletes)
      line.field("selectedAll", selectedAll)
      if let compactionId { line.field("compactionId", compactionId) }
    }
    return line.text
  }

  private func check() throws(FieldError) {
    for (field, paths) in [("inputs", inputs), ("nextFiles", nextFiles), ("tmp", [tmp])] {
      for path in paths {
        do throws(TabletFilePathError) { try TabletFilePath.check(path) } catch {
          throw FieldError(field, expected: error.expected, found: "\"\(path.prefix(200))\"")
        }
      }
    }
    guard kind != .user && kind != .selector || propagateDeletes || selectedAll else {
      throw FieldError(
        "selectedAll", expected: "true, as a \(kind.rawValue) compaction that drops deletes selects all files",
        found: "false")
    }
    guard (-32768...32767).contains(priority) else {
      throw FieldError("priority", expected: "a whole number from -32768 to 32767", found: "\(priority)")
    }
  }
}
