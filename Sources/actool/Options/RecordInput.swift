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
    func take(_ batch: RecordReader.Batch) throws {
      for (record, line) in batch { try body(record, RecordPlace(source: name, line: line)) }
    }
    try withFile(path) { file in
      if let ahead = readingAhead(file, source: name) {
        defer { ahead.abandon() }
        while let batch = try ahead.next() { try take(batch) }
      } else {
        var reader = RecordReader(file, source: name)
        while case let batch = try reader.nextBatch(), !batch.isEmpty { try take(batch) }
      }
    }
  }

  /// Nil when there is no thread or no file descriptor to be had.
  private static func readingAhead(
    _ file: FileDescriptor, source: String
  ) -> ReadingThread<RecordReader.Batch>? {
    // The thread can outlive the file's owner, who may stop early: it might just be waiting for input.
    guard let file = try? file.duplicate() else { return nil }
    let thread = ReadingThread<RecordReader.Batch>(from: ThreadSupply()) { put in
      defer { try? file.close() }
      var reader = RecordReader(file, source: source)
      while case let batch = try reader.nextBatch(), !batch.isEmpty {
        guard put(batch) else { return }
      }
    }
    if thread == nil { try? file.close() }
    return thread
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
