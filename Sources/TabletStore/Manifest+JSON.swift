// Converts tablet.json to a manifest and back. The file is untrusted: every field is checked, and an error names the
// file and the field.

internal import Files
internal import Records

/// A `tablet.json` that is not a valid manifest.
package struct ManifestError: Error, CustomStringConvertible, Equatable {
  package var path: String
  /// `files[3].size: expected .., found ..`
  package var problem: String

  init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  package var description: String { "\(path): \(problem)" }
}

extension TabletManifest {
  /// Parses the bytes of the file at `path` (used only in errors).
  ///
  /// Throws `ManifestError` for anything but a manifest of this version in which every name is safe to use.
  package init(json: [UInt8], path: String) throws(ManifestError) {
    do {
      try self.init(RecordFields(JSONItem(parsing: json)))
    } catch let error as JSONSyntaxError {
      throw ManifestError(path: path, problem: "is not JSON: \(error)")
    } catch {
      throw ManifestError(path: path, problem: "\(error)")
    }
  }

  private init(_ fields: RecordFields) throws(FieldError) {
    let version = try fields.integer("version", in: Int64.min...Int64.max)
    guard Self.versions.contains(version) else {
      throw FieldError("version", expected: "1 or 2, the supported ones", found: "\(version)")
    }
    extent = try KeyExtent(fields)
    guard !extent.tableId.isEmpty else { throw FieldError("extent.tableId", expected: "a table id", found: "nothing") }
    var certificates: [String: Certificate] = [:]
    files = try fields.array("files") { (value) throws(FieldError) in
      let fields = try RecordFields(value)
      for name: StaticString in ["range", "time", "certificate"] where version < 2 && fields.has(name) {
        throw FieldError("\(name)", expected: "version 2 of tablet.json for this field", found: "version \(version)")
      }
      _ = try (fields.tabletFile("file"), fields.integer("size"), fields.integer("entries"))
      let file = try TabletFile(fields)
      if let certificate = try fields.optionalObject("certificate", Certificate.init) {
        certificates[file.file] = certificate
      }
      return file
    }
    self.certificates = certificates
    garbage = try fields.strings("garbage", ifAbsent: [])
    reservations = try fields.array("reservations", ifAbsent: []) { (value) throws(FieldError) in
      try Reservation(RecordFields(value))
    }
    if fields.has("finished"), version < 2 {
      throw FieldError("finished", expected: "version 2 of tablet.json for this field", found: "version \(version)")
    }
    let extent = extent
    for job in try fields.array(
      "finished", ifAbsent: [], { (value) throws(FieldError) in try FinishedJob(RecordFields(value), extent) })
    {
      remember(job)
    }
    try checkNames()
    try TabletFile.checkParts(files)
  }

  /// Files to be removed must have plain names that are not those of live files. A live URI can end in the same name,
  /// usually for a file of another directory. If it refers to this directory, `removeGarbage` keeps the file.
  private func checkNames() throws(FieldError) {
    func unique(_ names: [String], _ field: (Int) -> String) throws(FieldError) {
      var seen: Set<String> = []
      for (i, name) in names.enumerated() where !seen.insert(name).inserted {
        throw FieldError(field(i), expected: "each once", found: "\(name) again")
      }
    }
    try unique(files.map(\.part.description)) { "files[\($0)].file" }
    try unique(reservations.map(\.ecid)) { "reservations[\($0)].ecid" }
    let live = Set(files.map { String($0.file.lastPart) })
    let liveHere = Set(files.map(\.file))
    for (i, name) in garbage.enumerated() {
      guard FileName.isDataFile(name), !liveHere.contains(name) else {
        throw FieldError("garbage[\(i)]", expected: "the plain name of an .rf file that is not live", found: name)
      }
    }
    for (i, reservation) in reservations.enumerated() {
      guard FileName.isDataFile(reservation.output), !live.contains(reservation.output) else {
        throw FieldError(
          "reservations[\(i)].output", expected: "the plain name of an .rf file that is not live",
          found: reservation.output)
      }
      guard FileName.isTemporary(reservation.tmp) else {
        throw FieldError(
          "reservations[\(i)].tmp", expected: "the plain name of an .rf_tmp file", found: reservation.tmp)
      }
    }
  }

