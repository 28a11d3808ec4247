internal import Glibc
package import SystemPackage

/// A directory for files in the making, of this process alone. That of a process that was killed goes when the next one makes
/// its own.
///
///     /tmp/.actool-new-1234-9f2c      while it has no lock
///     /tmp/.actool-work-1234-9f2c/lock
package final class PrivateDirectory: Sendable {
  package let path: FilePath
  private let disk: Disk
  private let lock: DirectoryLock

  private static let prefix = ".actool-work-"
  private static let lockName = "lock"

  /// Makes it in `directory`.
  /// - Throws: `SystemError`.
  package init(in directory: FilePath, disk: Disk) throws {
    Self.removeDead(in: directory, disk)
    let id = "\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    let new = directory.appending(".actool-new-" + id)
    path = directory.appending(Self.prefix + id)
    self.disk = disk
    try disk.makeDirectory(new)
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

  /// What cannot be removed belongs to somebody else.
  private static func removeDead(in directory: FilePath, _ disk: Disk) {
    for name in (try? listDirectory(directory)) ?? [] where name.hasPrefix(prefix) {
      let path = directory.appending(name)
      do {
        let lock = try DirectoryLock(path.appending(lockName), timeout: .zero, disk: disk)
        try disk.removeTree(path)
        lock.release()
      } catch { continue }
    }
  }
}
