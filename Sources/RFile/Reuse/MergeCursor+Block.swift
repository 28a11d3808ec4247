import Entries

// The merge at the border of a block: there it gives nil as at its end, so that the block that begins there may be taken
// as a whole. Asked again it goes on, with the first entry of the block or behind the block.

extension MergeCursor {
  /// From now on `next()` gives nil before each block that may be taken over.
  func stopBeforeBlocks() { state.pointee.stopsAtBlocks = true }

  /// After `next()` gave nil: the first entry and the raw size (bytes) of the block that comes next; nil: it was the end.
  var blockAhead: (first: EntryPointer, rawSize: Int)? {
    guard state.pointee.isHeld, let first = current() else { return nil }
    return (first, currentCursor.rawBlockSize)
  }

  /// False when the index tells that entries of other sources fall into the block ahead.
  var mayBlockStandAlone: Bool {
    guard let end = currentCursor.blockEndPrefix, let other = runnerUp else { return true }
    return end <= RowWord.first(of: other.view.pointee.row)
  }

  /// Moves to the end of the block ahead and offers it, if every entry of it passes; else nil, and the merge goes on with
  /// its first entry.
  func passBlock(_ examiner: BlockExaminer, _ families: FamilyRules) throws -> WholeBlock? {
    guard let block = try currentCursor.passBlock(examiner, families, before: runnerUp?.view) else { return nil }
    state.pointee.isHeld = false
    return block
  }

  /// The cursor of the entry that comes next.
  private var currentCursor: GroupCursor { sources[state.pointee.winner.source] }

  /// The cursor of the first entry of all others; nil when there is none. In a tree of losers it has lost to the winner
  /// itself, so it stands on the winner's way.
  private var runnerUp: GroupCursor? {
    var best: Player?
    var node = (sources.count + state.pointee.winner.source) / 2
    while node >= 1 {
      let loser = state.pointee.players[node]
      if best.map({ precedes(loser, $0) }) ?? true { best = loser }
      node /= 2
    }
    return best.flatMap { live[$0.source] ? sources[$0.source] : nil }
  }
}
