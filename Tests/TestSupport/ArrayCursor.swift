public import Entries

/// The entries of an array, one after the other, in memory that is reused as a real reader's is: what was given before
/// is overwritten by the next entry, so a cursor on top that keeps a stale pointer shows it.
public final class ArrayCursor: EntryCursor {
  private let entries: [Entry]
  private let buffer = EntryBuffer()
  private var position = 0

  public init(_ entries: [Entry]) { self.entries = entries }

  public func next() throws -> EntryPointer? {
    guard position < entries.count else {
      buffer.copy(Self.stale)
      return nil
    }
    buffer.copy(entries[position])
    position += 1
    return EntryPointer(buffer.view)
  }

  private static let stale = Entry(
    key: Key(
      row: Array("stale".utf8), family: Array("stale".utf8), qualifier: Array("stale".utf8),
      visibility: Array("stale".utf8), timestamp: -1),
    value: Array("stale".utf8))
}

/// All that is left in the cursor; asks once more after the end, which must again be the end.
public func collect(_ cursor: any EntryCursor) throws -> [Entry] {
  var entries: [Entry] = []
  while let entry = try cursor.next() { entries.append(entry.pointee.entry) }
  if try cursor.next() != nil { throw ReturnedAfterTheEnd() }
  return entries
}

struct ReturnedAfterTheEnd: Error {}
