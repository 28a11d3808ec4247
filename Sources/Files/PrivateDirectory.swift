internal import Glibc
package import SystemPackage

/// A directory for files in the making, of this process alone. That of a process that was killed goes when the next one makes
/// its own. Other users can neither read in it nor put anything into it.
///
///     /tmp/.actool-new-1234-9f2c      while it has no lock
///     /tmp/.actool-work-1234-9f2c/lock
package final class PrivateDirectory: Sendable {
  package let path: FilePath
  private let disk: Disk
  private let lock: DirectoryLock

  private static let prefix = ".actool-work-"
  private static let newPrefix = ".actool-new-"
  /// Seconds that a directory has no lock at most.
  private static let longestBirth = 3600
  private static let lockName = "lock"

  /// Makes it in `directory`.
  /// - Throws: `SystemError`.
  package init(in directory: FilePath, disk: Disk) throws {
    Self.removeDead(in: directory, disk)
    let id = "\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    let new = directory.appending(Self.newPrefix + id)
    path = directory.appending(Self.prefix + id)
    self.disk = disk
    try disk.makeDirectory(new, isPrivate: true)
    do {
      lock = try DirectoryLock(new.appending(Self.lockName), timeout: .zero, disk: disk)
      try disk.rename(new, replacing: path)
    } catch {
      try? disk.removeTree(new)
      throw error
    }
  }

  /// Removes it with all that is in it.
  package func remove() { try? disk.removeTree(path) }

  /// In a directory that all may write to, others may have made what looks like one of ours.
  private static func removeDead(in directory: FilePath, _ disk: Disk) {
    for name in (try? listDirectory(directory)) ?? [] where name.hasPrefix(prefix) || name.hasPrefix(newPrefix) {
      let path = directory.appending(name)
      var status = stat()
      guard path.withPlatformString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == geteuid(), status.st_mode & 0o022 == 0
      else { continue }
      do {
        if name.hasPrefix(newPrefix) {
          if time(nil) - status.st_mtim.tv_sec > longestBirth { try disk.removeTree(path) }
          continue
        }
        let lock = try DirectoryLock(path.appending(lockName), timeout: .zero, disk: disk)
        try disk.removeTree(path)
        lock.release()
      } catch { continue }
    }
  }
}
