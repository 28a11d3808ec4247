// Deletes, as org.apache.accumulo.core.iteratorsImpl.system.DeletingIterator applies them.
//
// A marker hides every entry of its cell (row, family, qualifier, visibility) that is not newer. Within a cell, newer
// entries come first, and a marker comes before an entry of the same time. So a marker hides what follows it:
//
//     cell a   time 9           passes
//     cell a   time 7  marker   passes only when deletes are propagated
//     cell a   time 7           hidden
//     cell a   time 5  marker   hidden too: the marker above already covers it
//     cell b   time 3           passes

import Entries
import RFile

/// Drops the entries that delete markers hide, and the markers too unless they are propagated.
///
/// Markers can be dropped only when no file outside the compaction can contain an entry that they hide.
final class DeletingIterator: EntryCursor {
  private let source: any EntryCursor
  private let propagateDeletes: Bool
  /// Accounts for entries that a marker hides, and for markers that are not written.
  private let hidden: LedgerAccount?
  private let markers: LedgerAccount?
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var isHiding = false
    var hidden = CellMemory()
  }

  init(source: any EntryCursor, propagateDeletes: Bool, ledger: EntryLedger? = nil) {
    hidden = ledger?.account(.dropped("delete"))
    markers = ledger?.account(.dropped("marker"))
    self.source = source
    self.propagateDeletes = propagateDeletes
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  deinit {
    state.pointee.hidden.free()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  func next() throws -> EntryPointer? {
    while let entry = try source.next() {
      if state.pointee.isHiding {
        if state.pointee.hidden.isCell(of: entry) {
          hidden?.add()
          continue
        }
        state.pointee.isHiding = false
      }
      guard entry.pointee.deleted else { return entry }
      state.pointee.hidden.set(entry)
      state.pointee.isHiding = true
      if propagateDeletes { return entry }
      markers?.add()
    }
    return nil
  }
}

extension DeletingIterator: CellJudge {
  func isFresh(_ entry: EntryPointer) -> Bool {
    !state.pointee.isHiding || !state.pointee.hidden.isCell(of: entry)
  }

  func note(_ block: WholeBlock) { state.pointee.isHiding = false }
}
