import BlockFile
import Entries

// How a cursor finds, passes and offers a whole block.

extension GroupCursor {
  /// Keeps the stored bytes of blocks of a suitable size, so that they can be taken over. Call this before the cursor
  /// moves. The codec must be the file's.
  func keepBlocks(_ reusable: ReusableBlocks) { feed.keep(reusable.sizes) }

  /// True at the first entry of a block that can be taken over.
  @inline(__always) var standsAtBlock: Bool { state.pointee.remaining == state.pointee.remainingAtStart }

  /// Inflated bytes of the current block.
  var rawBlockSize: Int { feed.buffer.count }

  /// No row of the current block begins with a larger prefix; see `DataBlock`.
  var blockEndPrefix: UInt64? { feed.current?.endPrefix }

  /// From the first entry of a block, moves to its last entry and offers the block, if every entry passes. Otherwise
  /// returns nil, and the cursor stays.
  func passBlock(
    _ examiner: BlockExaminer, _ families: FamilyRules, before other: EntryPointer?
  ) throws -> WholeBlock? {
    guard let stored = feed.stored else { return nil }
    let decoder = UnsafeMutableRawPointer(state).advanced(by: MemoryLayout<State>.offset(of: \State.decoder)!)
      .assumingMemoryBound(to: RelativeKeyDecoder.self)
    let remaining = state.pointee.remaining
    // Damage is reported when the entries are read one by one.
    let passes = try? examiner.examine(decoder, view, remaining: remaining, families, before: other)
    guard passes == true else {
      decoder.pointee.beginAgain(feed.buffer.start, count: feed.buffer.count)
      do { try decoder.pointee.decode() } catch { throw feed.located(error) }
      // Do not examine this block again.
      state.pointee.remainingAtStart = -1
      return nil
    }
    state.pointee.remaining = 0
    return WholeBlock(
      stored: stored, raw: feed.buffer, entryCount: remaining + 1, first: EntryPointer(examiner.first.view),
      last: view, versions: examiner.versions, families: examiner.families, sum: examiner.sum)
  }
}
