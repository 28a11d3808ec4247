// {"type":"job","ecid":"ECID:<uuid>","extent":{..},"directory":"..","kind":"SYSTEM","service":"cs1","executor":"i.cs1.small",
//  "pass":1,"priority":18778,"inputs":[{"file":..,"size":..,"entries":..}],"nextFiles":[],"output":"C0000dqs.rf",
//  "tmp":"C0000dqs.rf_tmp","propDels":true,"selectedAll":false,"bytes":123456,"properties":{..}}
//
// In 4.0 a job has "group":"small" in place of the executor, and its id is ECID-<uuid>.
//
// The fields ecid, extent, kind, inputs and output are required; the others have safe defaults. Absent `properties` are
// not the same as empty ones: they mean that the table's settings are not known.

extension CompactionJob {
  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("job") { writeFields(to: &$0) }
  }

  /// All fields but the type.
  package func writeFields(to line: inout JSONLine) {
    line.field("ecid", ecid)
    extent.write(to: &line)
    line.field("directory", directory)
    line.field("kind", kind.rawValue)
    line.field("service", service)
    if let group { line.field("group", group) } else { line.field("executor", executor) }
    line.field("pass", pass)
    line.field("priority", priority)
    TabletFile.write(inputs, as: "inputs", to: &line)
    FilePart.write(nextFiles, as: "nextFiles", to: &line)
    line.field("output", output)
    line.field("tmp", tmp)
    line.field("propDels", propagateDeletes)
    line.field("selectedAll", selectedAll)
    line.field("bytes", bytes)
    if hasProperties { line.field("properties", properties) }
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    let inputs = try fields.array("inputs", TabletFile.init)
    var sum: Int64 = 0
    for file in inputs {
      let (next, overflow) = sum.addingReportingOverflow(file.size)
      guard !overflow else {
        throw FieldError("inputs", expected: "sizes with a sum of at most \(Int64.max)", found: "more")
      }
      sum = next
    }
    let output = try fields.string("output")
    let properties = try fields.dictionary("properties")
    let ecid = try fields.string("ecid")
    let place = try CompactorGroup.place(fields)
    if place.group != nil ? ecid.hasPrefix("ECID:") : ecid.hasPrefix("ECID-") {
      throw FieldError(
        "ecid", expected: "ECID: and a UUID beside an executor, ECID- and a UUID beside a group",
        found: "\"\(ecid.prefix(80))\"")
    }
    self.init(
      ecid: ecid, extent: try KeyExtent(fields), directory: try fields.optionalString("directory"),
      kind: try CompactionKind(fields), service: try fields.optionalString("service") ?? "default",
      executor: place.executor ?? "", group: place.group,
      pass: Int(try fields.integer("pass", in: 1...1_000_000_000, ifAbsent: 1)),
      priority: Int(try fields.integer("priority", in: -32768...32767, ifAbsent: 0)), inputs: inputs,
      nextFiles: try FilePart.list("nextFiles", of: fields, ifAbsent: []), output: output,
      tmp: try fields.optionalString("tmp") ?? output + "_tmp",
      propagateDeletes: try fields.boolean("propDels", ifAbsent: true),
      selectedAll: try fields.boolean("selectedAll", ifAbsent: false),
      bytes: try fields.integer("bytes", ifAbsent: sum), properties: properties ?? [:],
      hasProperties: properties != nil)
  }
}
