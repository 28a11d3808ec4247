package import Entries

/// The entries of an array, one after the other, in memory as unfriendly as a reader's can be: each entry is at another
/// place, is overwritten when the next one is requested, and has different garbage in its padding.
package final class ArrayCursor: EntryCursor {
  private let entries: [Entry]
  private let view: UnsafeMutablePointer<EntryView>
  private var memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0)
  private var position = 0
  private var garbage = SplitMix64(seed: 1)

  package init(_ entries: [Entry]) {
    self.entries = entries
    view = .allocate(capacity: 1)
    let none = ByteView(start: UnsafePointer(memory.baseAddress!), count: 0)
    view.initialize(
      to: EntryView(
        row: none, family: none, qualifier: none, visibility: none, timestamp: 0, deleted: false, value: none))
  }

  deinit {
    memory.deallocate()
    view.deallocate()
  }

  package func next() throws -> EntryPointer? {
    memory.update(repeating: 0xee)
    view.pointee.timestamp = -1
    guard position < entries.count else { return nil }
    let key = entries[position].key
    let fields = [key.row, key.family, key.qualifier, key.visibility]
    let size = key.size + fields.count * 16 + entries[position].value.count
    let next = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    next.initialize(repeating: UInt8(truncatingIfNeeded: garbage.next()))
    memory.deallocate()
    memory = next

    var offset = 0
    func place(_ bytes: [UInt8], padding: Int) -> ByteView {
      let start = next.baseAddress! + offset
      start.update(from: bytes, count: bytes.count)
      offset += bytes.count + padding
      return ByteView(start: start, count: bytes.count)
    }
    view.pointee.row = place(key.row, padding: 16)
    view.pointee.family = place(key.family, padding: 16)
    view.pointee.qualifier = place(key.qualifier, padding: 16)
    view.pointee.visibility = place(key.visibility, padding: 16)
    view.pointee.timestamp = key.timestamp
    view.pointee.deleted = key.deleted
    view.pointee.value = place(entries[position].value, padding: 0)
    position += 1
    return EntryPointer(view)
  }
}

/// All remaining entries of the cursor. Asks once more after the end, which must still be the end.
package func collect(_ cursor: any EntryCursor) throws -> [Entry] {
  var entries: [Entry] = []
  while let entry = try cursor.next() { entries.append(entry.pointee.entry) }
  if try cursor.next() != nil { throw ReturnedAfterTheEnd() }
  return entries
}

struct ReturnedAfterTheEnd: Error {}
