/// The key of an entry: where it is in a table, and when it was written.
///
/// Order, as `org.apache.accumulo.core.data.Key` compares: row, family, qualifier, visibility as unsigned bytes (a
/// prefix first), then the newest timestamp first, then a delete marker before an entry.
public struct Key: Hashable, Sendable {
  public var row: [UInt8]
  public var family: [UInt8]
  public var qualifier: [UInt8]
  public var visibility: [UInt8]
  /// Milliseconds since 1970 by convention; any 64 bits in fact.
  public var timestamp: Int64
  /// True for a delete marker: it hides all entries of the same row and column that are not newer.
  public var deleted: Bool

  public init(
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
  public var size: Int { row.count + family.count + qualifier.count + visibility.count }
}

extension Key: Comparable {
  public static func < (a: Key, b: Key) -> Bool {
    for (x, y) in [(a.row, b.row), (a.family, b.family), (a.qualifier, b.qualifier), (a.visibility, b.visibility)]
    where x != y {
      return x.lexicographicallyPrecedes(y)
    }
    if a.timestamp != b.timestamp { return a.timestamp > b.timestamp }
    return a.deleted && !b.deleted
  }
}

/// A key and its value.
public struct Entry: Hashable, Sendable {
  public var key: Key
  public var value: [UInt8]

  public init(key: Key, value: [UInt8] = []) {
    self.key = key
    self.value = value
  }
}
