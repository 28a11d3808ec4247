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
    for directory in [first, second] { directory.remove() }
    #expect(scratch.names() == [".actool-workshop"])
    #expect(throws: SystemError.self) { try PrivateDirectory(in: place.appending("none"), disk: Disk()) }
  }
}
