// The borrowed form of an entry, used wherever entries stream. Everything else uses `Key` and `Entry`, which own their
// arrays.
//
// The hot path passes this type around by pointer, so it is plain memory: nothing to retain, nothing to copy.

/// Borrowed bytes.
@frozen package struct ByteView {
  package var start: UnsafePointer<UInt8>
  package var count: Int

  @inlinable package init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  @inlinable package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
  package var array: [UInt8] { Array(bytes) }
}

/// A borrowed entry: views into the memory of the cursor that returned it, valid until that cursor moves.
///
/// The four key fields are padded: the 16 bytes after the end of each may be read, but mean nothing. Values are not
/// padded.
@frozen package struct EntryView {
  package var row: ByteView
  package var family: ByteView
  package var qualifier: ByteView
  package var visibility: ByteView
  package var timestamp: Int64
  package var deleted: Bool
  package var value: ByteView

  @inlinable package init(
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
  @inlinable package var keySize: Int { row.count &+ family.count &+ qualifier.count &+ visibility.count }
}

package typealias EntryPointer = UnsafePointer<EntryView>

/// Ordered entries, one at a time, from a source that may fail.
///
/// `next()` returns the next entry, or nil after the last one and on every later call. The view behind the pointer, and
/// everything it points to, is valid until the next call. After an error the cursor must not be used again.
package protocol EntryCursor: AnyObject {
  func next() throws -> EntryPointer?
}
