import TestSupport
import Testing

@testable import Entries

/// The reader that other tests rely on is itself checked against files of real Accumulo.
@Suite("The reference reader")
struct ReferenceReaderTests {
  @Test("reads every file of Accumulo as its dump, and finds it true", arguments: RFileFixture.readable)
  func agreesWithDump(_ fixture: RFileFixture) throws {
    let file = try ReferenceRFile(path: fixture.path)
    let dump = try Fixtures.dump(fixture.dump)
    let entries = file.entries
    #expect(entries.count == dump.count)
    let difference = zip(entries, dump).enumerated().first { $1.0 != $1.1 }
    #expect(difference == nil, "entry \(difference?.offset ?? 0)")
    try file.verifyTruth()
  }

  @Test(
    "reads the files of older versions", arguments: [3, 4, 6, 7])
  func oldVersions(_ version: Int) throws {
    let base = "\(Fixtures.accumulo)/rfiles/old/ver_\(version)"
    let file = try ReferenceRFile(path: base + ".rf")
    #expect(file.version == version)
    #expect(file.entries == (try Fixtures.dump(base + ".dump")))
    try file.verifyTruth()
  }

  @Test("has seen every feature of the format that the fixtures are made for")
  func features() throws {
    let files = try RFileFixture.readable.map { try ReferenceRFile(path: $0.path) }
    #expect(files.contains { $0.groups.contains { $0.levels.count >= 4 } })
    #expect(files.contains { $0.groups.count >= 3 })
    #expect(files.contains { $0.sampler != nil && !$0.sample.isEmpty })
    #expect(files.contains { $0.groups.contains { $0.totalAdded == 0 } })
    #expect(files.contains { $0.container.metaBlock("acu_bloom") != nil })
    #expect(Set(files.map(\.container.codec)) == RFileFixture.codecs)
  }

  @Test("refuses a file with any byte missing at its end, and one whose index lies")
  func refusesLies() throws {
    let bytes = try Fixtures.bytes(Fixtures.accumulo + "/rfiles/edge/single.rf")
    for count in 0..<bytes.count {
      #expect(throws: (any Error).self) { try ReferenceRFile(Array(bytes[..<count])) }
    }
    let path = Fixtures.accumulo + "/rfiles/codec/multi_none.rf"
    let honest = try ReferenceRFile(path: path)
    try honest.verifyTruth()
    for lie in Self.lies {
      var file = honest
      lie(&file)
      #expect(throws: ReferenceError.self) { try file.verifyTruth() }
    }
  }

  private static let lies: [@Sendable (inout ReferenceRFile) -> Void] = [
    { $0.groups[0].totalAdded += 1 },
    { $0.groups[0].firstKey = nil },
    { $0.groups[0].families?[[1, 2, 3]] = 1 },
    { $0.groups[0].levels[0][0].entries[1].entries += 1 },
    { $0.groups[0].levels[0][0].entries[1].key = $0.groups[0].levels[0][0].entries[0].key },
    { $0.groups[0].levels[0][0].entries[0].key = $0.groups[0].levels[0][0].entries[1].key },
    { $0.groups[0].levels[0][0].hasNext.toggle() },
    { $0.groups[0].levels[0][1].offset += 1 },
    { $0.groups[0].levels[1][0].level = 2 },
    { $0.groups[0].levels[1][0].entries[0].key = Key(row: []) },
    { $0.groups[0].blocks.swapAt(0, 1) },
    { $0.groups[0].blocks[0].entries.swapAt(0, 1) },
    { $0.groups[0].blocks[0].region.offset += 1 },
    { $0.container.metaBlocks.removeLast() },
    { $0.groups.append($0.groups[0]) },
  ]
}
