import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

@Suite struct WriterTests {
  private func writer() throws -> RFileWriter { try RFileWriter(ByteSink(memory: "w"), options: .init(codec: .none)) }

  private func append(_ entries: [Entry], to writer: RFileWriter) throws {
    try writer.append(contentsOf: ArrayCursor(entries))
  }

  @Test("appending out of order is refused, whatever field tells")
  func refusesDisorder() throws {
    let key = Key(row: [5], family: [5], qualifier: [5], visibility: [5], timestamp: 5, deleted: false)
    var lower = Array(repeating: key, count: 8)
    lower[0].row = [4, 9]
    lower[1].row = []
    lower[2].family = [4]
    lower[3].qualifier = []
    lower[4].visibility = [4]
    lower[5].timestamp = 6
    lower[6].deleted = true
    lower[7].row = [4]
    for before in lower {
      #expect(before < key)
      let writer = try writer()
      try writer.startDefaultLocalityGroup()
      #expect(throws: RFileWriteError.outOfOrder(before, after: key)) {
        try append([Entry(key: key), Entry(key: before)], to: writer)
      }
    }
  }

  @Test("equal keys may follow each other") func takesEqualKeys() throws {
    let writer = try writer()
    try writer.startDefaultLocalityGroup()
    let key = Key(row: [1], timestamp: 1)
    try append([Entry(key: key, value: [1]), Entry(key: key, value: [0])], to: writer)
    #expect(writer.entries == 2)
  }

  @Test("the message names both keys") func namesKeys() {
    let error = RFileWriteError.outOfOrder(
      Key(row: [97, 0], family: [102], timestamp: 3), after: Key(row: [98], timestamp: 2, deleted: true))
    #expect(
      error.description
        == "entry a\\x00 f: [] 3 comes after b : [] 2 deleted: entries must be appended in order")
  }

  @Test("a family goes to its own group only") func keepsFamiliesApart() throws {
    let entry = Entry(key: Key(row: [1], family: [102]))
    let named = try writer()
    try named.startLocalityGroup("g", families: [[103]])
    #expect(throws: RFileWriteError.foreignFamily([102], group: "g")) { try append([entry], to: named) }
    let other = try writer()
    try other.startLocalityGroup("g", families: [[102]])
    #expect(throws: RFileWriteError.foreignFamily([102], group: "h")) {
      try other.startLocalityGroup("h", families: [[102]])
    }
    try other.startDefaultLocalityGroup()
    #expect(throws: RFileWriteError.foreignFamily([102], group: nil)) { try append([entry], to: other) }
  }

  @Test("the default group counts 1001 families and then none", arguments: [1000, 1001, 1002])
  func limitsFamilies(count: Int) throws {
    let sink = ByteSink(memory: "families")
    let writer = try RFileWriter(sink, options: .init(codec: .gz))
    try writer.startLocalityGroup("g", families: [[255]])
    try writer.startDefaultLocalityGroup()
    let families = (0..<count).map { [UInt8($0 >> 8), UInt8($0 & 255)] }
    try append(families.map { Entry(key: Key(row: [1], family: $0)) }, to: writer)
    if count > 1001 {
      #expect(throws: RFileWriteError.foreignFamily([255], group: nil)) {
        try append([Entry(key: Key(row: [2], family: [255]))], to: writer)
      }
    }
    _ = try writer.finish()
    let group = try RFileReader(ByteSource(bytes: sink.memory, name: "families")).groups[1]
    #expect(group.families?.count == (count <= 1001 ? count : nil))
  }

  @Test("a file without groups, and one with empty groups, are sound") func writesEmptyFiles() throws {
    for groups in 0...2 {
      let sink = ByteSink(memory: "empty")
      let writer = try RFileWriter(sink, options: .init(codec: .zstd))
      if groups > 1 { try writer.startLocalityGroup("g", families: [[1]]) }
      if groups > 0 { try writer.startDefaultLocalityGroup() }
      _ = try writer.finish()
      let reader = try RFileReader(ByteSource(bytes: sink.memory, name: "empty"))
      #expect(reader.groups.count == groups)
      #expect(try reader.check().entries == 0)
      #expect(try collect(reader.merged()).isEmpty)
      try ReferenceRFile(sink.memory).verifyTruth()
    }
  }
}
