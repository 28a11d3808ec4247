import Glibc

/// The variables that this process was started with.
enum Environment {
  /// Nil for one that is not set, or is empty.
  static func value(of name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The directory for temporary files whose place nobody chose.
  static var temporaryDirectory: String { value(of: "TMPDIR") ?? "/tmp" }
}
