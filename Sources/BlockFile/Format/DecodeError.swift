/// Bytes that violate the format: where, what was expected, and what was found.
///
/// The offset counts from the start of the structure being decoded (a block's raw bytes, the footer). `FileError` adds
/// the file and the part of the file.
package struct DecodeError: Error, Equatable, CustomStringConvertible {
  package var offset: Int
  package var expected: String
  package var found: String
  /// True when the only problem is that decoding needs more memory than allowed.
  package var isTooLarge = false

  package init(at offset: Int, expected: String, found: String) {
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  package var description: String { "at byte \(offset): expected \(expected), found \(found)" }
}

/// Sound bytes in a format that this program does not read: another codec, encryption, or a newer version.
/// `description` says which, and what to do.
package struct UnsupportedFormat: Error, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
