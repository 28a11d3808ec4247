import Entries

/// Keeps entries that have a visibility: org.apache.accumulo.core.iterators.user.ReqVisFilter.
///
/// Option: `negate`. A visibility that is not a valid expression fails the compaction, as in Accumulo.
struct ReqVisFilter: MajcIterator {
  private let property: String
  private let negate: Bool

  init(_ options: IteratorOptions) throws {
    property = options.property
    negate = options.bool("negate")
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    .filter(Running(property: property), negate: negate)
  }

  private struct Running: EntryFilter {
    let property: String

    func accepts(_ entry: EntryPointer) throws -> Bool {
      let visibility = entry.pointee.visibility
      guard visibility.count > 0 else { return false }
      if let reason = VisibilityExpression.defect(of: visibility) {
        throw IteratorDataError(property, entry.pointee, "its visibility is not a valid expression: \(reason)")
      }
      return true
    }
  }
}
