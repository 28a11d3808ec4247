// The one door through which this program changes the disk.
//
// Every act that leaves a trace on the disk (a file made, bytes written, a sync, a rename, a removal) announces itself
// to the watcher first. In daily use there is none. The tests put one there that kills the process or fails the act, at
// the first, the second, ... the last of them, and then look at what is left.

internal import Glibc
package import SystemPackage

/// Changes of the file system: whole or not at all, safe against interrupts, each failure a `SystemError`.
package struct Disk: Sendable {
  package enum Change: String, Sendable {
    case create, write, sync, rename, link, remove
    case makeDirectory = "make directory"
    case syncDirectory = "sync directory"
  }

  /// Told before each change; what it throws is thrown in place of the change.
  package typealias Watcher = @Sendable (_ change: Change, _ path: FilePath) throws -> Void

  private let watcher: Watcher?

  package init(watcher: Watcher? = nil) { self.watcher = watcher }

  /// To be called before a change that is not made through this type.
  func willMake(_ change: Change, at path: FilePath) throws { try watcher?(change, path) }

  /// A watched write is done in two halves with the watcher between, so that tests see torn files.
  var isWatched: Bool { watcher != nil }

  /// Makes a file that does not exist yet.
  package func create(_ path: FilePath, mode: UInt32 = 0o666) throws -> OutputFile {
    try willMake(.create, at: path)
    return OutputFile(
      path: path, descriptor: try open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode, "create"), disk: self)
  }

  /// Makes one directory; it is fine when it is there.
  package func makeDirectory(_ path: FilePath) throws {
    try willMake(.makeDirectory, at: path)
    guard path.withPlatformString({ mkdir($0, 0o777) }) != 0, errno != EEXIST else { return }
    throw SystemError("make directory", path.string, lastErrno())
  }

  /// Replaces the contents of a file, or makes it: a reader, or the next run after a crash, sees all of the old bytes
  /// or all of the new. `temporary` lies in the same directory and is the caller's alone; a leftover of that name is
  /// overwritten. On return the new bytes are on the disk.
  package func replace(_ path: FilePath, with bytes: [UInt8], temporary: FilePath) throws {
    try removeIfThere(temporary)
    let file = try create(temporary)
    do {
      try bytes.withUnsafeBytes { try file.write($0) }
      try file.sync()
      try file.close()
      try willMake(.rename, at: path)
      let status = temporary.withPlatformString { from in path.withPlatformString { to in rename(from, to) } }
      guard status == 0 else { throw SystemError("replace", path.string, lastErrno()) }
    } catch {
      try? remove(temporary)
      throw error
    }
    try syncDirectory(path.removingLastComponent())
  }

  /// Gives a file another name in the same file system; fails with `EEXIST` when that name is taken. The directory is
  /// not synced.
  package func renameWithoutReplacing(_ source: FilePath, to target: FilePath) throws {
    try willMake(.rename, at: target)
    let status = source.withPlatformString { from in target.withPlatformString { to in renameNoReplace(from, to) } }
    guard let status else { return try linkAndRemove(source, to: target) }
    guard status == 0 else { throw SystemError("rename \(source.string) to", target.string, Errno(rawValue: status)) }
  }

  /// For file systems (NFS for one) that know no rename without replacing: a hard link never replaces. A crash between
  /// the two steps leaves the file under both names.
  func linkAndRemove(_ source: FilePath, to target: FilePath) throws {
    try willMake(.link, at: target)
    guard source.withPlatformString({ from in target.withPlatformString { to in link(from, to) } }) == 0 else {
      throw SystemError("rename \(source.string) to", target.string, lastErrno())
    }
    try remove(source)
  }

  package func remove(_ path: FilePath) throws {
    try willMake(.remove, at: path)
    guard path.withPlatformString({ unlink($0) }) == 0 else {
      throw SystemError("remove", path.string, lastErrno())
    }
  }

  /// True when there was something to remove.
  @discardableResult package func removeIfThere(_ path: FilePath) throws -> Bool {
    guard try FileStatus.ofLink(path) != nil else { return false }
    do { try remove(path) } catch let error as SystemError where error.errno == .noSuchFileOrDirectory { return false }
    return true
  }

  /// Removes a directory and all that is in it. Symbolic links are removed, not followed.
  package func removeTree(_ path: FilePath) throws {
    guard let status = try FileStatus.ofLink(path) else { return }
    guard status.kind == .directory else { return try remove(path) }
    for name in try listDirectory(path) { try removeTree(path.appending(name)) }
    try willMake(.remove, at: path)
    guard path.withPlatformString({ rmdir($0) }) == 0 else { throw SystemError("remove", path.string, lastErrno()) }
  }

  /// Makes renames and removals in a directory last. File systems that cannot sync a directory do it by themselves.
  package func syncDirectory(_ path: FilePath) throws {
    let path = path.isEmpty ? "." : path
    try willMake(.syncDirectory, at: path)
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, "sync directory")
    defer { _ = close(descriptor) }
    guard uninterrupted({ fsync(descriptor) }) != 0, errno != EINVAL, errno != ENOTSUP else { return }
    throw SystemError("sync directory", path.string, lastErrno())
  }
}
