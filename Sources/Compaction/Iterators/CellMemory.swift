// The cell that a cursor saw last, kept over the source's next move.
//
// Nearly every entry of a table is the only version of its cell, so this is set and compared once per entry and must
// cost less than the entry's own decoding. Keys are padded (see `EntryView`), so both go by whole words without a call
// to memcpy or memcmp: a 16-byte row is two loads and two stores.

import Entries

/// A copy of row, family, qualifier and visibility. Its owner must call `free()`.
struct CellMemory {
  private var row = Field()
  private var family = Field()
  private var qualifier = Field()
  private var visibility = Field()

  mutating func free() {
    row.free()
    family.free()
    qualifier.free()
    visibility.free()
  }

  @inline(__always) mutating func set(_ entry: EntryPointer) {
    row.set(entry.pointee.row)
    family.set(entry.pointee.family)
    qualifier.set(entry.pointee.qualifier)
    visibility.set(entry.pointee.visibility)
  }

  /// True when the entry is a version of the remembered cell.
  @inline(__always) func isCell(of entry: EntryPointer) -> Bool {
    row.equals(entry.pointee.row) && qualifier.equals(entry.pointee.qualifier)
      && family.equals(entry.pointee.family) && visibility.equals(entry.pointee.visibility)
  }

  private struct Field {
    private var start: UnsafeMutableRawPointer
    private var count = 0
    private var capacity = 48

    /// Bytes beyond the capacity that a copy by words may write.
    private static let padding = 16

    init() {
      start = .allocate(byteCount: capacity + Self.padding, alignment: 16)
      start.initializeMemory(as: UInt8.self, repeating: 0, count: capacity + Self.padding)
    }

    func free() { start.deallocate() }

    @inline(__always) mutating func set(_ bytes: ByteView) {
      if bytes.count > capacity { grow(bytes.count) }
      count = bytes.count
      let source = UnsafeRawPointer(bytes.start)
      var i = 0
      while i < count {
        start.storeBytes(of: source.loadUnaligned(fromByteOffset: i, as: UInt64.self), toByteOffset: i, as: UInt64.self)
        i += 8
      }
    }

    @inline(__always) func equals(_ bytes: ByteView) -> Bool {
      guard count == bytes.count else { return false }
      let other = UnsafeRawPointer(bytes.start)
      var i = 0
      while i + 8 <= count {
        let a = start.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        if a != other.loadUnaligned(fromByteOffset: i, as: UInt64.self) { return false }
        i += 8
      }
      if i == count { return true }
      let a = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      let b = UInt64(littleEndian: other.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      return (a ^ b) << UInt64(64 - 8 * (count - i)) == 0
    }

    @inline(never) private mutating func grow(_ count: Int) {
      start.deallocate()
      capacity = max(count, capacity * 2)
      start = .allocate(byteCount: capacity + Self.padding, alignment: 16)
      start.initializeMemory(as: UInt8.self, repeating: 0, count: capacity + Self.padding)
    }
  }
}
