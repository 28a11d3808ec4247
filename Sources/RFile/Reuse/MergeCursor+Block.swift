package import Entries

// The merge at the border of a block: there it gives nil as at its end, so that whoever writes may take the block that
// begins there as a whole. Asked again it goes on, with the first entry of the block or behind the block.

extension MergeCursor {
  /// From now on `next()` gives nil before each block that may be taken over.
  package func stopBeforeBlocks() { state.pointee.stopsAtBlocks = true }

  /// After `next()` gave nil: the first entry of the block that comes next; nil: it was the end.
  package var blockAhead: EntryPointer? { state.pointee.isHeld ? current() : nil }

  /// False when the index tells that entries of other sources fall into the block ahead.
  package var mayBlockStandAlone: Bool {
    guard let block = currentCursor.feed.current, let other = runnerUp else { return true }
    return block.endPrefix <= RowWord.first(of: other.view.pointee.row)
  }

  /// The cursor of the entry that comes next.
  var currentCursor: GroupCursor { sources[state.pointee.winner.source] }

  /// The cursor of the first entry of all others; nil when there is none. In a tree of losers it has lost to the winner
  /// itself, so it stands on the winner's way.
  var runnerUp: GroupCursor? {
    var best: Player?
    var node = (sources.count + state.pointee.winner.source) / 2
    while node >= 1 {
      let loser = state.pointee.players[node]
      if best.map({ precedes(loser, $0) }) ?? true { best = loser }
      node /= 2
    }
    return best.flatMap { live[$0.source] ? sources[$0.source] : nil }
  }

  /// The block ahead was taken: the merge goes on behind it.
  func passBlock() { state.pointee.isHeld = false }
}
