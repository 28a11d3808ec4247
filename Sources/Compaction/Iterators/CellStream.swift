package import Entries
package import RFile

// Deletes and versions in one cursor: what nearly every table has, and so what nearly every entry goes through. It does what `DeletingIterator` under `VersioningIterator` does, with one memory of the cell and one comparison where
// they have two of each, and no call between them.
//
// Entries of one cell are neighbours, the newest first. An entry is either a version of the cell before or begins another:
//
//     cell a   time 9           passes
//     cell a   time 7  marker   hides what follows in the cell; itself a version when deletes are propagated
//     cell a   time 7           hidden
//     cell b   time 3           passes: another cell, and all is forgotten

/// Entries of a source without what markers hide and without versions beyond a number.
package final class CellStream<Source: EntryCursor>: EntryCursor {
  private let entries: Source
  private let propagateDeletes: Bool
  let maxVersions: Int
  /// What goes to these: entries that a marker hides, markers that are not written, versions beyond the number.
  private let hidden: LedgerAccount?
  private let markers: LedgerAccount?
  private let surplus: LedgerAccount?
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var cell = CellMemory()
    var versions = 0
    var isHiding = false

    /// True for one more entry of the cell.
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

  /// True while a marker hides what is left of the cell of the last entry.
  var isHiding: Bool { state.pointee.isHiding }
  /// Versions of the cell of the last entry that passed; 0 before the first entry.
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
    // Without a limit versions need not be counted, and only a marker reaches into the block.
    (maxVersions == .max && !state.pointee.isHiding) || !state.pointee.isInside(entry)
  }

  package func note(_ block: WholeBlock) {
    state.pointee.cell.set(block.last)
    state.pointee.versions = block.versions
    state.pointee.isHiding = false
  }
}
