import BlockFile
import Entries

// Where a whole block begins, passes, and is offered.

extension GroupCursor {
  /// Keeps the bytes of blocks as they lie in the file, so that a block of a fitting size may be taken over as a whole. To be
  /// called before the cursor moves; the codec must be the file's.
  func keepBlocks(_ reusable: ReusableBlocks) { feed.keep(reusable.sizes) }

  /// True at the first entry of a block that may be taken over.
  @inline(__always) var standsAtBlock: Bool { state.pointee.remaining == state.pointee.remainingAtStart }

  /// Bytes of the current block, inflated.
  var rawBlockSize: Int { feed.buffer.count }

  /// No row of the current block begins with more than this: see `DataBlock`.
  var blockEndPrefix: UInt64? { feed.current?.endPrefix }

  /// Moves to the last entry of the block whose first entry the cursor stands at and offers the block, if every entry
  /// passes; else nil, and the cursor stays.
  func passBlock(
    _ examiner: BlockExaminer, _ families: FamilyRules, before other: EntryPointer?
  ) throws -> WholeBlock? {
    guard let stored = feed.stored else { return nil }
    let decoder = UnsafeMutableRawPointer(state).advanced(by: MemoryLayout<State>.offset(of: \State.decoder)!)
      .assumingMemoryBound(to: RelativeKeyDecoder.self)
    let remaining = state.pointee.remaining
    // Damage is told of when the entries are read one by one.
    let passes = try? examiner.examine(decoder, view, remaining: remaining, families, before: other)
    guard passes == true else {
      decoder.pointee.beginAgain(feed.buffer.start, count: feed.buffer.count)
      do { try decoder.pointee.decode() } catch { throw feed.located(error) }
      // It has been looked at.
      state.pointee.remainingAtStart = -1
      return nil
    }
    state.pointee.remaining = 0
    return WholeBlock(
      stored: stored, rawSize: rawBlockSize, entryCount: remaining + 1, first: EntryPointer(examiner.first.view),
      last: view, versions: examiner.versions, families: examiner.families, sum: examiner.sum)
  }
}
