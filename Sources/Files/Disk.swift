// The one door through which this program changes the disk.
//
// Every act that leaves a trace on the disk (a file created, bytes written, a sync, a rename, a removal) is first
// announced to the watcher. Normally there is none. The tests install one that kills the process or fails the act at
// the first, the second, ... and the last of them, and then inspect what is left.

internal import Glibc
package import SystemPackage

/// Changes to the file system: whole or not at all, safe against interrupts, each failure a `SystemError`.
package struct Disk: Sendable {
  package enum Change: String, Sendable {
    case create, write, truncate, sync, rename, link, remove
    case makeDirectory = "make directory"
    case syncDirectory = "sync directory"
    /// Anything that changes something on a server.
    case publish
  }

  /// Called before each change. If it throws, the change does not happen and its error is passed on.
  package typealias Watcher = @Sendable (_ change: Change, _ path: FilePath) throws -> Void

  private let watcher: Watcher?

  package init(watcher: Watcher? = nil) { self.watcher = watcher }

  /// Must be called before a change that is not made through this type.
  func willMake(_ change: Change, at path: FilePath) throws {
    try RemotePath.refuse(changing: path)
    try watcher?(change, path)
  }

  /// Gives a file of this machine a free name on a server, where it appears whole or not at all, and reads it back.
  /// - Returns: whether a file with the same bytes had that name before.
  /// - Throws: `RemoteError`, also when another file has the name; `SystemError`; `Stopped`.
  package func publish(_ file: FilePath, as path: FilePath, stop: StopFlag) throws -> Bool {
    guard let files = try RemotePath.files(with: path) else { throw SystemError("publish", path, .notSupported) }
    return try files.publish(file, as: path) {
      try stop.check()
      try watcher?(.publish, path)
    }
  }

  /// When watched, a write is split into two halves with the watcher called in between, so that tests see torn files.
  var isWatched: Bool { watcher != nil }

  /// Creates a file that must not exist yet.
  package func create(_ path: FilePath, mode: UInt32 = 0o666) throws -> OutputFile {
    try willMake(.create, at: path)
    return OutputFile(
      path: path, descriptor: try open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode, "create"), disk: self)
  }

  /// Opens a file that grows at its end, and creates it if it is not there. What several processes of a host write at
  /// once does not mix.
  package func append(to path: FilePath) throws -> OutputFile {
    try willMake(.create, at: path)
    return OutputFile(
      path: path, descriptor: try open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666, "open"), disk: self)
  }

  /// Opens a file that is there, to write behind some of its bytes: `OutputFile.goOn(behind:)` says behind how many.
  package func reopen(_ path: FilePath) throws -> OutputFile {
    try RemotePath.refuse(changing: path)
    return OutputFile(path: path, descriptor: try open(path, O_WRONLY | O_CLOEXEC, 0, "open"), disk: self)
  }

  /// Puts a copy of a file into its place: who has the file open goes on with the old one, which has no name any more. On
  /// return the copy is on the disk. `temporary` is as in `replace`; `beat` is called from time to time, and what it throws
  /// is passed on.
  package func replaceByCopy(_ path: FilePath, temporary: FilePath, beat: () throws -> Void) throws {
    try removeIfThere(temporary)
    do {
      try copy(path, to: temporary, beat: beat)
      try rename(temporary, replacing: path)
    } catch {
      _ = try? removeIfThere(temporary)
      throw error
    }
    try syncDirectory(path.removingLastComponent())
  }

  /// Makes a synced copy of a file under a free name, sharing its blocks where the file system can.
  private func copy(_ source: FilePath, to target: FilePath, beat: () throws -> Void = {}) throws {
    let file = try create(target)
    try file.append(contentsOf: source) {
      // Now, because a sync of everything at the end would be long.
      try file.sync()
      try beat()
    }
    try file.sync()
    try file.close()
  }

  /// On return all bytes of a file that were written so far are on the disk, whoever wrote them. Safe to call while
  /// another thread writes.
  package func syncFile(_ path: FilePath) throws {
    try willMake(.sync, at: path)
    let descriptor = try open(path, O_RDONLY | O_CLOEXEC, 0, "sync")
    defer { _ = systemClose(descriptor) }
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw SystemError("sync", path, lastErrno()) }
  }

  /// Creates one directory; it may exist already.
  package func makeDirectory(_ path: FilePath, isPrivate: Bool = false) throws {
    try willMake(.makeDirectory, at: path)
    guard path.withPlatformString({ mkdir($0, isPrivate ? 0o700 : 0o777) }) != 0, errno != EEXIST else { return }
    throw SystemError("make directory", path, lastErrno())
  }

  /// Makes a directory and those above it that are missing, each of them for good.
  /// - Returns: those that it made, the outermost first.
  package func makeDirectories(_ path: FilePath) throws -> [FilePath] {
    guard !path.isEmpty else { return [] }
    if let status = try FileStatus.of(path) {
      guard status.kind == .directory else { throw SystemError("make directory", path, .notDirectory) }
      return []
    }
    let parent = path.removingLastComponent()
    let above = try makeDirectories(parent)
    do {
      try makeDirectory(path)
      try syncDirectory(parent)
    } catch {
      removeIfEmpty(above + [path])
      throw error
    }
    return above + [path]
  }

  /// Takes back what `makeDirectories` made, as far as nobody has put anything into it.
  package func removeIfEmpty(_ directories: [FilePath]) {
    for directory in directories.reversed() {
      guard (try? willMake(.remove, at: directory)) != nil else { return }
      _ = directory.withPlatformString { rmdir($0) }
    }
  }

  /// Replaces the contents of a file, or creates it. A reader, or the next run after a crash, sees all of the old bytes
  /// or all of the new ones. `temporary` lies in the same directory and belongs to the caller alone; a leftover of that
  /// name is overwritten. On return the new bytes are on the disk.
  package func replace(_ path: FilePath, with bytes: [UInt8], temporary: FilePath) throws {
    try replaceUnsynced(path, with: bytes, temporary: temporary)
    try syncDirectory(path.removingLastComponent())
  }

  /// The same without the last step: when it returns everybody sees the new bytes, but a power failure may bring the old
  /// ones back until the directory is synced.
  package func replaceUnsynced(_ path: FilePath, with bytes: [UInt8], temporary: FilePath) throws {
    try removeIfThere(temporary)
    let file = try create(temporary)
    do {
      try bytes.withUnsafeBytes { try file.write($0) }
      try file.sync()
      try file.close()
      try rename(temporary, replacing: path)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  /// Renames a file over another one, or to a free name. The directory is not synced.
  package func rename(_ source: FilePath, replacing target: FilePath) throws {
    try willMake(.rename, at: target)
    let status = source.withPlatformString { from in target.withPlatformString { to in renameFile(from, to) } }
    guard status == 0 else { throw SystemError("replace", target, lastErrno()) }
  }

  /// Renames a file within its file system; fails with `EEXIST` when the new name is taken. The directory is not
  /// synced.
  package func renameWithoutReplacing(_ source: FilePath, to target: FilePath) throws {
    try willMake(.rename, at: target)
    let status = source.withPlatformString { from in target.withPlatformString { to in renameNoReplace(from, to) } }
    guard let status else { return try linkAndRemove(source, to: target) }
    guard status == 0 else { throw SystemError("rename \(source.string) to", target.string, Errno(rawValue: status)) }
  }

  /// For file systems that cannot rename without replacing, such as NFS: a hard link never replaces anything. A crash
  /// between the two steps leaves the file under both names.
  func linkAndRemove(_ source: FilePath, to target: FilePath) throws {
    try willMake(.link, at: target)
    guard source.withPlatformString({ from in target.withPlatformString { to in linkFile(from, to) } }) == 0 else {
      // Before the message takes memory: an allocation that succeeds may change errno.
      let error = lastErrno()
      throw SystemError("rename \(source.string) to", target, error)
    }
    try remove(source)
  }

  /// Gives a file a second name: a hard link, or a copy where that cannot be, which shares its blocks if the file system
  /// can. The new name appears whole; it must be free. The directory is not synced.
  /// - Parameter temporary: a name in the directory of `target` for a copy; a leftover of that name is overwritten.
  package func link(_ source: FilePath, to target: FilePath, temporary: FilePath) throws {
    try willMake(.link, at: target)
    let status = source.withPlatformString { from in target.withPlatformString { to in linkFile(from, to) } }
    guard status != 0 else { return }
    let error = lastErrno()
    guard [.improperLink, .notPermitted, .tooManyLinks, .notSupported, .permissionDenied].contains(error) else {
      throw SystemError("link \(source.string) to", target, error)
    }
    try removeIfThere(temporary)
    do {
      try copy(source, to: temporary)
      try renameWithoutReplacing(temporary, to: target)
    } catch {
      _ = try? removeIfThere(temporary)
      throw error
    }
  }

  package func remove(_ path: FilePath) throws {
    try willMake(.remove, at: path)
    guard path.withPlatformString({ unlink($0) }) == 0 else {
      throw SystemError("remove", path, lastErrno())
    }
  }

  /// Returns true when there was something to remove.
  @discardableResult package func removeIfThere(_ path: FilePath) throws -> Bool {
    guard try FileStatus.ofLink(path) != nil else { return false }
    do { try remove(path) } catch let error as SystemError where error.errno == .noSuchFileOrDirectory { return false }
    return true
  }

  /// Removes a directory and everything in it. Symbolic links are removed, not followed.
  package func removeTree(_ path: FilePath) throws {
    guard let status = try FileStatus.ofLink(path) else { return }
    guard status.kind == .directory else { return try remove(path) }
    for name in try listDirectory(path) { try removeTree(path.appending(name)) }
    try willMake(.remove, at: path)
    guard path.withPlatformString({ rmdir($0) }) == 0 else { throw SystemError("remove", path, lastErrno()) }
  }

  /// Makes renames and removals in a directory durable. File systems that cannot sync a directory do so by themselves.
  package func syncDirectory(_ path: FilePath) throws {
    let path = path.isEmpty ? "." : path
    try willMake(.syncDirectory, at: path)
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, "sync directory")
    defer { _ = close(descriptor) }
    guard uninterrupted({ fsync(descriptor) }) != 0, errno != EINVAL, errno != ENOTSUP else { return }
    throw SystemError("sync directory", path, lastErrno())
  }
}
