import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite struct DiskTests {
  let scratch = ScratchDirectory()

  func path(_ name: String) -> FilePath { FilePath(scratch.file(name)) }

  @Test("a replaced file holds the new bytes, and no temporary stays") func replace() throws {
    scratch.write("a", "old")
    try Disk().replace(path("a"), with: Array("new".utf8), temporary: path("a.new"))
    #expect(try readWholeFile(path("a"), limit: 3) == Array("new".utf8))
    #expect(scratch.names() == ["a"])
  }

  @Test("a failure at any change leaves the old bytes or the new ones, and no temporary")
  func replaceFailsAtEachChange() throws {
    for number in 1...20 {
      scratch.write("a", "old")
      let count = Counter()
      let disk = Disk { change, path in
        if count.next() == number { throw SystemError(change.rawValue, path.string, .noSpace) }
      }
      do {
        try disk.replace(path("a"), with: Array("new".utf8), temporary: path("a.new"))
        #expect(number == 6, "create, write, sync, rename, sync directory: no sixth change")
        return
      } catch let error as SystemError {
        #expect(error.errno == .noSpace)
        // After the rename only the directory's sync can fail: the new bytes are there, but may not survive a crash.
        #expect(try readWholeFile(path("a"), limit: 3) == Array((number == 5 ? "new" : "old").utf8))
        #expect(scratch.names() == ["a"])
      }
    }
    Issue.record("never came to an end")
  }

  @Test("a second name is a link, or across file systems a copy that appears whole; it never replaces a file")
  func link() throws {
    scratch.write("a", "bytes")
    try Disk().link(path("a"), to: path("b"), temporary: path("b_tmp"))
    #expect(try FileStatus.of(path("b"))?.inode == FileStatus.of(path("a"))?.inode)
    #expect(throws: SystemError.self) { try Disk().link(path("a"), to: path("b"), temporary: path("b_tmp")) }
    let other = FilePath("/dev/shm/actool-test-\(getpid())")
    guard let device = try FileStatus.of("/dev/shm")?.device, device != (try FileStatus.of(path("a"))?.device) else {
      return
    }
    defer { try? Disk().remove(other) }
    try Disk().link(path("a"), to: other, temporary: FilePath(other.string + "_tmp"))
    #expect(try readWholeFile(other, limit: 9) == Array("bytes".utf8))
    #expect(try FileStatus.of(FilePath(other.string + "_tmp")) == nil)
  }

  @Test("a leftover temporary is overwritten") func replaceOverLeftover() throws {
    scratch.write("a.new", "half of someth")
    try Disk().replace(path("a"), with: [1], temporary: path("a.new"))
    #expect(scratch.names() == ["a"])
  }

  @Test("renaming never replaces a file", arguments: [false, true]) func renaming(byLink: Bool) throws {
    let disk = Disk()
    func rename() throws {
      if byLink {
        try disk.linkAndRemove(path("a"), to: path("b"))
      } else {
        try disk.renameWithoutReplacing(path("a"), to: path("b"))
      }
    }
    scratch.write("a", "1")
    scratch.write("b", "2")
    let error = try #require(throws: SystemError.self) { try rename() }
    #expect(error.errno == .fileExists)
    #expect(error.description == "cannot rename \(path("a")) to \(path("b")): File exists")
    #expect(try readWholeFile(path("b"), limit: 9) == Array("2".utf8))
    try disk.remove(path("b"))
    try rename()
    #expect(scratch.names() == ["b"])
    #expect(throws: SystemError.self) { try rename() }
  }

  @Test("creating refuses a name that is taken") func createExclusive() throws {
    scratch.write("a", "1")
    let error = try #require(throws: SystemError.self) { try Disk().create(path("a")) }
    #expect(error == SystemError("create", path("a").string, .fileExists))
  }

  @Test("removing what is not there is not an error when asked so") func removing() throws {
    #expect(try !Disk().removeIfThere(path("a")))
    scratch.write("a", "1")
    #expect(try Disk().removeIfThere(path("a")))
    #expect(throws: SystemError("remove", path("a").string, .noSuchFileOrDirectory)) { try Disk().remove(path("a")) }
  }

  @Test("only small files are read whole") func reading() throws {
    scratch.write("a", [UInt8](repeating: 7, count: 100_000))
    #expect(try readWholeFile(path("a"), limit: 100_000).count == 100_000)
    #expect(throws: FileTooLarge(path: path("a").string, limit: 99_999)) { try readWholeFile(path("a"), limit: 99_999) }
    #expect(throws: SystemError("open", path("b").string, .noSuchFileOrDirectory)) {
      try readWholeFile(path("b"), limit: 1)
    }
    #expect(throws: SystemError("read", scratch.path, .isDirectory)) {
      try readWholeFile(FilePath(scratch.path), limit: 1)
    }
  }

  @Test("a pipe or a device is refused at once, a file of /proc is read", .timeLimit(.minutes(10)))
  func readingOnlyFiles() throws {
    #expect(mkfifo(path("pipe").string, 0o600) == 0)
    for name in [path("pipe").string, "/dev/null", "/dev/zero"] {
      #expect(throws: NotAFile(path: name)) { try readWholeFile(FilePath(name), limit: 100) }
    }
    #expect(NotAFile(path: "a").description == "a is a pipe, a socket or a device; expected a regular file")
    #expect(try !readWholeFile("/proc/self/stat", limit: 65536).isEmpty)
  }

  @Test("names are listed in order") func listing() throws {
    for name in ["b", ".a", "c c"] { scratch.write(name, "") }
    #expect(try listDirectory(FilePath(scratch.path)) == [".a", "b", "c c"])
    #expect(throws: SystemError("list", path("x").string, .noSuchFileOrDirectory)) { try listDirectory(path("x")) }
  }

  @Test("status tells files, directories and nothing apart") func status() throws {
    scratch.write("a", "123")
    #expect(try FileStatus.of(path("a"))?.size == 3)
    #expect(try FileStatus.of(path("a"))?.kind == .file)
    #expect(try FileStatus.of(FilePath(scratch.path))?.kind == .directory)
    #expect(try FileStatus.of(path("b")) == nil)
    #expect(try FileStatus.of(path("a/b")) == nil)
  }
}

/// Counts from 1.
final class Counter: Sendable {
  private let count = Atomic(0)
  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
