internal import Files
internal import Synchronization
package import SystemPackage

extension RunConditions {
  /// Refuses a directory that other hosts may work on without being seen, unless forced.
  /// - Throws: one line with the mount and what to do; `SystemError`.
  package func checkLocks(at directory: FilePath) throws {
    guard !isForced else { return }
    let device = try FileStatus.of(directory)?.device
    if let device, locks.isKnown(device) { return }
    if let mount = try mounts().mount(of: realPath(directory)), let reason = mount.reasonForLocalLocks {
      throw JobRefusal.locksAreLocal(mount: mount, reason: reason)
    }
    if let device { locks.note(device) }
  }
}

/// The devices whose locks were found to hold between hosts. Directories on one device are on one file system, so the
/// mounts are read once for all of them, and not for each job.
final class HoldingLocks: Sendable {
  private let devices = Mutex<Set<UInt64>>([])

  func isKnown(_ device: UInt64) -> Bool { devices.withLock { $0.contains(device) } }

  func note(_ device: UInt64) { devices.withLock { _ = $0.insert(device) } }
}
