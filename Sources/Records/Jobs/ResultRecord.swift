// {"type":"result","ecid":..,"extent":{..},"directory":"/data/tables/2/t-1","state":"FINISHED","inputs":["F1.rf","F2.rf"],"fileSize":12354,"entries":100000,"entriesRead":120000,
//  "blocks":103,"blocksReused":90,"rungs":[{"encoder":"isal","level":1,"blocks":13}],"output":"C0000dqs.rf","seconds":1.25,
//  "unsound":[".."],"certificate":{..}}
// {"type":"result","ecid":..,"extent":{..},"state":"FAILED",..,"seconds":0.1,"error":"..","retry":"later"}
// {"type":"summary","command":"plan","tablets":11280,"jobs":9000}

extension CompactionResult {
  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("result") { line in
      line.field("ecid", ecid)
      extent.write(to: &line)
      line.field("directory", directory)
      line.field("state", state.rawValue)
      if already { line.field("already", already) }
      if let inputs { FilePart.write(inputs, as: "inputs", to: &line) }
      if let resumed {
        line.object("resumed") { line in
          line.field("bytes", resumed.bytes)
          line.field("entries", resumed.entries)
        }
      }
      line.field("afresh", afresh)
      writeOutcome(to: &line)
      line.field("error", error)
      line.field("retry", retry?.rawValue)
    }
  }

  /// The fields about what the job did, which `tablet.json` keeps.
  package func writeOutcome(to line: inout JSONLine) {
    line.field("fileSize", fileSize)
    line.field("entries", entries)
    line.field("entriesRead", entriesRead)
    if state == .finished {
      line.field("blocks", blocks)
      line.field("blocksReused", blocksReused)
      CompressionRung.write(rungs, to: &line)
    }
    line.field("output", output)
    line.field("seconds", seconds)
    if !unsound.isEmpty { line.field("unsound", unsound) }
    certificate?.write(as: "certificate", to: &line)
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    let text = try fields.string("state")
    guard let state = State(rawValue: text) else {
      throw FieldError("state", expected: "FINISHED or FAILED", found: "\"\(text.prefix(40))\"")
    }
    let directory = try fields.optionalString("directory")
    if let directory, directory.isEmpty || directory.utf8.contains(0) {
      throw FieldError("directory", expected: "a path", found: directory.isEmpty ? "an empty text" : "a NUL in it")
    }
    try self.init(outcome: fields, extent: try KeyExtent(fields))
    self.directory = directory
    self.state = state
    already = try fields.boolean("already", ifAbsent: false)
    inputs = try FilePart.optionalList("inputs", of: fields)
    resumed = try fields.optionalObject("resumed") { (resumed) throws(FieldError) in
      Resumed(bytes: try resumed.integer("bytes"), entries: try resumed.integer("entries"))
    }
    afresh = try fields.optionalString("afresh")
    error = try fields.optionalString("error")
    retry = try fields.optionalString("retry").flatMap { Retry(rawValue: $0) }
  }

  /// A job that finished, from its id and the fields of `writeOutcome`.
  package init(outcome fields: RecordFields, extent: KeyExtent) throws(FieldError) {
    self.init(
      ecid: try fields.string("ecid"), extent: extent, state: .finished,
      fileSize: try fields.integer("fileSize", ifAbsent: 0), entries: try fields.integer("entries", ifAbsent: 0),
      entriesRead: try fields.integer("entriesRead", ifAbsent: 0), blocks: try fields.integer("blocks", ifAbsent: 0),
      blocksReused: try fields.integer("blocksReused", ifAbsent: 0),
      rungs: try CompressionRung.list(of: fields), output: try fields.optionalString("output"),
      seconds: try fields.double("seconds", ifAbsent: 0),
      unsound: try fields.strings("unsound", ifAbsent: []),
      certificate: try fields.optionalObject("certificate") { (fields) throws(FieldError) in
        try Certificate(fields)
      })
  }
}

extension CompressionRung {
  /// The field `rungs`, if there are any.
  fileprivate static func write(_ rungs: [CompressionRung], to line: inout JSONLine) {
    guard !rungs.isEmpty else { return }
    line.array("rungs", rungs) { line, rung in
      line.object { line in
        line.field("encoder", rung.encoder)
        if let level = rung.level { line.field("level", level) }
        line.field("blocks", rung.blocks)
      }
    }
  }

  fileprivate static func list(of fields: RecordFields) throws(FieldError) -> [CompressionRung] {
    try fields.array("rungs", ifAbsent: []) { (rung) throws(FieldError) in
      let fields = try RecordFields(rung)
      return CompressionRung(
        encoder: try fields.string("encoder"), level: try fields.optionalInteger("level"),
        blocks: try fields.integer("blocks"))
    }
  }
}

/// What a whole run did: the last record of a run with `--summary`.
package struct Summary: Sendable {
  /// The subcommand.
  package var command: String
  /// In the order of the record.
  package var counts: [(name: String, value: Int64)]
  /// Of a merge into one file: what its blocks were compressed with, from cheap to dear.
  package var rungs: [CompressionRung]

  package init(command: String, counts: [(name: String, value: Int64)], rungs: [CompressionRung] = []) {
    self.command = command
    self.counts = counts
    self.rungs = rungs
  }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("summary") { line in
      line.field("command", command)
      for count in counts { line.field(count.name, count.value) }
      CompressionRung.write(rungs, to: &line)
    }
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      command: try fields.string("command"), counts: fields.integers(), rungs: try CompressionRung.list(of: fields))
  }
}
