import Entries

// The key before the current one. Code that walks through entries in order needs it for three things, and one
// comparison of each field serves them all:
//
//     last     row1 f q [] 7
//     entry    row2 f q [] 9      shares    row: 3 bytes, the rest: equal
//
//     order    the first field that is not equal decides: byte 3 is larger, so the entry comes after the last key
//     prefix   a relative key stores the number of shared bytes (3) and writes the others
//     memory   only fields that differ are copied when the entry becomes the last one
//
// Unsafe fence: the fields are in padded memory of its own, so a key outlives the cursor that it came from.

/// Compares each entry with the one before it.
///
/// Plain memory for hot paths. Its owner must call `free()`.
struct LastKey {
  /// The last key; its value is meaningless.
  private(set) var view: EntryView
  /// The number of bytes that each field of the current entry shares with that of the last key; -1: equal.
  private(set) var shared = (row: -1, family: -1, qualifier: -1, visibility: -1)

  private var isSet = false
  private var row = PaddedBytes()
  private var family = PaddedBytes()
  private var qualifier = PaddedBytes()
  private var visibility = PaddedBytes()

  init() {
    view = EntryView(
      row: row.empty, family: family.empty, qualifier: qualifier.empty, visibility: visibility.empty, timestamp: 0,
      deleted: false, value: row.empty)
  }

  func free() {
    row.free()
    family.free()
    qualifier.free()
    visibility.free()
  }

  /// Compares an entry with the last key. False when the entry sorts before it; always true without a last key.
  @inline(__always) mutating func match(_ entry: EntryPointer) -> Bool {
    shared.row = view.row.sharedPrefix(padded: entry.pointee.row)
    shared.family = view.family.sharedPrefix(padded: entry.pointee.family)
    shared.qualifier = view.qualifier.sharedPrefix(padded: entry.pointee.qualifier)
    shared.visibility = view.visibility.sharedPrefix(padded: entry.pointee.visibility)
    guard isSet else { return true }
    if shared.row >= 0 { return Self.rises(view.row, entry.pointee.row, shared.row) }
    if shared.family >= 0 { return Self.rises(view.family, entry.pointee.family, shared.family) }
    if shared.qualifier >= 0 { return Self.rises(view.qualifier, entry.pointee.qualifier, shared.qualifier) }
    if shared.visibility >= 0 { return Self.rises(view.visibility, entry.pointee.visibility, shared.visibility) }
    if view.timestamp != entry.pointee.timestamp { return view.timestamp > entry.pointee.timestamp }
    return view.deleted || !entry.pointee.deleted
  }

  /// True when the entry that was just matched has the last key's row and column.
  @inline(__always) var matchesCell: Bool {
    shared.row == -1 && shared.family == -1 && shared.qualifier == -1 && shared.visibility == -1
  }

  /// Makes the key of the entry that was just matched the last key.
  @inline(__always) mutating func remember(_ entry: EntryPointer) {
    if shared.row != -1 { Self.keep(entry.pointee.row, shared.row, in: &row, as: &view.row) }
    if shared.family != -1 { Self.keep(entry.pointee.family, shared.family, in: &family, as: &view.family) }
    if shared.qualifier != -1 {
      Self.keep(entry.pointee.qualifier, shared.qualifier, in: &qualifier, as: &view.qualifier)
    }
    if shared.visibility != -1 {
      Self.keep(entry.pointee.visibility, shared.visibility, in: &visibility, as: &view.visibility)
    }
    view.timestamp = entry.pointee.timestamp
    view.deleted = entry.pointee.deleted
    isSet = true
  }

  @inline(__always) private static func keep(
    _ field: ByteView, _ shared: Int, in memory: inout PaddedBytes, as view: inout ByteView
  ) {
    view = memory.replace(from: shared, by: field.start + shared, count: field.count &- shared)
  }

  @inline(__always) private static func rises(_ last: ByteView, _ next: ByteView, _ shared: Int) -> Bool {
    if shared == next.count { return false }
    return shared == last.count || last.start[shared] < next.start[shared]
  }
}
