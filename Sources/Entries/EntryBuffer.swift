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
    let none = ByteView(start: fields[0].start, count: 0)
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
    view.pointee.row = fields[0].set(entry.row)
    view.pointee.family = fields[1].set(entry.family)
    view.pointee.qualifier = fields[2].set(entry.qualifier)
    view.pointee.visibility = fields[3].set(entry.visibility)
    view.pointee.timestamp = entry.timestamp
    view.pointee.deleted = entry.deleted
    view.pointee.value.count = 0
  }

  /// Copies the value, leaving the key as it is.
  package func copyValue(_ value: ByteView) { view.pointee.value = fields[4].set(value) }

  package func copy(_ entry: EntryView) {
    copyKey(entry)
    copyValue(entry.value)
  }

  package func copy(_ entry: Entry) {
    view.pointee.row = fields[0].set(entry.key.row)
    view.pointee.family = fields[1].set(entry.key.family)
    view.pointee.qualifier = fields[2].set(entry.key.qualifier)
    view.pointee.visibility = fields[3].set(entry.key.visibility)
    view.pointee.timestamp = entry.key.timestamp
    view.pointee.deleted = entry.key.deleted
    setValue(entry.value)
  }

  func setValue(_ value: [UInt8]) { view.pointee.value = fields[4].set(value) }
}

/// Growing memory with 16 readable bytes after the end.
struct PaddedBytes {
  private(set) var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int

  init() {
    capacity = 64
    start = .allocate(capacity: capacity + 16)
    start.initialize(repeating: 0, count: capacity + 16)
  }

  func free() { start.deallocate() }

  mutating func set(_ bytes: ByteView) -> ByteView {
    reserve(bytes.count)
    start.update(from: bytes.start, count: bytes.count)
    return ByteView(start: start, count: bytes.count)
  }

  mutating func set(_ bytes: [UInt8]) -> ByteView {
    bytes.withUnsafeBufferPointer { buffer in
      reserve(buffer.count)
      if let source = buffer.baseAddress { start.update(from: source, count: buffer.count) }
      return ByteView(start: start, count: buffer.count)
    }
  }

  /// Makes room for `count` bytes. Growing discards the contents.
  private mutating func reserve(_ count: Int) {
    guard count > capacity else { return }
    start.deallocate()
    capacity = max(count, capacity * 2)
    start = .allocate(capacity: capacity + 16)
    start.initialize(repeating: 0, count: capacity + 16)
  }
}
