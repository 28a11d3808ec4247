internal import Glibc
package import SystemPackage

/// A name in a directory that is not UTF-8.
package struct ForeignName: Error, CustomStringConvertible, Equatable {
  package var directory: String
  /// Its bytes, those that are not ASCII as `\xHH`.
  package var name: String

  package var description: String { "\(directory) holds a name that is not UTF-8, \(name): rename it" }
}

/// The names in a directory, sorted, without `.` and `..`. Names that are not UTF-8 are left out, because none of our
/// files has one; with `refusesForeign` they are an error, `ForeignName`, because a directory may.
package func listDirectory(_ path: FilePath, refusesForeign: Bool = false) throws -> [String] {
  if let files = try RemotePath.files(with: path) { return try files.names(in: path).sorted() }
  guard let stream = path.withPlatformString({ opendir($0) }) else {
    throw SystemError("list", path, lastErrno())
  }
  defer { closedir(stream) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else { break }
    try withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      try tuple.withMemoryRebound(to: CChar.self, capacity: 256) { text in
        guard let name = String(validatingCString: text) else {
          if refusesForeign { throw ForeignName(directory: path.string, name: escaped(text)) }
          return
        }
        if name != ".", name != ".." { names.append(name) }
      }
    }
  }
  guard errno == 0 else { throw SystemError("list", path, lastErrno()) }
  return names.sorted()
}

private func escaped(_ text: UnsafePointer<CChar>) -> String {
  (0..<strlen(text)).map { place in
    let byte = UInt8(bitPattern: text[place])
    return byte < 0x80 ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
  }.joined()
}

/// The absolute path, with symbolic links, `.` and `..` resolved.
package func realPath(_ path: FilePath) throws -> FilePath {
  if RemotePath.url(of: path) != nil { return path }
  guard let resolved = path.withPlatformString({ realpath($0, nil) }) else {
    throw SystemError("find", path, lastErrno())
  }
  defer { free(resolved) }
  return FilePath(platformString: resolved)
}

/// The path from the root; symbolic links and `..` stay as they are, so it leads wherever the relative path leads from
/// here.
package func absolutePath(_ path: FilePath) throws -> FilePath {
  guard path.isRelative, RemotePath.url(of: path) == nil else { return path }
  guard let text = getcwd(nil, 0) else { throw SystemError("find", "the working directory", lastErrno()) }
  defer { free(text) }
  var absolute = FilePath(platformString: text)
  for component in path.components where component.kind != .currentDirectory { absolute.append(component) }
  return absolute
}
