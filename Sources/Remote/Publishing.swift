// How a file of this machine gets a name on a server. The name must be free, it gets all of the file or nothing, and the
// caller hears of it only when the server has given the same bytes back:
//
//     1. a file of that name is looked for    if there is one, go to 4
//     2. the bytes go to the server
//     3. they get the name, if it is free     S3: If-None-Match; HDFS: a rename, which replaces nothing
//     4. the file is read and compared        another one: an error, and it stays as it is
//
// Whether step 3 has happened is not known when the connection is cut before the answer comes, and the next attempt is then
// refused for the name that it got itself. So whatever the answer is, step 4 decides whose file it is. Two writers of the
// same bytes are both right.

internal import Files
internal import SystemPackage

/// What became of an attempt to give a name to bytes.
enum Placement {
  case made
  /// The name is taken, and nothing was sent before that could have taken it.
  case refused
  /// It may have been made, by this attempt or one before it.
  case unclear
}

extension RemoteStore {
  /// - Parameter willChange: is called before each request that changes something on the server, and while the file is
  ///   compared; what it throws ends the attempt.
  /// - Returns: whether the file was there before.
  func publish(_ file: LocalFile, as name: RemoteName, willChange: @escaping @Sendable () throws -> Void) throws -> Bool
  {
    var wasThere = true
    for round in 0..<Self.mostRounds {
      if round > 1 { sleep(.milliseconds(50 << round)) }
      if let status = try status(of: name) {
        guard status.kind == .file else { throw SystemError("write", name.url, .isDirectory) }
        try compare(file, name, willChange)
        return wasThere
      }
      switch try place(file, as: name, willChange) {
      case .made:
        try readBack(file, name, willChange)
        return false
      case .refused: break
      case .unclear: wasThere = false
      }
    }
    throw RemoteError(
      name.url, "asked for this name, got that it is taken, and then that nothing is there, \(Self.mostRounds) times",
      passes: true)
  }

  private static var mostRounds: Int { 5 }

  /// Throws unless the file of that name is the same.
  private func compare(_ file: LocalFile, _ name: RemoteName, _ check: () throws -> Void) throws {
    guard let difference = try difference(between: file, name, check) else { return }
    throw RemoteError(name.url, "the name is taken by another file (\(difference)), which stays as it is")
  }

  private func readBack(_ file: LocalFile, _ name: RemoteName, _ check: () throws -> Void) throws {
    guard let difference = try difference(between: file, name, check) else { return }
    throw RemoteError(
      name.url, "was written and read back as another file (\(difference)): remove it, and do not trust this server")
  }

  private func difference(
    between file: LocalFile, _ name: RemoteName, _ check: () throws -> Void
  ) throws -> String? {
    let found = try open(name)
    guard found.count == file.count else { return "\(found.count) bytes in place of \(file.count)" }
    return try file.firstDifference(from: found, before: check).map { "byte \($0) differs" }
  }
}

extension RemoteError {
  /// Why a directory cannot take files.
  static func takesNoFiles(_ name: RemoteName) -> RemoteError {
    RemoteError(name.url, "web servers take no files: name a directory as s3:// or webhdfs://")
  }
}
