import BlockFile
package import Entries

// Blocks that are taken over as they are. Such a block needs a border before it, so the block at hand is cut short there:
// only when the two together are as large as a block should be, so that no more than half of the blocks are short.
//
// The key of a block in the index lies between its last key and the next one. So a block that was taken over waits for the
// next entry, like any other.

/// A block of an input that became one of the output.
package struct ReusedBlock {
  package var entryCount: Int
  /// Valid until the merge moves.
  package var last: EntryPointer
  /// How many entries at the end of the block are of the last one's cell.
  package var versions: Int
}

extension LocalityGroupWriter {
  /// Takes over the block that a cursor stands at, and moves the cursor to its last entry; nil: the block does not pass, or
  /// does not fit here, and the cursor stays.
  func takeBlock(of cursor: GroupCursor, _ rules: BlockRules, before other: EntryPointer?) throws -> ReusedBlock? {
    guard state.pointee.entriesInBlock == 0 || block.count + cursor.feed.buffer.count >= sizes.block else { return nil }
    let count = cursor.state.pointee.remaining + 1
    let takes: ((ByteView) -> Bool)? =
      name != nil ? { self.families.find($0) != nil } : taken.count > 0 ? { self.taken.find($0) == nil } : nil
    let counts = state.pointee.countsFamilies
    guard try cursor.passBlock(examiner, rules, before: other, countsFamilies: counts, takes: takes) else { return nil }

    guard state.pointee.last.match(examiner.first.view) else { throw outOfOrder(examiner.first.view) }
    if state.pointee.entriesInBlock > 0 {
      try endBlock(indexKey(before: EntryPointer(examiner.first.view)), isLast: false)
    } else {
      try beginBlock(at: EntryPointer(examiner.first.view))
    }
    if counts { add(examiner.families) }
    _ = state.pointee.last.match(cursor.view)
    state.pointee.last.remember(cursor.view)
    state.pointee.entries += Int64(count)
    blocksReused += 1
    let stored = reused?.stored ?? BlockBuffer()
    cursor.feed.moveStored(to: stored)
    reused = WaitingBlock(stored: stored, rawSize: cursor.feed.buffer.count, entryCount: count)
    return ReusedBlock(entryCount: count, last: cursor.view, versions: examiner.versions)
  }

  /// At the first entry of a block: the block before it, if it was taken over, gets its key in the index.
  func beginBlock(at entry: EntryPointer) throws {
    if state.pointee.entries == 0 { firstKey = entry.pointee.key }
    if reused?.entryCount ?? 0 > 0 { try endReused(indexKey(before: entry), isLast: false) }
  }

  /// Of the block that ends before an entry.
  private func indexKey(before entry: EntryPointer) -> Key {
    let last = state.pointee.last.view
    return KeyShortener.shorten(last, entry.pointee) ?? last.key
  }

  func endReused(_ key: Key, isLast: Bool) throws {
    guard let waiting = reused, waiting.entryCount > 0 else { return }
    try file.add(stored: waiting.stored, rawSize: waiting.rawSize) { [unowned index] in
      try index.add(key, entryCount: waiting.entryCount, region: $0, isLast: isLast)
    }
    reused?.entryCount = 0
  }

  private func add(_ counted: FamilyTable) {
    counted.forEachCounted { family, count in
      guard state.pointee.countsFamilies else { return }
      if let index = families.find(family) {
        families.add(count, to: index)
      } else if families.count > Self.maxFamilies {
        stopCounting()
      } else {
        families.add(count, to: families.insert(family))
      }
    }
  }
}

/// A block that was taken over and waits for the next entry; none when it has no entries.
struct WaitingBlock {
  var stored: BlockBuffer
  var rawSize: Int
  var entryCount: Int
}
