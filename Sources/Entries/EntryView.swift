// The borrowed form of an entry, used wherever entries stream. Everything else uses `Key` and `Entry`, which own their
// arrays.
//
// The hot path passes this type around by pointer, so it is plain memory: nothing to retain, nothing to copy.
//
// What the hot path of another room does with it must be inlined there, and the compiler inlines only what is `public`: a
// `package` function with `@inlinable` is called. So this file and its neighbours of the hot path are the only ones that
// say `public`.

/// Borrowed bytes.
@frozen public struct ByteView {
  public var start: UnsafePointer<UInt8>
  public var count: Int

  @inlinable public init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  @inlinable public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
  package var array: [UInt8] { Array(bytes) }
}

/// A borrowed entry: views into the memory of the cursor that returned it, valid until that cursor moves.
///
/// The four key fields are padded: the 16 bytes after the end of each may be read, but mean nothing. Values are not
/// padded.
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
  package var key: Key {
    Key(
      row: row.array, family: family.array, qualifier: qualifier.array, visibility: visibility.array,
      timestamp: timestamp, deleted: deleted)
  }

  /// An owned copy.
  package var entry: Entry { Entry(key: key, value: value.array) }

  /// Bytes in the four key fields.
  @inlinable public var keySize: Int { row.count &+ family.count &+ qualifier.count &+ visibility.count }
}

public typealias EntryPointer = UnsafePointer<EntryView>

/// Ordered entries, one at a time, from a source that may fail.
///
/// `next()` returns the next entry, or nil after the last one and on every later call. The view behind the pointer, and
/// everything it points to, is valid until the next call. After an error the cursor must not be used again.
public protocol EntryCursor: AnyObject {
  func next() throws -> EntryPointer?
}
