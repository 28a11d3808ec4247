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
/// never end, or never begin.
package func readWholeFile(_ path: FilePath, limit: Int) throws -> [UInt8] {
  // Without O_NONBLOCK, opening a pipe would wait for a writer. It makes no difference for regular files.
  let descriptor = try open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0, "open")
  defer { _ = close(descriptor) }
  let status = try FileStatus(of: descriptor, path)
  switch status.kind {
  case .file: guard status.size <= limit else { throw FileTooLarge(path: path.string, limit: limit) }
  case .directory: throw SystemError("read", path.string, .isDirectory)
  case .other: throw NotAFile(path: path.string)
  }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 16384)
  while true {
    let count = chunk.withUnsafeMutableBytes { buffer in
      uninterrupted { read(descriptor, buffer.baseAddress, buffer.count) }
    }
    guard count >= 0 else { throw SystemError("read", path, lastErrno()) }
    if count == 0 { return bytes }
    guard bytes.count + count <= limit else { throw FileTooLarge(path: path.string, limit: limit) }
    bytes.append(contentsOf: chunk[..<count])
  }
}

/// The names in a directory, sorted, without `.` and `..`. Names that are not UTF-8 are left out, because none of ours
/// are.
package func listDirectory(_ path: FilePath) throws -> [String] {
  guard let stream = path.withPlatformString({ opendir($0) }) else {
    throw SystemError("list", path, lastErrno())
  }
  defer { closedir(stream) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else { break }
    let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
    }
    if let name, name != ".", name != ".." { names.append(name) }
  }
  guard errno == 0 else { throw SystemError("list", path, lastErrno()) }
  return names.sorted()
}

/// The absolute path, with symbolic links, `.` and `..` resolved.
package func realPath(_ path: FilePath) throws -> FilePath {
  guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
    throw SystemError("find", path, lastErrno())
  }
  defer { free(resolved) }
  return FilePath(platformString: resolved)
}
