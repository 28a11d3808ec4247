// A compaction that a compactor runs now, as the metadata of a live cluster tells it. The `external` record:
//
//     {"type":"external","ecid":"ECID:<uuid>","extent":{..},"kind":"SYSTEM","executor":"e.DCQ1",
//      "compactor":"10.2.0.139:9133","priority":18790,"inputs":["hdfs://../F0001.rf"],"output":"hdfs://../C0002.rf",
//      "tmp":"hdfs://../C0002.rf_tmp","propDels":true,"problems":["hdfs://../F0001.rf is no file of the tablet"]}
//
// In 4.0 "group":"small" stands in place of the executor, and an id is ECID-<uuid>.

/// A column `ecomp` of a tablet. Accumulo: `ExternalCompactionMetadata`, in 4.0 `CompactionMetadata`.
package struct ExternalJob: Hashable, Sendable {
  package var ecid: String
  package var extent: KeyExtent
  package var kind: CompactionKind
  /// 2.1: `e.<queue>`. Empty where there is a group.
  package var executor = ""
  /// 4.0: the compactors that it was for.
  package var group: String?
  /// `host:port`
  package var compactor: String
  /// 16 bits.
  package var priority: Int
  /// As in the tablet's files.
  package var inputs: [FilePart]
  /// 2.1, USER and SELECTOR: files that were selected with the inputs and are not in this job.
  package var nextFiles: [FilePart] = []
  /// Path of the output while it is written.
  package var tmp: String
  /// False: delete markers are dropped.
  package var propagateDeletes: Bool
  /// 2.1: when the files were selected, they were all files of the tablet.
  package var selectedAll = false
  /// The user compaction that it is a part of: a number in 2.1, `FATE:USER:<uuid>` in 4.0.
  package var operation: String?

  /// Reads a column.
  /// - Parameters:
  ///   - ecid: its qualifier, whose prefix tells the version.
  ///   - json: its value.
  package init(ecid: String, of extent: KeyExtent, json: some StringProtocol) throws(FieldError) {
    (self.ecid, self.extent) = (ecid, extent)
    if ExternalCompactionId(ecid, of: .v4) != nil {
      let job = try CompactionMetadata(json: json)
      (kind, group, compactor, priority) = (job.kind, job.group, job.compactor, job.priority)
      (inputs, tmp, propagateDeletes) = (job.inputs.map(\.part), job.tmp.path, job.propagateDeletes)
      operation = job.fateId
      return
    }
    guard ExternalCompactionId(ecid) != nil else {
      throw FieldError("", expected: "the id ECID: or, in 4.0, ECID- and a UUID", found: "\"\(ecid.prefix(80))\"")
    }
    guard try GsonFields(parsing: json).optionalString("groupId") == nil else {
      throw FieldError(
        "", expected: "the id ECID- and a UUID for a compaction of 4.0, which has a groupId",
        found: "\"\(ecid.prefix(80))\"")
    }
    let job = try ExternalCompaction(json: json)
    (kind, executor, compactor, priority) = (job.kind, "e." + job.queue, job.compactor, job.priority)
    (inputs, nextFiles) = (job.inputs.map { FilePart($0) }, job.nextFiles.map { FilePart($0) })
    (tmp, propagateDeletes, selectedAll) = (job.tmp, job.propagateDeletes, job.selectedAll)
    operation = job.compactionId.map { "\($0)" }
  }

  /// As a planner sees it.
  package var running: RunningJob { RunningJob(kind: kind, executor: executor, group: group, files: inputs) }

  /// Path of the output: that of the temporary file up to its `_tmp`.
  package var output: String {
    tmp.ranges(of: "_tmp").last.map { String(tmp[..<$0.lowerBound]) } ?? tmp
  }

  /// Appends the record and a line feed.
  package func write(problems: [String], to line: inout JSONLine) {
    line.record("external") { line in
      line.field("ecid", ecid)
      extent.write(to: &line)
      line.field("kind", kind.rawValue)
      if let group { line.field("group", group) } else { line.field("executor", executor) }
      line.field("compactor", compactor)
      line.field("priority", priority)
      FilePart.write(inputs, as: "inputs", to: &line)
      if !nextFiles.isEmpty { FilePart.write(nextFiles, as: "nextFiles", to: &line) }
      line.field("output", output)
      line.field("tmp", tmp)
      line.field("propDels", propagateDeletes)
      line.field("operation", operation)
      if !problems.isEmpty { line.field("problems", problems) }
    }
  }
}
