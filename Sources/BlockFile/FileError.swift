/// A file that cannot be read as an RFile: the path, the part of it, and the cause. One line.
package struct FileError: Error, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The bytes are damaged, or not an RFile at all.
    case corrupt
    /// It can be read, but what it says of itself is not true.
    case unsound
    /// The file is sound, but this program cannot read it: another codec, encryption, a newer version, or a block above
    /// the limit.
    case unsupported
  }

  package var path: String
  /// "data block 17 at offset 40213" or "meta index"; empty for the file as a whole.
  package var place: String
  package var kind: Kind
  package var cause: String

  package init(path: String, place: String = "", kind: Kind = .corrupt, cause: String) {
    self.path = path
    self.place = place
    self.kind = kind
    self.cause = cause
  }

  /// Names from the file can contain anything. Control characters appear as `?`, which keeps this on one line.
  package var description: String {
    let text = "\(path): \(place.isEmpty ? "" : place + ": ")\(cause)"
    let shown = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }
    return String(String.UnicodeScalarView(shown))
  }
}

extension FileError {
  /// Runs `body` and adds the file to its decoding errors. A `DecodeError` becomes a `FileError` about `place` in the
  /// file at `path`; an `UnsupportedFormat` becomes one about the whole file. This is the only place that does so.
  package static func locating<T>(_ path: String, _ place: @autoclosure () -> String, _ body: () throws -> T) throws
    -> T
  {
    do {
      return try body()
    } catch let error as DecodeError {
      let hint = error.isTooLarge ? BlockLimit.hint : ""
      throw FileError(
        path: path, place: place(), kind: error.isTooLarge ? .unsupported : .corrupt, cause: error.description + hint)
    } catch let error as UnsupportedFormat {
      throw FileError(path: path, kind: .unsupported, cause: error.description)
    }
  }
}
