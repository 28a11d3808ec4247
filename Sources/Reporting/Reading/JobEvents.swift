// {"type":"arrival","time":T,"extent":{..},"file":"F1.rf","size":S,"entries":E,"kind":"start|flush|bulk|split"}
// {"type":"run","id":"..","extent":{..},"kind":"SYSTEM","executor":"cs1.small","priority":P,"queued":T,"start":T,"end":T,
//  "inputs":["F1.rf","F2.rf"],"output":"A1.rf","size":S,"entries":E,"outcome":"finished|lost|failed"}
//
// Times are ms since the start of the simulation; of jobs that `compact` ran, since 1970.

import Records

/// A file that a tablet got, other than from a compaction.
struct ArrivalRecord: Sendable {
  enum Kind: String, Sendable {
    case start, flush, bulk, split
  }

  var time: Double
  var extent: KeyExtent
  var file: String
  /// Bytes.
  var size: Double
  var kind: Kind

  init(_ fields: RecordFields) throws(FieldError) {
    time = Double(try fields.integer("time"))
    extent = try KeyExtent(fields)
    file = try fields.string("file")
    size = Double(try fields.integer("size"))
    let text = try fields.string("kind")
    guard let kind = Kind(rawValue: text) else {
      throw FieldError("kind", expected: "start, flush, bulk or split", found: "\"\(text.prefix(40))\"")
    }
    self.kind = kind
  }
}

/// A job that has ended.
struct RunRecord: Sendable {
  var extent: KeyExtent
  var executor: String
  /// Times in ms: it was planned, it began, it ended.
  var queued: Double
  var start: Double
  var end: Double
  var inputs: [String]
  /// Nil when nothing was written.
  var output: String?
  /// Bytes of the output.
  var size: Double
  /// Its compactor died or it failed, and its work was for nothing.
  var isLost: Bool
  /// Whether it really ran: its times are those of a clock, not of a simulation that begins at 0.
  var isReal: Bool { start > 1e11 }

  init(_ fields: RecordFields) throws(FieldError) {
    extent = try KeyExtent(fields)
    let group = try fields.optionalString("group")
    executor = try fields.optionalString("executor") ?? group ?? "?"
    let (start, end) = (try fields.integer("start"), try fields.integer("end"))
    guard end >= start else {
      throw FieldError("end", expected: "a time that is not before start, \(start)", found: "\(end)")
    }
    let queued = try fields.optionalInteger("queued") ?? start
    (self.queued, self.start, self.end) = (Double(queued), Double(start), Double(end))
    inputs = try fields.strings("inputs", ifAbsent: [])
    output = try fields.optionalString("output")
    size = Double(try fields.integer("size", ifAbsent: 0))
    let outcome = try fields.optionalString("outcome") ?? "finished"
    guard ["finished", "lost", "failed"].contains(outcome) else {
      throw FieldError("outcome", expected: "finished, lost or failed", found: "\"\(outcome.prefix(40))\"")
    }
    isLost = outcome != "finished"
  }
}
