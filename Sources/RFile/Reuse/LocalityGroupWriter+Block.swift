import BlockFile
import Entries

// Blocks that are taken over as they are. Such a block needs a border before it, so the block at hand is cut short there:
// only when the two together are as large as a block should be, so that no more than half of the blocks are short.
//
// The key of a block in the index lies between its last key and the next one. So a block that was taken over waits for the
// next entry, like any other.

extension LocalityGroupWriter {
  /// Whether the block at hand may end here, before one of so many raw bytes.
  func hasRoom(forBlockOf rawSize: Int) -> Bool {
    state.pointee.entriesInBlock == 0 || block.count + rawSize >= sizes.block
  }

  /// Which families a block may have, at this moment.
  var familyRules: FamilyRules {
    FamilyRules(
      takes: name != nil
        ? { self.families.find($0) != nil } : taken.count > 0 ? { self.taken.find($0) == nil } : nil,
      counts: state.pointee.countsFamilies)
  }

  /// Takes over a block that has room here and keeps the family rules.
  func append(_ whole: WholeBlock) throws {
    guard state.pointee.last.match(whole.first) else { throw outOfOrder(whole.first) }
    if state.pointee.entriesInBlock > 0 {
      try endBlock(indexKey(before: whole.first), isLast: false)
    } else {
      try beginBlock(at: whole.first)
    }
    if state.pointee.countsFamilies { add(whole.families) }
    _ = state.pointee.last.match(whole.last)
    state.pointee.last.remember(whole.last)
    state.pointee.entries += Int64(whole.entryCount)
    blocksReused += 1
    waitingBytes.swap(with: whole.stored)
    waiting = WaitingBlock(rawSize: whole.rawSize, entryCount: whole.entryCount)
  }

  /// At the first entry of a block: the block before it, if it was taken over, gets its key in the index.
  func beginBlock(at entry: EntryPointer) throws {
    if state.pointee.entries == 0 { firstKey = entry.pointee.key }
    if waiting != nil { try endWaiting(indexKey(before: entry), isLast: false) }
  }

  /// Of the block that ends before an entry.
  private func indexKey(before entry: EntryPointer) -> Key {
    let last = state.pointee.last.view
    return KeyShortener.shorten(last, entry.pointee) ?? last.key
  }

  /// Writes the block that waits, if there is one.
  func endWaiting(_ key: Key, isLast: Bool) throws {
    guard let waiting else { return }
    self.waiting = nil
    try file.add(stored: waitingBytes, rawSize: waiting.rawSize) { [unowned index] in
      try index.add(key, entryCount: waiting.entryCount, region: $0, isLast: isLast)
    }
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

/// A block that was taken over and waits for the entry after it; its bytes wait beside it.
struct WaitingBlock {
  var rawSize: Int
  var entryCount: Int
}
