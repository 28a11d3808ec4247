// A running compaction of 4.0 as the metadata table holds it: row of the tablet, family `ecomp`, qualifier the id, and
// the value
//
//     {"inputs":["{\"path\":\"hdfs://..\",\"startRow\":\"\",\"endRow\":\"\"}"],"tmp":"{\"path\":..}",
//      "compactor":"10.2.0.139:9133","kind":"USER","groupId":"small","priority":7,"propDels":true,
//      "fateId":"FATE:USER:<uuid>"}
//
// on one line, as Gson writes it. That of 2.1 is `ExternalCompaction`.
// Accumulo: `org.apache.accumulo.core.metadata.schema.CompactionMetadata`.

struct CompactionMetadata: Hashable, Sendable {
  /// Accumulo writes them in no order.
  var inputs: [StoredTabletFile]
  /// The output while it is written.
  var tmp: StoredTabletFile
  /// `host:port`
  var compactor: String
  var kind: CompactionKind
  /// The compactors that it was for.
  var group: String
  /// 16 bits.
  var priority: Int
  /// False: delete markers are dropped.
  var propagateDeletes: Bool
  /// The user compaction that it is a part of.
  var fateId: String?

  init(
    inputs: [StoredTabletFile], tmp: StoredTabletFile, compactor: String, kind: CompactionKind, group: String,
    priority: Int, propagateDeletes: Bool, fateId: String? = nil
  ) {
    (self.inputs, self.tmp, self.compactor, self.kind) = (inputs, tmp, compactor, kind)
    (self.group, self.priority, self.propagateDeletes, self.fateId) = (group, priority, propagateDeletes, fateId)
  }

  /// Reads what Accumulo wrote: a missing priority is 0, a missing `propDels` false.
  init(json: some StringProtocol) throws(FieldError) {
    let fields = try GsonFields(parsing: json)
    let kindText = try fields.string("kind")
    guard let kind = CompactionKind(rawValue: kindText), kind == .system || kind == .user else {
      throw FieldError("kind", expected: "SYSTEM or USER", found: "\"\(kindText.prefix(40))\"")
    }
    let group = try fields.string("groupId")
    guard CompactorGroup.isName(group) else {
      throw FieldError("groupId", expected: CompactorGroup.rule, found: "\"\(group.prefix(80))\"")
    }
    let fateId = try fields.optionalString("fateId")
    if let fateId { try FateId.check(fateId, "fateId") }
    guard fateId != nil || kind == .system else {
      throw FieldError("fateId", expected: "the operation of a USER compaction", found: "nothing")
    }
    var inputs: [StoredTabletFile] = []
    for (index, text) in try fields.strings("inputs").enumerated() {
      do throws(FieldError) {
        let input = try StoredTabletFile(json: text)
        if !inputs.contains(input) { inputs.append(input) }
      } catch { throw error.inside("inputs[\(index)]") }
    }
    let tmp: StoredTabletFile
    let tmpText = try fields.string("tmp")
    do throws(FieldError) { tmp = try StoredTabletFile(json: tmpText) } catch { throw error.inside("tmp") }
    self.init(
      inputs: inputs, tmp: tmp, compactor: try fields.string("compactor"), kind: kind, group: group,
      priority: Int(try fields.optionalInteger("priority", in: -32768...32767) ?? 0),
      propagateDeletes: try fields.boolean("propDels"), fateId: fateId)
  }

  /// The value of the column.
  var json: String {
    var line = JSONLine(escapesHTML: true)
    line.object { line in
      line.field("inputs", inputs.map(\.json))
      line.field("tmp", tmp.json)
      line.field("compactor", compactor)
      line.field("kind", kind.rawValue)
      line.field("groupId", group)
      line.field("priority", priority)
      line.field("propDels", propagateDeletes)
      line.field("fateId", fateId)
    }
    return line.text
  }
}
