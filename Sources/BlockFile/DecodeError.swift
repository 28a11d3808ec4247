/// Bytes that are not what the format says: where, what was expected, what was found.
///
/// The offset counts from the start of what is being decoded (a block's raw bytes, the footer); `FileError` adds which
/// file and which part of it.
package struct DecodeError: Error, Equatable, CustomStringConvertible {
  package var offset: Int
  package var expected: String
  package var found: String

  package init(at offset: Int, expected: String, found: String) {
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  package var description: String { "at byte \(offset): expected \(expected), found \(found)" }
}

/// A file that cannot be read as an RFile: the path, the part of it, and the cause. One line.
package struct FileError: Error, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The bytes are damaged, or not an RFile at all.
    case corrupt
    /// A sound file that this program cannot read: another codec, encryption, a newer version.
    case unsupported
  }

  package var path: String
  /// "data block 17 at offset 40213", "meta index"; empty when the file as a whole is meant.
  package var place: String
  package var kind: Kind
  package var cause: String

  package init(path: String, place: String = "", kind: Kind = .corrupt, cause: String) {
    self.path = path
    self.place = place
    self.kind = kind
    self.cause = cause
  }

  package var description: String { "\(path): \(place.isEmpty ? "" : place + ": ")\(cause)" }
}
