/// The names of the groups of compactors that take the jobs of 4.0.
///
/// Accumulo: `org.apache.accumulo.core.data.ResourceGroupId`, `^[a-zA-Z]+(_?[a-zA-Z0-9])*$`.
package enum CompactorGroup {
  package static let rule =
    "letters, digits and single underscores, a letter first and no underscore at the end"

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
