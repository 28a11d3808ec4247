package import Entries

// The merge at the border of a block: it moves to the next entry, but holds it back until `next()` asks, so that whoever
// writes may take the block that begins there as a whole.

extension MergeCursor {
  /// The first entry of a block that comes next and that may be taken over; nil: the next entry is an ordinary one, or there
  /// is none. The index has told that the block may lie before the entries of all other sources; it need not.
  package func nextBlock() throws -> EntryPointer? {
    guard let entry = try hold(), currentCursor.standsAtBlock, let block = currentCursor.feed.current else {
      return nil
    }
    if let other = runnerUp, block.endPrefix > other.state.pointee.decoder.rowPrefix { return nil }
    return entry
  }
}
