import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Files

@Suite struct ByteSourceTests {
  @Test("a pipe or a directory is refused at once, an absent file by the system") func refusesOtherKinds() throws {
    let scratch = ScratchDirectory()
    let pipe = "\(scratch.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let error = #expect(throws: FileError.self) { try ByteSource(path: pipe) }
    #expect(error?.description == "\(pipe): not a regular file")
    #expect(throws: FileError.self) { try ByteSource(path: "\(scratch.path)") }
    let absent = #expect(throws: SystemError.self) { try ByteSource(path: pipe + "x") }
    #expect(absent?.errno == .noSuchFileOrDirectory)
  }

  @Test("bytes beyond the end are an error, from the disk and from memory") func refusesBeyondEnd() throws {
    let scratch = ScratchDirectory()
    let path = "\(scratch.path)/five"
    let sink = try ByteSink(creating: path)
    try sink.append([1, 2, 3, 4, 5])
    try sink.finish()
    for source in [try ByteSource(path: path), ByteSource(bytes: [1, 2, 3, 4, 5], name: "five")] {
      #expect(source.count == 5)
      #expect(try source.bytes(at: 1, count: 4) == [2, 3, 4, 5])
      #expect(try source.bytes(at: 5, count: 0) == [])
      for (offset, count) in [(2, 4), (6, 0), (-1, 2), (Int64.max, 1)] as [(Int64, Int)] {
        #expect(throws: FileError.self) { try source.bytes(at: offset, count: count) }
      }
    }
    #expect(throws: SystemError.self) { try ByteSink(creating: path) }
  }
}
