import Entries

/// Decides for each entry on its own whether it stays: the `accept` of org.apache.accumulo.core.iterators.Filter.
protocol EntryFilter {
  /// False to drop the entry. Never called for a delete marker.
  func accepts(_ entry: EntryPointer) throws -> Bool
}

/// Passes the entries that a filter accepts or, when `negate` is set, those that it rejects.
///
/// Delete markers pass every filter, as in Accumulo: dropping one would bring back what it deletes.
final class FilterCursor<Filter: EntryFilter>: EntryCursor {
  private let source: any EntryCursor
  private let filter: Filter
  private let negate: Bool
  private let dropped: LedgerAccount?

  init(source: any EntryCursor, filter: Filter, negate: Bool, dropped: LedgerAccount? = nil) {
    self.dropped = dropped
    self.source = source
    self.filter = filter
    self.negate = negate
  }

  func next() throws -> EntryPointer? {
    while let entry = try source.next() {
      if entry.pointee.deleted { return entry }
      if try filter.accepts(entry) != negate { return entry }
      dropped?.add()
    }
    return nil
  }
}
