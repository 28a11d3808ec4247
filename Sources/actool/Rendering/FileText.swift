import Files
import SystemPackage

/// Small files that are read whole.
enum FileText {
  /// In bytes; the same limit as for a line of records.
  private static let limit = 256 << 20

  /// - Throws: `SystemError`, `FileTooLarge`
  static func bytes(_ path: String) throws -> [UInt8] { try readWholeInput(FilePath(path), limit: limit) }
}
