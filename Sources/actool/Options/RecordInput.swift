import Files
import Records
import SystemPackage

/// Where a record or a tablet was found, for errors: `standard input, line 12`, or a directory.
struct RecordPlace: CustomStringConvertible {
  var source: String
  /// Nil: all of the source.
  var line: Int?

  var description: String { line.map { "\(source), line \($0)" } ?? source }
}

/// Records from files; `-` is standard input.
enum RecordInput {
  static let standardInput = "standard input"

  /// Calls `body` for every record with its place. Another thread reads ahead, if there is one to be had.
  static func forEach(in path: String, _ body: (Record, RecordPlace) throws -> Void) throws {
    let name = path == "-" ? standardInput : path
    try withFile(path) { file in
      try ReadAhead.forEachBatch(of: file, { RecordReader($0, source: name) }) { batch in
        for (record, line) in batch { try body(record, RecordPlace(source: name, line: line)) }
      }
    }
  }

  /// Opens the file, and closes it when `body` ends.
  static func withFile(_ path: String, _ body: (FileDescriptor) throws -> Void) throws {
    if path == "-" { return try body(.standardInput) }
    if let url = RemotePath.url(of: path) {
      throw RemoteError(url, "records are read from this machine only: copy the file, or pipe it in")
    }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
      throw SystemError("open", path, error)
    }
    try file.closeAfter { try body(file) }
  }
}
