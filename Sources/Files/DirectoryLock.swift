// An advisory lock on a file in a directory, so that only one process at a time works there.
//
// The lock is on a file, not on the directory itself, because NFS can lock only what is open for writing. It belongs to
// the open file description (fcntl), because this is the one kind of lock that processes on an NFS server and on its
// clients both see, and that also separates two threads of one process. The kernel frees the lock when its process
// dies, however that happens.
//
// The lock file stays. If the last user removed it, a process that still has it open and one that creates it anew would
// both hold "the" lock. Should the file be removed all the same, a lock on the old file does not count, and is tried
// again on the new one.

internal import Glibc
package import SystemPackage

/// Another process has held the lock for too long.
package struct LockTimeout: Error, CustomStringConvertible, Equatable {
  package var path: String
  package var seconds: Double

  init(path: String, seconds: Double) {
    self.path = path
    self.seconds = seconds
  }

  package var description: String {
    "cannot lock \(path): another process has held it for \(seconds) s; find it with fuser or lslocks, or try again"
  }
}

/// A held lock. It ends with `release`, or when the value goes out of scope.
package struct DirectoryLock: ~Copyable {
  private let descriptor: Int32

  /// Waits until no other process, and no other thread of this one, holds the lock.
  ///
  /// Throws `LockTimeout` after `timeout`, and `SystemError` when the directory is gone or cannot be written.
  package init(_ file: FilePath, timeout: Duration, disk: Disk) throws {
    var waited = Duration.zero
    var nap = Duration.milliseconds(1)
    while true {
      if let descriptor = try Self.attempt(file, disk) {
        self.descriptor = descriptor
        return
      }
      guard waited < timeout else { throw LockTimeout(path: file.string, seconds: timeout / .seconds(1)) }
      sleep(nap)
      waited += nap
      nap = min(nap * 2, .milliseconds(50))
    }
  }

  deinit { _ = close(descriptor) }

  package consuming func release() {}

  private static func attempt(_ file: FilePath, _ disk: Disk) throws -> Int32? {
    if try FileStatus.of(file) == nil { try disk.willMake(.create, at: file) }
    let descriptor = try open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666, "lock")
    guard uninterrupted({ lockWholeFile(descriptor) }) == 0 else {
      defer { _ = close(descriptor) }
      guard errno == EAGAIN || errno == EACCES else { throw SystemError("lock", file, lastErrno()) }
      return nil
    }
    do {
      let held = try FileStatus(of: descriptor, file)
      if let named = try FileStatus.of(file), named.isSameFile(as: held) { return descriptor }
    } catch {
      _ = close(descriptor)
      throw error
    }
    _ = close(descriptor)
    return nil
  }
}

/// Sleeps; a signal may end it early.
package func sleep(_ duration: Duration) {
  let (seconds, attoseconds) = duration.components
  guard seconds >= 0, attoseconds >= 0 else { return }
  var time = timespec(tv_sec: Int(min(seconds, 1_000_000)), tv_nsec: Int(attoseconds / 1_000_000_000))
  _ = nanosleep(&time, nil)
}
