/// Bytes that are not what the format says: where, what was expected, what was found.
///
/// The offset counts from the start of what is being decoded (a block's raw bytes, the footer); `FileError` adds which
/// file and which part of it.
public struct DecodeError: Error, Equatable, CustomStringConvertible {
  public var offset: Int
  public var expected: String
  public var found: String

  public init(at offset: Int, expected: String, found: String) {
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  public var description: String { "at byte \(offset): expected \(expected), found \(found)" }
}

/// A file that cannot be read as an RFile: the path, the part of it, and the cause. One line.
public struct FileError: Error, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The bytes are damaged, or not an RFile at all.
    case corrupt
    /// A sound file that this program cannot read: another codec, encryption, a newer version.
    case unsupported
  }

  public var path: String
  /// "data block 17 at offset 40213", "meta index"; empty when the file as a whole is meant.
  public var place: String
  public var kind: Kind
  public var cause: String

  public init(path: String, place: String = "", kind: Kind = .corrupt, cause: String) {
    self.path = path
    self.place = place
    self.kind = kind
    self.cause = cause
  }

  public var description: String { "\(path): \(place.isEmpty ? "" : place + ": ")\(cause)" }
}