  /// The lowest version that has all fields.
  private var version: Int64 {
    let isNew = files.contains { $0.range != nil || $0.time != nil || certificates[$0.file] != nil }
    return isNew || !finished.isEmpty ? 2 : 1
  }

  /// The bytes of the file, in one line.
  package func json() -> [UInt8] {
    var line = JSONLine()
    line.object { line in
      line.field("version", version)
      extent.write(to: &line)
      line.array("files", files) { line, file in
        line.object { line in
          file.write(to: &line)
          certificates[file.file]?.write(as: "certificate", to: &line)
        }
      }
      line.array("reservations", reservations) { line, reservation in
        line.object { reservation.write(to: &$0) }
      }
      line.field("garbage", garbage)
      if !finished.isEmpty {
        line.array("finished", finished) { line, job in line.object { job.write(to: &$0) } }
      }
    }
    return line.bytes + [10]
  }
}

extension FinishedJob {
  fileprivate init(_ fields: RecordFields, _ extent: KeyExtent) throws(FieldError) {
    self.init(
      inputs: try fields.strings("inputs"), result: try CompactionResult(outcome: fields, extent: extent))
  }

  fileprivate func write(to line: inout JSONLine) {
    line.field("ecid", result.ecid)
    line.field("inputs", inputs)
    result.writeOutcome(to: &line)
  }
}

extension ProcessIdentity {
  init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      host: try fields.string("host"), machineId: try fields.string("machineId"),
      bootId: try fields.string("bootId"), pidNamespace: try fields.string("pidNamespace"),
      pid: Int32(try fields.integer("processId", in: 0...Int64(Int32.max))),
      startTime: UInt64(try fields.integer("processStart")))
  }

  func writeFields(to line: inout JSONLine) {
    line.field("host", host)
    line.field("machineId", machineId)
    line.field("bootId", bootId)
    line.field("pidNamespace", pidNamespace)
    line.field("processId", pid)
    line.field("processStart", startTime)
  }
}

extension Reservation {
  fileprivate init(_ fields: RecordFields) throws(FieldError) {
    let ecid = try fields.string("ecid")
    guard !ecid.isEmpty else { throw FieldError("ecid", expected: "ECID:<uuid>", found: "nothing") }
    self.init(
      ecid: ecid, kind: try CompactionKind(fields), executor: try fields.string("executor"),
      inputs: try fields.strings("inputs"), propagateDeletes: try fields.boolean("propDels", ifAbsent: true),
      output: try fields.string("output"), tmp: try fields.string("tmp"),
      owner: try ProcessIdentity(fields),
      lease: try fields.integer("lease", in: Int64.min...Int64.max),
      written: try fields.optionalObject("written") { (written) throws(FieldError) in
        // An inode can use all 64 bits.
        WrittenFile(
          inode: UInt64(bitPattern: try written.integer("inode", in: Int64.min...Int64.max)),
          size: try written.integer("size"))
      })
  }

  fileprivate func write(to line: inout JSONLine) {
    line.field("ecid", ecid)
    line.field("kind", kind.rawValue)
    line.field("executor", executor)
    line.field("inputs", inputs)
    line.field("propDels", propagateDeletes)
    line.field("output", output)
    line.field("tmp", tmp)
    owner.writeFields(to: &line)
    line.field("lease", lease)
    guard let written else { return }
    line.object("written") { line in
      line.field("inode", Int64(bitPattern: written.inode))
      line.field("size", written.size)
    }
  }
}

extension RecordFields {
  fileprivate func tabletFile(_ name: StaticString) throws(FieldError) -> String {
    let file = try string(name)
    guard FileName.isDataFile(file) || FileName.isDataFileURI(file) else {
      throw FieldError(
        "\(name)", expected: "the name of an .rf file, or the URI of one", found: "\"\(file.prefix(60))\"")
    }
    return file
  }
}
