import Entries

// Eight bytes of a row as one number, so that most rows are ordered by one comparison. The first eight bytes are enough
// for random rows, but say nothing about rows that begin alike (hosts of URLs, prefixes of tenants). So the word begins
// at an offset:
//
//     offset 4    http://a.example/1     "://a.exa"
//                 http                   00 00 00 00 00 00 00 00: padded with zeros after the end of a row
//
// When all rows share their first `offset` bytes, a smaller word means a smaller row. Equal words decide nothing: a row
// and the same row with a zero byte appended have the same word.

struct RowWord {
  /// Rows must have at least this many bytes.
  private(set) var offset = 0
  private(set) var value: UInt64 = 0

  /// Sets the word of a row at another offset. The row must reach it.
  mutating func set(_ row: ByteView, at offset: Int) {
    self.offset = offset
    value = Self.load(row.start + offset) & ~Self.rest(min(row.count - offset, 8))
  }

  /// The word at the start of a row.
  static func first(of row: ByteView) -> UInt64 { load(row.start) & ~rest(min(row.count, 8)) }

  /// Sets the word of the next row, which has `count` bytes: the first `shared` are those of the previous row, and
  /// `rest` points to the others. False, and the word is invalid, when fewer bytes than the offset are known to be
  /// shared.
  ///
  /// The bytes are loaded from where the row is copied from, because a load that overlaps recent stores waits for them.
  @inline(__always) mutating func update(_ shared: Int, _ count: Int, _ rest: UnsafePointer<UInt8>) -> Bool {
    let kept = shared &- offset
    if kept >= 8 { return true }
    if kept < 0 { return false }
    let fresh = Self.load(rest) &>> UInt64(8 &* kept)
    let word = value & ~Self.rest(kept) | fresh
    let held = count &- offset
    value = held >= 8 ? word : word & ~Self.rest(held)
    return true
  }

  /// Loads eight bytes, big-endian; they must be readable.
  @inline(__always) private static func load(_ start: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(bigEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }

  /// A mask of ones for the bytes from `count` on; `count` is 0 to 8.
  @inline(__always) private static func rest(_ count: Int) -> UInt64 {
    count == 8 ? 0 : ~0 &>> UInt64(8 &* count)
  }
}
