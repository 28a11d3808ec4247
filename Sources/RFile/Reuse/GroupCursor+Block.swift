import BlockFile
import Entries

extension GroupCursor {
  /// Keeps the bytes of blocks as they lie in the file, so that a block with a raw size (bytes) in this range may be taken
  /// over as a whole. To be called before the cursor moves.
  package func keepBlocks(ofSize sizes: ClosedRange<Int>) { feed.keep(sizes) }

  /// True at the first entry of a block that may be taken over.
  @inline(__always) var standsAtBlock: Bool { state.pointee.remaining == state.pointee.remainingAtStart }

  /// Moves to the last entry of the block whose first entry the cursor stands at, if the block passes; else stays.
  func passBlock(
    _ examiner: BlockExaminer, _ rules: BlockRules, before other: EntryPointer?, countsFamilies: Bool,
    takes: ((ByteView) -> Bool)?
  ) throws -> Bool {
    let decoder = UnsafeMutableRawPointer(state).advanced(by: MemoryLayout<State>.offset(of: \State.decoder)!)
      .assumingMemoryBound(to: RelativeKeyDecoder.self)
    let remaining = state.pointee.remaining
    // Damage is told of when the entries are read one by one.
    let passes = try? examiner.examine(
      decoder, view, remaining: remaining, rules, before: other, countsFamilies: countsFamilies, takes: takes)
    guard passes == true else {
      decoder.pointee.begin(feed.buffer.start, count: feed.buffer.count)
      do { try decoder.pointee.decode() } catch { throw feed.located(error) }
      // It has been looked at.
      state.pointee.remainingAtStart = -1
      return false
    }
    state.pointee.remaining = 0
    return true
  }
}
