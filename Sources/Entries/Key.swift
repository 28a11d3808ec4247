/// The key of an entry: where it is in a table, and when it was written.
///
/// Keys sort as `org.apache.accumulo.core.data.Key` compares them: by row, family, qualifier and visibility as unsigned
/// bytes (a prefix first), then by timestamp (the newest first), then a delete marker before an entry.
package struct Key: Hashable, Sendable {
  package var row: [UInt8]
  package var family: [UInt8]
  package var qualifier: [UInt8]
  package var visibility: [UInt8]
  /// Milliseconds since 1970 by convention; in fact any 64 bits.
  package var timestamp: Int64
  /// True for a delete marker, which hides all entries of the same row and column that are not newer.
  package var deleted: Bool

  package init(
    row: [UInt8], family: [UInt8] = [], qualifier: [UInt8] = [], visibility: [UInt8] = [], timestamp: Int64 = .max,
    deleted: Bool = false
  ) {
    self.row = row
    self.family = family
    self.qualifier = qualifier
    self.visibility = visibility
    self.timestamp = timestamp
    self.deleted = deleted
  }

  /// Bytes in the four fields: what Accumulo calls the size of a key.
  package var size: Int { row.count + family.count + qualifier.count + visibility.count }
}

extension Key: Comparable {
  package static func < (a: Key, b: Key) -> Bool {
    for (x, y) in [(a.row, b.row), (a.family, b.family), (a.qualifier, b.qualifier), (a.visibility, b.visibility)]
    where x != y {
      return x.lexicographicallyPrecedes(y)
    }
    if a.timestamp != b.timestamp { return a.timestamp > b.timestamp }
    return a.deleted && !b.deleted
  }
}

/// A key and its value.
package struct Entry: Hashable, Sendable {
  package var key: Key
  package var value: [UInt8]

  package init(key: Key, value: [UInt8] = []) {
    self.key = key
    self.value = value
  }
}
