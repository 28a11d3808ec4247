import BlockFile
package import Entries

// Reads the entries of one locality group in a range: walker -> blocks -> entries.
//
// Everything that changes per entry is in `State`, plain memory behind a pointer. The class owns it and makes it an
// `EntryCursor`; the merge uses the pointer.

/// The entries of one locality group of one file, in order.
package final class GroupCursor: EntryCursor {
  struct State {
    var decoder = RelativeKeyDecoder()
    /// Entries left in the block.
    var remaining = 0
    /// The value of `remaining` at the first entry of a block that can be taken over whole; otherwise -1.
    var remainingAtStart = -1
    /// True when the block can contain rows past the end of the range.
    var checksEnd = false
    var isAtEnd = false
    /// Entries decoded so far.
    var entriesRead: Int64 = 0
  }

  let state: UnsafeMutablePointer<State>
  /// The entry that `advance` moved to, in the state.
  let view: EntryPointer
  let feed: BlockFeed

  /// Every block of the group is read.
  private let isWhole: Bool

  let groupName: String?

  init(_ feed: BlockFeed, start: Key?, of group: LocalityGroup) throws {
    self.feed = feed
    groupName = group.name
    isWhole = start == nil && feed.endRow == nil
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    let offset = MemoryLayout<State>.offset(of: \State.decoder.view)!
    view = UnsafePointer(UnsafeMutableRawPointer(state).advanced(by: offset).assumingMemoryBound(to: EntryView.self))
    skipTarget = start
    state.pointee.decoder.tally = group.families.map { FamilyTally($0) }
  }

  /// The key to start at; nil once it was reached.
  private var skipTarget: Key?

  deinit {
    state.pointee.decoder.free()
    state.deallocate()
  }

  /// Entries decoded so far, including those before the start of the range in its first block.
  package var entriesRead: Int64 { state.pointee.entriesRead }

  package func next() throws -> EntryPointer? { try advance() ? view : nil }

  /// Moves to the next entry; false after the last.
  @inline(__always) func advance() throws -> Bool {
    if state.pointee.remaining == 0 || state.pointee.checksEnd { return try advanceSlowly() }
    state.pointee.remaining -= 1
    do {
      try state.pointee.decoder.decode()
    } catch {
      throw feed.located(error)
    }
    return true
  }

  /// For the rare cases: a new block, and blocks in which the range can end.
  @inline(never) private func advanceSlowly() throws -> Bool {
    if skipTarget != nil { return try skipToStart() }
    while state.pointee.remaining == 0 {
      guard !state.pointee.isAtEnd, try nextBlock() else { return false }
    }
    return try step()
  }

  private func step() throws -> Bool {
    state.pointee.remaining -= 1
    do {
      try state.pointee.decoder.decode()
    } catch {
      throw feed.located(error)
    }
    if state.pointee.checksEnd, let endRow = feed.endRow, state.pointee.decoder.view.row.compare(endRow) > 0 {
      try judgeBlock()
      return finish()
    }
    return true
  }

  private func finish() -> Bool {
    state.pointee.isAtEnd = true
    state.pointee.remaining = 0
    state.pointee.checksEnd = false
    feed.release()
    return false
  }

  private func nextBlock() throws -> Bool {
    guard state.pointee.decoder.isAtEnd else {
      throw feed.located(
        DecodeError(
          at: state.pointee.decoder.offset, expected: "the end of the block after the entries that the index counts",
          found: "more bytes"))
    }
    try judgeBlock()
    guard let block = try feed.next() else {
      try judgeGroup(isWhole: isWhole)
      return finish()
    }
    state.pointee.decoder.begin(feed.buffer.start, count: feed.buffer.count)
    state.pointee.remaining = block.entryCount
    state.pointee.entriesRead += Int64(block.entryCount)
    state.pointee.remainingAtStart = feed.keepsCurrent && block.entryCount > 0 ? block.entryCount - 1 : -1
    state.pointee.checksEnd = block.mayPassEnd
    return true
  }

  /// Skips the keys before the start of the range; the first blocks can contain some.
  private func skipToStart() throws -> Bool {
    guard let start = skipTarget else { return try advanceSlowly() }
    skipTarget = nil
    let target = EntryBuffer()
    target.copy(Entry(key: start))
    while try advanceSlowly() {
      if state.pointee.decoder.view.compareKey(target.view.pointee) >= 0 { return true }
    }
    return false
  }
}
