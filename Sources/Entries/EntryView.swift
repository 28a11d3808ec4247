// The borrowed form of an entry, used wherever entries stream. Values of `Key` and `Entry` own arrays and are for
// everything else.
//
// This is the type that the hot path passes around by pointer, so it is plain memory: nothing to retain, nothing to copy.

/// Bytes that belong to somebody else.
@frozen public struct ByteView {
  public var start: UnsafePointer<UInt8>
  public var count: Int

  @inlinable public init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  @inlinable public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
  public var array: [UInt8] { Array(bytes) }
}

/// A borrowed entry: views into the memory of the cursor that gave it, valid until that cursor moves.
///
/// The four key fields are padded: 16 bytes after the end of each may be read (not used). Values are not.
@frozen public struct EntryView {
  public var row: ByteView
  public var family: ByteView
  public var qualifier: ByteView
  public var visibility: ByteView
  public var timestamp: Int64
  public var deleted: Bool
  public var value: ByteView

  @inlinable public init(
    row: ByteView, family: ByteView, qualifier: ByteView, visibility: ByteView, timestamp: Int64, deleted: Bool,
    value: ByteView
  ) {
    self.row = row
    self.family = family
    self.qualifier = qualifier
    self.visibility = visibility
    self.timestamp = timestamp
    self.deleted = deleted
    self.value = value
  }

  /// An owned copy of the key.
  public var key: Key {
    Key(
      row: row.array, family: family.array, qualifier: qualifier.array, visibility: visibility.array,
      timestamp: timestamp, deleted: deleted)
  }

  /// An owned copy.
  public var entry: Entry { Entry(key: key, value: value.array) }

  /// Bytes in the four key fields.
  @inlinable public var keySize: Int { row.count &+ family.count &+ qualifier.count &+ visibility.count }
}

public typealias EntryPointer = UnsafePointer<EntryView>

/// Ordered entries, one at a time, from a source that may fail.
///
/// `next()` gives the next entry, or nil after the last (and nil again when asked again). The view behind the pointer,
/// and all it points to, is valid until the next call. After an error the cursor must not be used any more.
public protocol EntryCursor: AnyObject {
  func next() throws -> EntryPointer?
}
