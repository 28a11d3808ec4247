import Files
import Records
import SystemPackage

/// Streams of records: standard input, or files.
enum RecordInput {
  /// Calls for every record with the place where it stands: `standard input, line 12`. `-` is standard input.
  static func forEach(in path: String, _ body: (Record, _ place: () -> String) throws -> Void) throws {
    if path == "-" { return try forEach(in: .standardInput, named: "standard input", body) }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
      throw SystemError("open", path, error)
    }
    try file.closeAfter { try forEach(in: file, named: path, body) }
  }

  private static func forEach(
    in file: FileDescriptor, named name: String, _ body: (Record, () -> String) throws -> Void
  ) throws {
    var reader = RecordReader(file, source: name)
    while let record = try reader.next() {
      let line = reader.line
      try body(record) { "\(name), line \(line)" }
    }
  }
}
