internal import Glibc
package import SystemPackage

/// What the file system says about a file.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Sendable { case file, directory, other }

  package var kind: Kind
  /// Bytes.
  package var size: Int64
  /// With `device`, identifies a file whatever its name.
  package var inode: UInt64
  package var device: UInt64
  /// When the contents changed last, in nanoseconds since 1970.
  package var modified: Int64

  /// The status of the file at a path, with symbolic links followed; nil when there is none.
  package static func of(_ path: FilePath) throws -> FileStatus? {
    if let files = try RemotePath.files(with: path) { return try files.status(of: path) }
    return try look(path, "look at") { stat($0, &$1) }
  }

  /// The status of the name itself: a symbolic link is `other`, wherever it points.
  package static func ofLink(_ path: FilePath) throws -> FileStatus? {
    if let files = try RemotePath.files(with: path) { return try files.status(of: path) }
    return try look(path, "look at") { lstat($0, &$1) }
  }

  /// A file on a server. `tag` differs when its contents do.
  package init(remote kind: Kind, size: Int64, tag: String) {
    (self.kind, self.size, device, modified) = (kind, size, 0, 0)
    // FNV-1a, because checkpoints keep the number: Swift's own hashes differ between processes.
    inode = tag.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  package func isSameFile(as other: FileStatus) -> Bool { inode == other.inode && device == other.device }

  private static func look(
    _ path: FilePath, _ operation: String, _ call: (UnsafePointer<CChar>, inout stat) -> Int32
  ) throws -> FileStatus? {
    var buffer = stat()
    guard path.withPlatformString({ call($0, &buffer) }) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SystemError(operation, path, lastErrno())
    }
    return FileStatus(buffer)
  }

  init(of descriptor: Int32, _ path: FilePath) throws {
    var buffer = stat()
    guard fstat(descriptor, &buffer) == 0 else { throw SystemError("look at", path, lastErrno()) }
    self.init(buffer)
  }

  private init(_ buffer: stat) {
    kind =
      switch buffer.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    size = Int64(buffer.st_size)
    inode = UInt64(buffer.st_ino)
    device = UInt64(buffer.st_dev)
    let time = buffer.st_mtim
    let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    modified = overflow ? 0 : seconds &+ Int64(time.tv_nsec)
  }
}
