import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite("Private directories")
struct PrivateDirectoryTests {
  @Test("it goes when it is removed; that of a dead process goes with the next one, and that of a living one stays")
  func life() throws {
    let scratch = ScratchDirectory()
    let place = FilePath(scratch.path)
    // As a kill leaves it: nobody holds the lock.
    scratch.makeDirectory(".actool-work-1-dead")
    scratch.write(".actool-work-1-dead/lock", "")
    scratch.write(".actool-work-1-dead/A1.rf_tmp", "half")
    scratch.write(".actool-workshop", "of somebody else")
    let first = try PrivateDirectory(in: place, disk: Disk())
    scratch.write("\(first.path.lastComponent?.string ?? "")/A1.rf_tmp", "whole")
    let second = try PrivateDirectory(in: place, disk: Disk())
    let names = [first, second].compactMap { $0.path.lastComponent?.string }
    #expect(scratch.names() == (names + [".actool-workshop"]).sorted())
    #expect(scratch.exists("\(names[0])/A1.rf_tmp"))
    #expect(try permissions(of: first.path) == 0o700)
    for directory in [first, second] { directory.remove() }
    #expect(scratch.names() == [".actool-workshop"])
    #expect(throws: SystemError.self) { try PrivateDirectory(in: place.appending("none"), disk: Disk()) }
  }

  @Test("what others could have made is left alone: links, and directories that they may write to")
  func foreign() throws {
    let scratch = ScratchDirectory()
    for name in [".actool-work-1-open", ".actool-new-1-young", ".actool-new-1-old", "elsewhere"] {
      scratch.makeDirectory(name)
      scratch.write("\(name)/lock", "")
    }
    #expect(chmod(scratch.file(".actool-work-1-open"), 0o777) == 0)
    #expect(symlink(scratch.file("elsewhere"), scratch.file(".actool-work-1-link")) == 0)
    let old = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, scratch.file(".actool-new-1-old"), old, 0) == 0)
    try PrivateDirectory(in: FilePath(scratch.path), disk: Disk()).remove()
    #expect(
      scratch.names() == [".actool-new-1-young", ".actool-work-1-link", ".actool-work-1-open", "elsewhere"].sorted())
    #expect(scratch.exists("elsewhere/lock"))
  }

  private func permissions(of path: FilePath) throws -> mode_t {
    var status = stat()
    try #require(path.withPlatformString { lstat($0, &status) } == 0)
    return status.st_mode & 0o777
  }
}
