internal import Glibc
package import SystemPackage

/// A file that should be small and is not.
package struct FileTooLarge: Error, CustomStringConvertible, Equatable {
  package var path: String
  /// Bytes that would have been accepted.
  package var limit: Int

  package init(path: String, limit: Int) {
    self.path = path
    self.limit = limit
  }

  package var description: String { "\(path) is larger than \(limit) bytes, too large for what it should be" }
}

/// A pipe, a socket or a device where a regular file is required.
struct NotAFile: Error, CustomStringConvertible, Equatable {
  var path: String

  init(path: String) { self.path = path }

  var description: String { "\(path) is a pipe, a socket or a device; expected a regular file" }
}

/// Reads a file that must be small: `FileTooLarge` when it has more than `limit` bytes.
///
/// Reads only regular files, those in `/proc` included. Everything else is refused (`NotAFile`), since a pipe might
/// never end, or never begin. Throws `SystemError` for what the system refuses.
package func readWholeFile(_ path: FilePath, limit: Int) throws -> [UInt8] {
  if let files = try RemotePath.files(with: path) { return try readToEnd(of: files.open(path), path, limit: limit) }
  // Without O_NONBLOCK, opening a pipe would wait for a writer. It makes no difference for regular files.
  let descriptor = try open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0, "open")
  defer { _ = close(descriptor) }
  let status = try FileStatus(of: descriptor, path)
  switch status.kind {
  case .file: guard status.size <= limit else { throw FileTooLarge(path: path.string, limit: limit) }
  case .directory: throw SystemError("read", path.string, .isDirectory)
  case .other: throw NotAFile(path: path.string)
  }
  return try readToEnd(descriptor, path, limit: limit)
}

/// Reads what a user named: a file, or a pipe (`<(...)`), for whose writer it waits. `FileTooLarge` when there are more
/// than `limit` bytes. Throws `SystemError`.
package func readWholeInput(_ path: FilePath, limit: Int) throws -> [UInt8] {
  if let files = try RemotePath.files(with: path) { return try readToEnd(of: files.open(path), path, limit: limit) }
  let descriptor = try open(path, O_RDONLY | O_CLOEXEC, 0, "read")
  defer { _ = close(descriptor) }
  return try readToEnd(descriptor, path, limit: limit)
}

private func readToEnd(_ descriptor: Int32, _ path: FilePath, limit: Int) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 16384)
  while true {
    let count = chunk.withUnsafeMutableBytes { buffer in
      uninterrupted { read(descriptor, buffer.baseAddress, buffer.count) }
    }
    guard count >= 0 else { throw SystemError("read", path.string, lastErrno()) }
    if count == 0 { return bytes }
    guard bytes.count + count <= limit else { throw FileTooLarge(path: path.string, limit: limit) }
    bytes.append(contentsOf: chunk[..<count])
  }
}

private func readToEnd(of file: any RemoteFile, _ path: FilePath, limit: Int) throws -> [UInt8] {
  guard file.count <= limit else { throw FileTooLarge(path: RemotePath.shown(path.string), limit: limit) }
  return try [UInt8](unsafeUninitializedCapacity: Int(file.count)) { buffer, count in
    try file.read(at: 0, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: Int(file.count)))
    count = Int(file.count)
  }
}
