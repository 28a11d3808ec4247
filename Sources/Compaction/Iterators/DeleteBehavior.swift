internal import Entries
internal import Settings

/// How a table handles delete markers: the property `table.delete.behavior`.
///
/// Matches org.apache.accumulo.core.iteratorsImpl.system.DeletingIterator.Behavior.
package enum DeleteBehavior: String, Sendable {
  /// Markers hide what they delete. The default.
  case process
  /// Any marker fails the compaction. For tables that never delete.
  case fail

  package static let property = "table.delete.behavior"

  /// The behavior of a table with these settings.
  /// - Throws: `IteratorConfigurationError` for any value but `process` or `fail`, in upper or lower case.
  init(_ settings: Settings) throws {
    guard let text = settings[Self.property] else {
      self = .process
      return
    }
    guard let behavior = DeleteBehavior(rawValue: text.lowercased()) else {
      throw IteratorConfigurationError(property: Self.property, value: text, reason: "expected process or fail")
    }
    self = behavior
  }
}

/// Fails a compaction at the first delete marker.
final class DeleteRefusingCursor: EntryCursor {
  private let source: any EntryCursor

  init(source: any EntryCursor) { self.source = source }

  func next() throws -> EntryPointer? {
    guard let entry = try source.next() else { return nil }
    guard !entry.pointee.deleted else {
      throw IteratorDataError(
        DeleteBehavior.property, entry.pointee, "a delete marker, and the table is set to fail on them")
    }
    return entry
  }
}
