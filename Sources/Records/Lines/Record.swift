/// One line of a stream of records.
///
/// Tablets come by the million and stand in the record itself; what is larger would make every record as large.
package enum Record: Sendable {
  case tablet(Tablet)
  /// A live tablet server, `host:port`.
  case tserver(String)
  indirect case job(CompactionJob)
  case batch(JobBatch)
  indirect case result(CompactionResult)
  indirect case summary(Summary)
  case leftovers(Leftovers)
  case arrival(Arrival)

  /// The record in a JSON object; nil when its type is not one of ours.
  /// - Throws: `JSONSyntaxError`, `FieldError`.
  package init?(parsing bytes: [UInt8]) throws { try self.init(JSONItem(parsing: bytes)) }

  init?(_ item: JSONItem) throws(FieldError) {
    let fields = try RecordFields(item)
    switch try fields.string("type") {
    case "tablet": self = .tablet(try Tablet(fields))
    case "tserver": self = .tserver(try fields.string("server"))
    case "job": self = .job(try CompactionJob(fields))
    case "batch": self = .batch(try JobBatch(fields))
    case "result": self = .result(try CompactionResult(fields))
    case "summary": self = .summary(try Summary(fields))
    case "leftovers": self = .leftovers(try Leftovers(fields))
    case "arrival": self = .arrival(try Arrival(fields))
    default: return nil
    }
  }
}

/// A line of a stream of records that is malformed.
package struct RecordError: Error, Hashable, CustomStringConvertible {
  /// A path, or `standard input`.
  package var source: String
  /// From 1.
  package var line: Int
  package var problem: String

  package init(source: String, line: Int, problem: String) {
    self.source = source
    self.line = line
    self.problem = problem
  }

  /// `tablets.json, line 12: files[3].size: expected a whole number from 0 to 9223372036854775807, found the number -5`
  package var description: String { "\(source), line \(line): \(problem)" }
}
