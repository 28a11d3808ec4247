/// Bytes that are not what the format says: where, what was expected, what was found.
///
/// The offset counts from the start of what is being decoded (a block's raw bytes, the footer); `FileError` adds which
/// file and which part of it.
package struct DecodeError: Error, Equatable, CustomStringConvertible {
  package var offset: Int
  package var expected: String
  package var found: String
  /// Nothing is wrong with the bytes but that they want more memory than they may have.
  package var isTooLarge = false

  package init(at offset: Int, expected: String, found: String) {
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  package var description: String { "at byte \(offset): expected \(expected), found \(found)" }
}

/// Sound bytes in a form that this program does not read: another codec, encryption, a newer version. `description`
/// says which, and what to do.
package struct UnsupportedFormat: Error, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
