import Entries

// The cell that a cursor saw last, kept across the source's next move.
//
// Nearly every entry of a table is the only version of its cell, so this is set and compared once per entry. It must
// cost less than decoding the entry; see `PaddedBytes`.

/// A copy of row, family, qualifier and visibility. Its owner must call `free()`.
struct CellMemory {
  private var row = Field()
  private var family = Field()
  private var qualifier = Field()
  private var visibility = Field()

  func free() {
    row.memory.free()
    family.memory.free()
    qualifier.memory.free()
    visibility.memory.free()
  }

  @inline(__always) mutating func set(_ entry: EntryPointer) {
    row.set(entry.pointee.row)
    family.set(entry.pointee.family)
    qualifier.set(entry.pointee.qualifier)
    visibility.set(entry.pointee.visibility)
  }

  /// True when the entry is a version of the remembered cell.
  @inline(__always) func isCell(of entry: EntryPointer) -> Bool {
    row.bytes.equals(padded: entry.pointee.row) && qualifier.bytes.equals(padded: entry.pointee.qualifier)
      && family.bytes.equals(padded: entry.pointee.family) && visibility.bytes.equals(padded: entry.pointee.visibility)
  }

  private struct Field {
    var memory: PaddedBytes
    var bytes: ByteView

    init() {
      memory = PaddedBytes()
      bytes = memory.empty
    }

    @inline(__always) mutating func set(_ field: ByteView) { bytes = memory.copy(padded: field) }
  }
}
