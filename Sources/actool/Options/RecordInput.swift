import Files
import Records
import SystemPackage

/// Records from files; `-` is standard input.
enum RecordInput {
  static let standardInput = "standard input"

  /// Calls `body` for every record with its place: `standard input, line 12`.
  static func forEach(in path: String, _ body: (Record, _ place: () -> String) throws -> Void) throws {
    try withFile(path) { file in
      let name = path == "-" ? standardInput : path
      var reader = RecordReader(file, source: name)
      while let record = try reader.next() {
        let line = reader.line
        try body(record) { "\(name), line \(line)" }
      }
    }
  }

  /// Opens the file, and closes it when `body` ends.
  static func withFile(_ path: String, _ body: (FileDescriptor) throws -> Void) throws {
    if path == "-" { return try body(.standardInput) }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
      throw SystemError("open", path, error)
    }
    try file.closeAfter { try body(file) }
  }
}
