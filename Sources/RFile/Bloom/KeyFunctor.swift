package import Entries

// Which bytes of a key a filter is asked for: its first one, two or three fields, one behind the other without anything
// between them. Accumulo: `RowFunctor`, `ColumnFamilyFunctor`, `ColumnQualifierFunctor`.

/// How keys become keys of a filter. The raw value is the number of fields.
package enum KeyFunctor: Int, Sendable, CaseIterable {
  case row = 1
  case columnFamily
  case columnQualifier

  private static let package = "org.apache.accumulo.core.file.keyfunctor."

  /// Nil for a class that is not built in.
  package init?(className: String) {
    guard let functor = Self.allCases.first(where: { $0.className == className }) else { return nil }
    self = functor
  }

  package var className: String {
    switch self {
    case .row: Self.package + "RowFunctor"
    case .columnFamily: Self.package + "ColumnFamilyFunctor"
    case .columnQualifier: Self.package + "ColumnQualifierFunctor"
    }
  }

  /// The bytes for a key.
  func bytes(of key: Key) -> [UInt8] {
    switch self {
    case .row: key.row
    case .columnFamily: key.row + key.family
    case .columnQualifier: key.row + key.family + key.qualifier
    }
  }

  /// The bytes that all keys between two have, as far as Accumulo sees it (`RowFunctor.isRangeInBloomFilter`): the two
  /// agree in the fields, or `end` is the first key behind all that agree with `start`. Nil: they may differ.
  package func bytes(ofAllFrom start: Key, to end: Key, includingEnd: Bool) -> [UInt8]? {
    let agree = fields(of: start) == fields(of: end)
    guard agree || (!includingEnd && end == follower(of: start)) else { return nil }
    let bytes = bytes(of: start)
    return bytes.isEmpty ? nil : bytes
  }

  private func fields(of key: Key) -> [[UInt8]] {
    Array([key.row, key.family, key.qualifier].prefix(rawValue))
  }

  /// Accumulo: `Key.followingKey`.
  private func follower(of key: Key) -> Key {
    switch self {
    case .row: Key(row: key.row + [0])
    case .columnFamily: Key(row: key.row, family: key.family + [0])
    case .columnQualifier: Key(row: key.row, family: key.family, qualifier: key.qualifier + [0])
    }
  }
}

/// The bytes for one entry after the other, without an allocation for each.
///
/// Plain memory for hot paths: its owner must call `free()`.
struct KeyFunctorBuffer {
  private let functor: KeyFunctor
  private var memory = PaddedBytes()
  private var previous = PaddedBytes()
  private var last: ByteView?

  init(_ functor: KeyFunctor) { self.functor = functor }

  func free() {
    memory.free()
    previous.free()
  }

  /// The bytes for an entry, padded, valid until the next call; whether they are those of the entry before.
  @inline(__always) mutating func next(_ entry: EntryPointer) -> (bytes: ByteView, isRepeated: Bool) {
    let bytes = functor == .row ? entry.pointee.row : join(entry)
    if let last, last.equals(padded: bytes) { return (bytes, true) }
    last = previous.copy(padded: bytes)
    return (bytes, false)
  }

  private mutating func join(_ entry: EntryPointer) -> ByteView {
    var bytes = memory.copy(padded: entry.pointee.row)
    bytes = memory.replace(from: bytes.count, by: entry.pointee.family.start, count: entry.pointee.family.count)
    guard functor == .columnQualifier else { return bytes }
    return memory.replace(from: bytes.count, by: entry.pointee.qualifier.start, count: entry.pointee.qualifier.count)
  }
}
