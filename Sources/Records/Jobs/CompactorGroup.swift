/// The names of the groups of compactors that take the jobs of 4.0.
///
/// Accumulo: `org.apache.accumulo.core.data.ResourceGroupId`, `^[a-zA-Z]+(_?[a-zA-Z0-9])*$`.
package enum CompactorGroup {
  package static let rule =
    "letters, digits and single underscores, a letter first and no underscore at the end"

  /// The fields `executor` and `group` of a record: one of them, or neither.
  static func place(_ fields: RecordFields) throws(FieldError) -> (executor: String?, group: String?) {
    let (executor, group) = (try fields.optionalString("executor"), try fields.optionalString("group"))
    guard let group else { return (executor, nil) }
    if let executor, !executor.isEmpty {
      throw FieldError(
        "group", expected: "an executor or a group, not both",
        found: "\"\(executor.prefix(80))\" and \"\(group.prefix(80))\"")
    }
    guard isName(group) else { throw FieldError("group", expected: rule, found: "\"\(group.prefix(80))\"") }
    return (nil, group)
  }

  /// Whether Accumulo takes it as the name of a group.
  package static func isName(_ text: some StringProtocol) -> Bool {
    var previous: UInt8?
    for byte in text.utf8 {
      switch byte {
      case 65...90, 97...122: break
      case 48...57: if previous == nil { return false }
      case UInt8(ascii: "_"): if previous == nil || previous == byte { return false }
      default: return false
      }
      previous = byte
    }
    return previous != nil && previous != UInt8(ascii: "_")
  }
}
