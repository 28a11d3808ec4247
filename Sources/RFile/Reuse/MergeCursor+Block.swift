import Entries

// The merge at the border of a block. It returns nil there, as at its end, so that the next block can be taken over
// whole. The next call continues with the first entry of the block, or after the block.

extension MergeCursor {
  /// From now on, `next()` returns nil before each block that can be taken over.
  func stopBeforeBlocks() { state.pointee.stopsAtBlocks = true }

  /// After `next()` returned nil: the first entry and the raw size (bytes) of the next block; nil at the end.
  var blockAhead: (first: EntryPointer, rawSize: Int)? {
    guard state.pointee.isBlockAhead, let first = current() else { return nil }
    return (first, currentCursor.rawBlockSize)
  }

  /// False when, according to the index, entries of other sources can fall into the block ahead.
  var mayBlockStandAlone: Bool {
    guard let end = currentCursor.blockEndPrefix, let other = runnerUp else { return true }
    return end <= RowWord.first(of: other.view.pointee.row)
  }

  /// Moves to the end of the block ahead and offers it, if every entry passes. Otherwise returns nil, and the merge
  /// continues with the first entry of the block.
  func passBlock(_ examiner: BlockExaminer, _ families: FamilyRules) throws -> WholeBlock? {
    guard let block = try currentCursor.passBlock(examiner, families, before: runnerUp?.view) else { return nil }
    state.pointee.isHeld = false
    state.pointee.isBlockAhead = false
    return block
  }

  /// The cursor of the next entry.
  private var currentCursor: GroupCursor { sources[state.pointee.winner.source] }

  /// The cursor with the next entry of all others; nil when they are at their end. In a tree of losers it lost directly
  /// to the winner, so it is on the winner's path to the root.
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
