internal import Glibc
package import SystemPackage

/// A small file that is not small.
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

/// A pipe, a socket or a device where a file must be.
struct NotAFile: Error, CustomStringConvertible, Equatable {
  var path: String

  init(path: String) { self.path = path }

  var description: String { "\(path) is a pipe, a socket or a device; expected a regular file" }
}

/// All bytes of a file that must be small: at most `limit` are accepted, else `FileTooLarge`.
///
/// Only regular files are read, those of `/proc` among them, else `NotAFile`: a pipe might never end, or never begin.
package func readWholeFile(_ path: FilePath, limit: Int) throws -> [UInt8] {
  // Not to wait for a writer of a pipe; reading a regular file is the same with it.
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
    guard count >= 0 else { throw SystemError("read", path.string, lastErrno()) }
    if count == 0 { return bytes }
    guard bytes.count + count <= limit else { throw FileTooLarge(path: path.string, limit: limit) }
    bytes.append(contentsOf: chunk[..<count])
  }
}

/// The names in a directory, without `.` and `..`, sorted. Names that are not UTF-8 are left out: nothing here has one.
package func listDirectory(_ path: FilePath) throws -> [String] {
  guard let stream = path.withPlatformString({ opendir($0) }) else {
    throw SystemError("list", path.string, lastErrno())
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
  guard errno == 0 else { throw SystemError("list", path.string, lastErrno()) }
  return names.sorted()
}

/// The path from the root, with symbolic links, `.` and `..` resolved.
package func realPath(_ path: FilePath) throws -> FilePath {
  guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
    throw SystemError("find", path.string, lastErrno())
  }
  defer { free(resolved) }
  return FilePath(platformString: resolved)
}
