import Entries

// Entries in memory, to be sorted. Each is one record in one block of memory:
//
//     timestamp (8) | sizes of row, family, qualifier, visibility, value (4 each) | deleted (4)      the head, 32 bytes
//     row | family | qualifier | visibility | value                                                  the fields
//
// What is sorted are items of 16 bytes: the first eight bytes of the row as a number, which nearly always decide, and where
// the record is. Records lie in the order in which they came, so equal keys keep that order.
//
// Unsafe fence: records are read only where `add` put them.

/// A bounded block of memory for entries.
final class SortBuffer: EntryCursor {
  private struct Item {
    var word: UInt64
    var offset: Int
  }

  private static let headSize = 32
  /// Bytes of an item, and of the room that sorting takes for it.
  private static let itemSize = MemoryLayout<Item>.stride + MemoryLayout<Item>.stride / 2

  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  private var used = 0
  private var items: UnsafeMutablePointer<Item>
  private(set) var count = 0
  /// The next entry to return.
  private var position = 0
  private let view: UnsafeMutablePointer<EntryView>

  /// - Parameter capacity: bytes for records and items together. An entry that is larger is taken all the same, alone.
  init(capacity: Int) {
    self.capacity = max(capacity, 1 << 16)
    memory = .allocate(byteCount: self.capacity, alignment: 8)
    items = .allocate(capacity: Self.mostItems(in: self.capacity))
    view = .allocate(capacity: 1)
  }

  deinit {
    memory.deallocate()
    items.deallocate()
    view.deallocate()
  }

  /// Copies an entry. False when there is no room for it: then sort, take all entries out and empty the buffer.
  func add(_ entry: EntryPointer) -> Bool {
    let entry = entry.pointee
    let size = (Self.headSize + entry.keySize + entry.value.count + 7) & ~7
    if used + size + (count + 1) * Self.itemSize + PaddedBytes.padding > capacity {
      guard count == 0 else { return false }
      grow(to: size + Self.itemSize + PaddedBytes.padding)
    }
    let record = memory + used
    record.storeBytes(of: entry.timestamp, as: Int64.self)
    var end = record + Self.headSize
    let fields = (entry.row, entry.family, entry.qualifier, entry.visibility, entry.value)
    func put(_ field: ByteView, _ number: Int) {
      (record + 8 + 4 * number).storeBytes(of: UInt32(field.count), as: UInt32.self)
      end.copyMemory(from: field.start, byteCount: field.count)
      end += field.count
    }
    put(fields.0, 0)
    put(fields.1, 1)
    put(fields.2, 2)
    put(fields.3, 3)
    put(fields.4, 4)
    (record + 28).storeBytes(of: entry.deleted ? 1 : 0, as: UInt32.self)
    (items + count).initialize(to: Item(word: Self.word(of: entry.row), offset: used))
    used += size
    count += 1
    return true
  }

  /// Sorts what is there, and begins to return it.
  func sort() {
    var sorted = UnsafeMutableBufferPointer(start: items, count: count)
    sorted.sort { a, b in
      if a.word != b.word { return a.word < b.word }
      let order = view(at: a.offset).compareKey(view(at: b.offset))
      return order != 0 ? order < 0 : a.offset < b.offset
    }
    position = 0
  }

  func removeAll() { (used, count, position) = (0, 0, 0) }

  /// The next entry in order, after `sort()`.
  func next() -> EntryPointer? {
    guard position < count else { return nil }
    view.initialize(to: view(at: items[position].offset))
    position += 1
    return EntryPointer(view)
  }

  private func view(at offset: Int) -> EntryView {
    let record = memory + offset
    var start = (record + Self.headSize).assumingMemoryBound(to: UInt8.self)
    func field(_ number: Int) -> ByteView {
      let count = Int((record + 8 + 4 * number).load(as: UInt32.self))
      defer { start += count }
      return ByteView(start: start, count: count)
    }
    return EntryView(
      row: field(0), family: field(1), qualifier: field(2), visibility: field(3),
      timestamp: record.load(as: Int64.self), deleted: (record + 28).load(as: UInt32.self) != 0, value: field(4))
  }

  /// The first eight bytes of a row as a number, zeros behind a shorter one. The row is padded.
  private static func word(of row: ByteView) -> UInt64 {
    let word = UInt64(bigEndian: UnsafeRawPointer(row.start).loadUnaligned(as: UInt64.self))
    return row.count >= 8 ? word : row.count == 0 ? 0 : word & ~(UInt64.max >> UInt64(8 * row.count))
  }

  /// How many entries fit at most: those without a byte in their fields.
  private static func mostItems(in capacity: Int) -> Int { capacity / (headSize + itemSize) + 1 }

  /// Of an empty buffer.
  private func grow(to size: Int) {
    memory.deallocate()
    items.deallocate()
    memory = .allocate(byteCount: size, alignment: 8)
    items = .allocate(capacity: Self.mostItems(in: size))
    capacity = size
  }
}
