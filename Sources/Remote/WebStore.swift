internal import Files

/// A web server: files by their URLs, without directories.
struct WebStore: RemoteStore {
  let access: RemoteAccess

  private func request(_ name: RemoteName) -> HTTPRequest {
    HTTPRequest(url: "\(name.scheme.rawValue)://\(name.host)/\(name.encodedPath)")
  }

  func status(of name: RemoteName) throws -> FileStatus? {
    try access.head(request(name), name) { HTTPProblem.error(name.url, asked: $0, $1) }
  }

  func names(in name: RemoteName) throws -> [String] {
    throw RemoteError(name.url, "web servers have no directories: name the files")
  }

  func open(_ name: RemoteName) throws -> RangeFile {
    try access.open(
      name, refusal: { HTTPProblem.error(name.url, asked: $0, $1) }, request: { request(name) })
  }

  func place(_ file: LocalFile, as name: RemoteName, _: @escaping @Sendable () throws -> Void) throws -> Placement {
    throw RemoteError.takesNoFiles(name)
  }
}
