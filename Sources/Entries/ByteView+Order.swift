public import Glibc

// Comparisons of borrowed bytes and keys, in Accumulo's order.

extension ByteView {
  /// Negative, zero or positive as `self` sorts before, equal to or after `other`: unsigned bytes, a prefix first.
  @inlinable @inline(__always) public func compare(_ other: ByteView) -> Int {
    let order = memcmp(start, other.start, Swift.min(count, other.count))
    return order != 0 ? Int(order) : count - other.count
  }

  @inlinable @inline(__always) public func equals(_ other: ByteView) -> Bool {
    count == other.count && memcmp(start, other.start, count) == 0
  }

  /// Compares with an owned array.
  @inlinable public func compare(_ other: [UInt8]) -> Int {
    other.withUnsafeBufferPointer { buffer in
      let order = buffer.isEmpty || count == 0 ? 0 : memcmp(start, buffer.baseAddress!, Swift.min(count, buffer.count))
      return order != 0 ? Int(order) : count - buffer.count
    }
  }

  @inlinable public func equals(_ other: [UInt8]) -> Bool { count == other.count && compare(other) == 0 }
}

extension EntryView {
  /// True when row, family, qualifier and visibility are equal: the two entries are versions of one cell.
  @inlinable public func isSameColumn(as other: EntryView) -> Bool {
    // Compares from the back, because neighbours in a sorted stream differ late.
    visibility.equals(other.visibility) && qualifier.equals(other.qualifier) && family.equals(other.family)
      && row.equals(other.row)
  }

  /// True when keys and values are equal.
  @inlinable @inline(__always) public func equals(_ other: EntryView) -> Bool {
    row.equals(padded: other.row) && timestamp == other.timestamp && family.equals(padded: other.family)
      && qualifier.equals(padded: other.qualifier) && visibility.equals(padded: other.visibility)
      && deleted == other.deleted && value.equals(other.value)
  }

  /// The order of the whole keys (see `Key`).
  @inlinable public func compareKey(_ other: EntryView) -> Int {
    var order = row.compare(other.row)
    if order != 0 { return order }
    order = family.compare(other.family)
    if order != 0 { return order }
    order = qualifier.compare(other.qualifier)
    if order != 0 { return order }
    order = visibility.compare(other.visibility)
    if order != 0 { return order }
    if timestamp != other.timestamp { return timestamp > other.timestamp ? -1 : 1 }
    if deleted != other.deleted { return deleted ? -1 : 1 }
    return 0
  }
}
