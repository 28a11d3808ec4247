internal import Glibc
package import SystemPackage

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
