internal import Glibc
package import SystemPackage

/// Room on file systems.
package enum FreeSpace {
  /// The bytes that this process may still write where `path` lies.
  /// - Throws: `SystemError`.
  package static func bytes(at path: FilePath) throws -> Int64 {
    var found = statvfs()
    guard uninterrupted({ path.withPlatformString { statvfs($0, &found) } }) == 0 else {
      throw SystemError("look at", path, lastErrno())
    }
    let (bytes, overflow) = UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize))
    return overflow ? .max : Int64(clamping: bytes)
  }
}
