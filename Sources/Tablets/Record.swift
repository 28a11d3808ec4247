/// One line of a stream of records.
public enum Record: Sendable {
  case tablet(Tablet)
  /// A live tablet server, `host:port`.
  case tserver(String)
  case job(CompactionJob)
  case result(CompactionResult)
  case summary(Summary)
  case leftovers(Leftovers)

  /// The record in a JSON object; nil when its type is not one of ours.
  public init?(_ value: JSONValue) throws(FieldError) {
    let fields = try RecordFields(value)
    switch try fields.string("type") {
    case "tablet": self = .tablet(try Tablet(fields))
    case "tserver": self = .tserver(try fields.string("server"))
    case "job": self = .job(try CompactionJob(fields))
    case "result": self = .result(try CompactionResult(fields))
    case "summary": self = .summary(try Summary(fields))
    case "leftovers": self = .leftovers(try Leftovers(fields))
    default: return nil
    }
  }
}

/// A line of a stream of records that is malformed.
public struct RecordError: Error, Hashable, CustomStringConvertible {
  /// A path, or `standard input`.
  public var source: String
  /// From 1.
  public var line: Int
  public var problem: String

  public init(source: String, line: Int, problem: String) {
    self.source = source
    self.line = line
    self.problem = problem
  }

  /// `tablets.json, line 12: files[3].size: expected a whole number from 0 to 9223372036854775807, found the number -5`
  public var description: String { "\(source), line \(line): \(problem)" }
}
