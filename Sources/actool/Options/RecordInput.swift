import Files
import Records
import SystemPackage

/// Records from files; `-` is standard input.
enum RecordInput {
  static let standardInput = "standard input"

  /// Calls `body` for every record with its place: `standard input, line 12`. Another thread reads ahead, if there is
  /// one to be had.
  static func forEach(in path: String, _ body: (Record, _ place: () -> String) throws -> Void) throws {
    let name = path == "-" ? standardInput : path
    func take(_ batch: [(record: Record, line: Int)]) throws {
      for (record, line) in batch { try body(record) { "\(name), line \(line)" } }
    }
    try withFile(path) { file in
      let ahead = RecordsAhead()
      if ahead.start(file, source: name) {
        defer { ahead.abandon() }
        while let batch = try ahead.next() { try take(batch) }
      } else {
        var reader = RecordReader(file, source: name)
        while case let batch = try reader.nextBatch(), !batch.isEmpty { try take(batch) }
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
