package import Entries

// A merge pauses where another one could begin: before the first entry of a cell, with everything before it read, and
// nothing of it. Then no iterator remembers anything that matters to what follows: versions, deletes and combiners all
// begin anew with a cell.
//
//     a q 9      last entry when the pause was asked for
//     a q 7      the same cell: goes out
//     b q 4      another cell: held back, and `next()` returns nil
//
// Iterators take that nil for the end of the data and give out what they have gathered. Every later call returns nil,
// too, until `goOn`: an iterator that ate the first one asks again. Another merge goes on with the first key of the cell
// that was held back (`next`).

/// Pauses a merge on request.
package final class MergePause {
  struct State {
    var isWanted = false
    /// The cell is that of the last entry.
    var hasCell = false
    var isPaused = false
  }
  /// Read with every entry.
  let state: UnsafeMutablePointer<State>
  private let cell = EntryBuffer()
  /// The first key of the cell before which the merge paused.
  package private(set) var next: Key?

  package init() {
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  deinit { state.deallocate() }

  package var isWanted: Bool { state.pointee.isWanted }
  /// The merge has returned nil, but is not at its end.
  package var isPaused: Bool { state.pointee.isPaused }

  /// The merge is to pause at the end of a cell.
  package func want() { state.pointee.isWanted = true }

  /// The merge is to continue.
  package func goOn() { state.pointee = State() }

  /// A merge begins.
  func begin() { state.pointee.hasCell = false }

  /// An entry is given out while a pause is wanted.
  func remember(_ entry: EntryPointer) {
    cell.copyKey(entry.pointee)
    state.pointee.hasCell = true
  }

  /// Pauses before an entry if it begins a cell. False: it does not.
  func pause(before entry: EntryPointer) -> Bool {
    guard state.pointee.hasCell, !entry.pointee.isSameColumn(as: cell.view.pointee) else { return false }
    var key = entry.pointee.key
    (key.timestamp, key.deleted) = (.max, true)
    next = key
    state.pointee.isPaused = true
    return true
  }
}
