import BlockFile
import Entries

// Takes over whole blocks as they are. Such a block needs a border before it, so the current block is cut short there.
// This is done only when the two together are as large as a block should be, which keeps at least half of the blocks
// from being short.
//
// The index key of a block is between its last key and the next key. So a block that was taken over waits for the next
// entry, like any other.

extension LocalityGroupWriter {
  /// Whether the current block can end here, before one of `rawSize` raw bytes.
  func hasRoom(forBlockOf rawSize: Int) -> Bool {
    state.pointee.entriesInBlock == 0 || block.count + rawSize >= sizes.block
  }

  /// What the group currently requires of the families in a block.
  var familyRules: FamilyRules {
    FamilyRules(
      takes: name != nil
        ? { self.families.find($0) != nil } : taken.count > 0 ? { self.taken.find($0) == nil } : nil,
      counts: state.pointee.countsFamilies)
  }

  /// Takes over a block. `hasRoom(forBlockOf:)` must be true for it, and it must obey `familyRules`.
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

  /// Called at the first entry of a block. If the previous block was taken over, it gets its index key now.
  func beginBlock(at entry: EntryPointer) throws {
    if state.pointee.entries == 0 { firstKey = entry.pointee.key }
    if waiting != nil { try endWaiting(indexKey(before: entry), isLast: false) }
  }

  /// The index key of the block that ends before an entry.
  private func indexKey(before entry: EntryPointer) -> Key {
    let last = state.pointee.last.view
    return KeyShortener.shorten(last, entry.pointee) ?? last.key
  }

  /// Writes the waiting block, if any.
  func endWaiting(_ key: Key, isLast: Bool) throws {
    guard let waiting else { return }
    self.waiting = nil
    try file.add(stored: waitingBytes, rawSize: waiting.rawSize) { [unowned self] in
      try note(WrittenBlock(region: $0, entryCount: waiting.entryCount, isCopied: true), key, isLast: isLast)
    }
    try sample?.groupEndedBlock()
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

/// A block that was taken over and waits for the entry after it. Its bytes are kept separately.
struct WaitingBlock {
  var rawSize: Int
  var entryCount: Int
}
