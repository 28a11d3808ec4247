// {"type":"tablet","extent":{"tableId":"2","prevEndRow":"a","endRow":"m"},"namespace":"..","directory":"tables/2/t-0001",
//  "location":"h1:9997","last":"..","future":"..","files":[{"file":"F0001.rf","size":1234,"entries":56}],
//  "candidates":["F0001.rf"],"running":[{"kind":"SYSTEM","executor":"e.DCQ1","files":["C0002.rf"]}]}
//
// A file of which only a part belongs to the tablet has "range":{"prevEndRow":"a","endRow":"m"}; lists of files name it
// as "C0002.rf (a,m]" if the tablet has several parts of it. A file with a set time has "time":1625819156894.
// Everything but the extent is optional. Absent `files` are not the same as empty ones: they mean that the tablet's
// files are not known. It can then be balanced, but not planned. Tablets of 4.0 also have
//
//  "accumulo":"4.0","selected":{"files":["F0001.rf"],"all":true,"completed":0,"ageMs":30000},
//  "userCompactionWaits":true,"unsplittable":true,"held":"operation MERGING:FATE:USER:<uuid>"
//
// and a running job of theirs has "group":"small" in place of the executor.

extension Tablet {
  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("tablet") { line in
      extent.write(to: &line)
      line.field("namespace", namespace)
      line.field("directory", directory)
      line.field("location", location)
      line.field("last", last)
      line.field("future", future)
      if hasFiles { TabletFile.write(files, as: "files", to: &line) }
      if let candidates { FilePart.write(candidates, as: "candidates", to: &line) }
      if !running.isEmpty {
        line.array("running", running) { line, job in
          line.object { line in
            line.field("kind", job.kind.rawValue)
            if let group = job.group { line.field("group", group) } else { line.field("executor", job.executor) }
            FilePart.write(job.files, as: "files", to: &line)
          }
        }
      }
      line.field("accumulo", version?.rawValue)
      selected?.write(to: &line)
      if userCompactionWaits { line.field("userCompactionWaits", true) }
      if isUnsplittable { line.field("unsplittable", true) }
      line.field("held", held)
    }
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    let files = try fields.optionalArray("files", TabletFile.init)
    if let files { try TabletFile.checkParts(files) }
    self.init(
      extent: try KeyExtent(fields), namespace: try fields.optionalString("namespace"),
      directory: try fields.optionalString("directory"), location: try fields.optionalString("location"),
      last: try fields.optionalString("last"), future: try fields.optionalString("future"),
      files: files ?? [], hasFiles: files != nil, candidates: try FilePart.optionalList("candidates", of: fields),
      running: try fields.array("running", ifAbsent: []) { (value) throws(FieldError) in
        let job = try RecordFields(value)
        let group = try CompactorGroup.place(job).group
        return RunningJob(
          kind: try CompactionKind(job), executor: group == nil ? try job.string("executor") : "", group: group,
          files: try FilePart.list("files", of: job))
      })
    version = try AccumuloVersion(fields)
    selected = try SelectedFiles(fields)
    userCompactionWaits = try fields.boolean("userCompactionWaits", ifAbsent: false)
    isUnsplittable = try fields.boolean("unsplittable", ifAbsent: false)
    held = try fields.optionalString("held")
  }
}

extension KeyExtent {
  package func write(to line: inout JSONLine) {
    line.object("extent") { line in
      line.field("tableId", tableId)
      if let prevEndRow { line.field("prevEndRow", bytes: prevEndRow) }
      if let endRow { line.field("endRow", bytes: endRow) }
    }
  }

  /// The field `extent` of a record.
  package init(_ fields: RecordFields) throws(FieldError) {
    self = try fields.object("extent") { (extent) throws(FieldError) in
      let (prevEndRow, endRow) = (try extent.optionalBytes("prevEndRow"), try extent.optionalBytes("endRow"))
      if let prevEndRow, let endRow, !prevEndRow.lexicographicallyPrecedes(endRow) {
        throw FieldError(
          "endRow", expected: "a row after prevEndRow", found: (try? extent.string("endRow")).map { "\"\($0)\"" } ?? "")
      }
      return KeyExtent(tableId: try extent.string("tableId"), prevEndRow: prevEndRow, endRow: endRow)
    }
  }
}

extension TabletFile {
  package static func write(_ files: [TabletFile], as name: String, to line: inout JSONLine) {
    line.array(name, files) { line, file in
      line.object { file.write(to: &$0) }
    }
  }

  package func write(to line: inout JSONLine) {
    line.field("file", file)
    line.field("size", size)
    line.field("entries", entries)
    range?.write(to: &line)
    if let time { line.field("time", time) }
  }

  /// An element of a list of files.
  init(_ element: JSONItem) throws(FieldError) { try self.init(RecordFields(element)) }

  package init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      file: try fields.string("file"), size: try fields.integer("size"),
      entries: try fields.integer("entries", ifAbsent: 0), range: try FileRange(fields),
      time: try Self.time(fields))
  }
}

extension TabletFile {
  /// The field `time`. As in Accumulo, a negative one means that no time is set.
  private static func time(_ fields: RecordFields) throws(FieldError) -> Int64? {
    guard let time = try fields.optionalInteger("time", in: Int64.min...Int64.max), time >= 0 else { return nil }
    return time
  }
}

extension CompactionKind {
  /// The field `kind` of a record.
  package init(_ fields: RecordFields) throws(FieldError) {
    let text = try fields.string("kind")
    guard let kind = CompactionKind(rawValue: text) else {
      throw FieldError("kind", expected: "SYSTEM, SELECTOR, USER or CHOP", found: "\"\(text.prefix(40))\"")
    }
    self = kind
  }
}
