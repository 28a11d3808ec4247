// An owned copy of an entry, in memory that is reused. It holds what must outlive the cursor's next move (the last key
// of a version filter, the key of a combiner) without an allocation per entry.

/// Owns the bytes of one entry. `view` stays at one address for the life of the buffer.
package final class EntryBuffer {
  /// The entry copied last.
  package let view: UnsafeMutablePointer<EntryView>

  private let fields: UnsafeMutablePointer<PaddedBytes>  // row, family, qualifier, visibility, value

  package init() {
    fields = .allocate(capacity: 5)
    for i in 0..<5 { (fields + i).initialize(to: PaddedBytes()) }
    let none = fields[0].empty
    view = .allocate(capacity: 1)
    view.initialize(
      to: EntryView(
        row: none, family: none, qualifier: none, visibility: none, timestamp: 0, deleted: false, value: none))
  }

  deinit {
    for i in 0..<5 { fields[i].free() }
    fields.deallocate()
    view.deallocate()
  }

  /// Copies the key; the value becomes empty.
  package func copyKey(_ entry: EntryView) {
    view.pointee.row = fields[0].copy(padded: entry.row)
    view.pointee.family = fields[1].copy(padded: entry.family)
    view.pointee.qualifier = fields[2].copy(padded: entry.qualifier)
    view.pointee.visibility = fields[3].copy(padded: entry.visibility)
    view.pointee.timestamp = entry.timestamp
    view.pointee.deleted = entry.deleted
    view.pointee.value.count = 0
  }

  /// Copies the value, leaving the key as it is.
  package func copyValue(_ value: ByteView) { view.pointee.value = fields[4].copy(value) }

  package func copy(_ entry: EntryView) {
    copyKey(entry)
    copyValue(entry.value)
  }

  package func copy(_ entry: Entry) {
    view.pointee.row = fields[0].copy(entry.key.row)
    view.pointee.family = fields[1].copy(entry.key.family)
    view.pointee.qualifier = fields[2].copy(entry.key.qualifier)
    view.pointee.visibility = fields[3].copy(entry.key.visibility)
    view.pointee.timestamp = entry.key.timestamp
    view.pointee.deleted = entry.key.deleted
    setValue(entry.value)
  }

  func setValue(_ value: [UInt8]) { view.pointee.value = fields[4].copy(value) }
}
