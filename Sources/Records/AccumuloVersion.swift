/// The versions of Accumulo whose planner, settings and metadata are known here. A version stands for its whole line:
/// 2.1 for 2.1.6, 4.0 for what follows it.
package enum AccumuloVersion: String, Hashable, Sendable, CaseIterable {
  case v2 = "2.1"
  case v4 = "4.0"
}

extension AccumuloVersion {
  /// The field `accumulo` of a record; nil when it is not there.
  init?(_ fields: RecordFields) throws(FieldError) {
    guard let text = try fields.optionalString("accumulo") else { return nil }
    guard let version = AccumuloVersion(rawValue: text) else {
      throw FieldError("accumulo", expected: "2.1 or 4.0", found: "\"\(text.prefix(40))\"")
    }
    self = version
  }
}
