import Entries
import RFile

/// Keeps the newest versions of each cell, as org.apache.accumulo.core.iterators.user.VersioningIterator does.
///
/// Versions are entries with the same row, family, qualifier and visibility, including entries with equal timestamps. A
/// delete marker that passes (because deletes are propagated) counts as a version. Option: `maxVersions`, 1 or more,
/// default 1.
final class VersioningIterator: EntryCursor {
  private let source: any EntryCursor
  private let maxVersions: Int
  private let dropped: LedgerAccount?
  private let state: UnsafeMutablePointer<State>

  private struct State {
    /// Versions of `cell` seen so far; 0 before the first entry.
    var versions = 0
    var cell = CellMemory()
  }

  /// `maxVersions` must be at least 1.
  init(source: any EntryCursor, maxVersions: Int = 1, dropped: LedgerAccount? = nil) {
    precondition(maxVersions >= 1)
    self.dropped = dropped
    self.source = source
    self.maxVersions = maxVersions
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  deinit {
    state.pointee.cell.free()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  func next() throws -> EntryPointer? {
    while let entry = try source.next() {
      if state.pointee.versions > 0, state.pointee.cell.isCell(of: entry) {
        guard state.pointee.versions < maxVersions else {
          dropped?.add()
          continue
        }
        state.pointee.versions += 1
      } else {
        state.pointee.cell.set(entry)
        state.pointee.versions = 1
      }
      return entry
    }
    return nil
  }
}

extension VersioningIterator: CellJudge {
  func isFresh(_ entry: EntryPointer) -> Bool { state.pointee.versions == 0 || !state.pointee.cell.isCell(of: entry) }

  func note(_ block: WholeBlock) {
    state.pointee.cell.set(block.last)
    state.pointee.versions = block.versions
  }
}
