import Entries

// A short key for the index, between the last key of a block and the first of the next. Accumulo: `KeyShortener`.
//
//     last "eagle7", next "eagle9"    "eagle8"      they differ by more than one: add one there and cut
//     last "eagle",  next "fox"       "eb"?         no: e and f differ by one, so keep e, then ...
//                                     "e\xff"       ... the first byte after it that is not ff is followed by ff
//     last "e\xff",  next "fox"       "e\xff\x00"   nothing but ff after it: append 00
//     last "cat",    next "catfish"   "cat\x00"     a prefix: append 00
//     last "cat",    next "cat\x00"   none          nothing fits between: the last key itself

enum KeyShortener {
  /// A shorter key that is above `last` and below `next`, or nil when `last` itself has to be used. `last` must not be
  /// above `next`.
  static func shorten(_ last: EntryView, _ next: EntryView) -> Key? {
    let key: Key?
    if last.row.compare(next.row) < 0 {
      key = between(last.row, next.row).map { Key(row: $0, timestamp: 0) }
    } else if last.family.compare(next.family) < 0 {
      key = between(last.family, next.family).map { Key(row: last.row.array, family: $0, timestamp: 0) }
    } else if last.qualifier.compare(next.qualifier) < 0 {
      key = between(last.qualifier, next.qualifier).map {
        Key(row: last.row.array, family: last.family.array, qualifier: $0, timestamp: 0)
      }
    } else {
      return nil
    }
    // Accumulo checks its result and falls back to the last key. The edge cases change the bytes of the index, so we do
    // the same.
    return key.flatMap { last.key < $0 && $0 < next.key ? $0 : nil }
  }

  /// Bytes that sort above `last` and below `next`, or nil.
  static func between(_ last: ByteView, _ next: ByteView) -> [UInt8]? {
    let (a, b) = (last.bytes, next.bytes)
    for i in 0..<min(a.count, b.count) where a[i] != b[i] {
      if Int(b[i]) - Int(a[i]) > 1 { return Array(a[..<i]) + [a[i] + 1] }
      if b[i] > a[i] {
        let cut = a[(i + 1)...].firstIndex { $0 != 0xff } ?? a.count
        return Array(a[..<cut]) + [cut < a.count ? 0xff : 0x00]
      }
    }
    let longer = Array(a) + [0x00]
    return longer.elementsEqual(b) ? nil : longer
  }
}
