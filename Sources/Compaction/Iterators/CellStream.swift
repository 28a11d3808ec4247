package import Entries
package import RFile

// Deletes and versions in one cursor. Nearly every table has just these two iterators, so nearly every entry goes
// through this cursor. It does the same as `VersioningIterator` on top of `DeletingIterator`, but with one copy of the
// cell and one comparison instead of two, and without a call between them.
//
// Entries of one cell are neighbours, the newest first. An entry is either a version of the previous entry's cell or
// begins a new cell:
//
//     cell a   time 9           passes
//     cell a   time 7  marker   hides the rest of the cell; counts as a version when deletes are propagated
//     cell a   time 7           hidden
//     cell b   time 3           passes: a new cell resets everything

/// Entries of a source, without those that markers hide and without versions beyond a maximum.
package final class CellStream<Source: EntryCursor>: EntryCursor {
  private let entries: Source
  private let propagateDeletes: Bool
  let maxVersions: Int
  /// Accounts for dropped entries: those that a marker hides, markers that are not written, and versions beyond the
  /// maximum.
  private let hidden: LedgerAccount?
  private let markers: LedgerAccount?
  private let surplus: LedgerAccount?
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var cell = CellMemory()
    var versions = 0
    var isHiding = false

    /// True when the entry is another entry of the cell.
    @inline(__always) func isInside(_ entry: EntryPointer) -> Bool {
      (versions > 0 || isHiding) && cell.isCell(of: entry)
    }
  }

  /// `maxVersions` must be at least 1.
  init(_ source: Source, propagateDeletes: Bool, maxVersions: Int, ledger: EntryLedger? = nil) {
    precondition(maxVersions >= 1)
    hidden = ledger?.account(.dropped("delete"))
    markers = ledger?.account(.dropped("marker"))
    surplus = ledger?.account(.dropped("versions"))
    entries = source
    self.propagateDeletes = propagateDeletes
    self.maxVersions = maxVersions
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  deinit {
    state.pointee.cell.free()
    state.deallocate()
  }

  /// True while a marker hides the rest of the last entry's cell.
  var isHiding: Bool { state.pointee.isHiding }
  /// The number of versions of the last entry's cell that passed; 0 before the first entry.
  var versions: Int { state.pointee.versions }

  package func next() throws -> EntryPointer? {
    while let entry = try entries.next() {
      if state.pointee.isInside(entry) {
        if state.pointee.isHiding || state.pointee.versions == maxVersions {
          (state.pointee.isHiding ? hidden : surplus)?.add()
          continue
        }
      } else {
        state.pointee.cell.set(entry)
        state.pointee.versions = 0
        state.pointee.isHiding = false
      }
      if entry.pointee.deleted {
        state.pointee.isHiding = true
        if !propagateDeletes {
          markers?.add()
          continue
        }
      }
      state.pointee.versions &+= 1
      return entry
    }
    return nil
  }
}

extension CellStream: CellJudge {
  package func isFresh(_ entry: EntryPointer) -> Bool {
    // Without a limit on versions, only a marker before the block can affect it.
    (maxVersions == .max && !state.pointee.isHiding) || !state.pointee.isInside(entry)
  }

  package func note(_ block: WholeBlock) {
    state.pointee.cell.set(block.last)
    state.pointee.versions = block.versions
    state.pointee.isHiding = false
  }
}
