// A user compaction of all files of all tablets. On each tablet:
//
//  1. It waits until nothing runs; no system compaction begins meanwhile.
//  2. It selects all files. They are its own as long as the selection is young
//     (`table.compaction.selection.expiration.ms`), and for good when its first job has begun (4.0: is done).
//  3. The planner makes jobs of the selected files. An output joins the selection, until a job has taken all that is left.
//
// Accumulo 2.1: `CompactableImpl`, its `FileManager`; 4.0: `CompactionDriver`, `CommitCompaction`.

internal import Planning
internal import Records

extension TableSimulation {
  /// Every tablet that is not still busy with the last one gets a user compaction.
  mutating func beginUserCompaction() throws {
    totals.userCompactions.append((begun: now, ended: nil))
    for tablet in tablets.indices {
      guard case .none = tablets[tablet].userCompaction else { continue }
      tablets[tablet].userCompaction = .waits
      openUserCompactions += 1
      select(tablet)
      try touch(tablet)
    }
    noteUserCompactions()
  }

  /// The tablet's files are set aside if nothing runs on it.
  mutating func select(_ tablet: Int) {
    guard case .waits = tablets[tablet].userCompaction, tablets[tablet].running.isEmpty else { return }
    guard !tablets[tablet].files.isEmpty else { return endUserCompaction(of: tablet) }
    tablets[tablet].select(true)
    tablets[tablet].userCompaction = .selected(since: now, isReserved: false)
    events.plan(.selectionExpires, at: now + max(1, min(rules.selectionExpiration, 1 << 52)), tablet)
  }

  /// A job has ended.
  mutating func advanceUserCompaction(of tablet: Int, after kind: CompactionKind, isOver: Bool) throws {
    switch tablets[tablet].userCompaction {
    case .none: break
    case .waits: select(tablet)
    case .selected where isOver: endUserCompaction(of: tablet)
    case .selected(let since, _):
      if kind == .user { tablets[tablet].userCompaction = .selected(since: since, isReserved: true) }
    }
  }

  private mutating func endUserCompaction(of tablet: Int) {
    tablets[tablet].select(false)
    tablets[tablet].userCompaction = .none
    openUserCompactions -= 1
    noteUserCompactions()
  }

  private mutating func noteUserCompactions() {
    guard openUserCompactions == 0 else { return }
    for place in totals.userCompactions.indices where totals.userCompactions[place].ended == nil {
      totals.userCompactions[place].ended = now
    }
  }
}
