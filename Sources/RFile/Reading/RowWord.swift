import Entries

// Eight bytes of a row as one number, so that most rows are ordered by one comparison. The first eight do for random rows
// and tell nothing of rows that begin alike (hosts of URLs, prefixes of tenants), so the word begins at an offset:
//
//     offset 4    http://a.example/1     "://a.exa"
//                 http                   00 00 00 00 00 00 00 00: zeros stand behind the end of a row
//
// When all rows begin with the same `offset` bytes, a smaller word is a smaller row. Equal words tell nothing: a row and
// the same row with a zero more have the same.

struct RowWord {
  /// Rows of at least this many bytes only.
  private(set) var offset = 0
  private(set) var value: UInt64 = 0

  /// The word of a row at another offset; the row is not shorter.
  mutating func set(_ row: ByteView, at offset: Int) {
    self.offset = offset
    value = Self.load(row.start + offset) & ~Self.rest(min(row.count - offset, 8))
  }

  /// The word at the start of a row.
  static func first(of row: ByteView) -> UInt64 { load(row.start) & ~rest(min(row.count, 8)) }

  /// The word of the next row: it has `count` bytes, the first `shared` are those of the row before, `rest` points to the
  /// bytes after these. False, and the word is worth nothing, when fewer bytes than the offset are known to be the same.
  ///
  /// The bytes are taken from where the row is copied from: a load that crosses stores of a moment ago waits for them.
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

  /// Eight bytes, big-endian; there are as many to be read.
  @inline(__always) private static func load(_ start: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(bigEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }

  /// Ones for the bytes from `count` on; `count` is 0 to 8.
  @inline(__always) private static func rest(_ count: Int) -> UInt64 {
    count == 8 ? 0 : ~0 &>> UInt64(8 &* count)
  }
}
