import TestSupport
import Testing

@testable import RFile

@Suite struct CheckTests {
  @Test("every file of Accumulo is found sound, with as many entries as its dump", arguments: RFileFixture.readable)
  func acceptsAccumulosFiles(fixture: RFileFixture) throws {
    let entries = try RFileReader(path: fixture.path).check().entries
    #expect(try Int(entries) == Fixtures.dump(fixture.dump).count)
  }

  @Test("files of older versions scan to their dumps and are sound")
  func readsOldVersions() throws {
    for version in [3, 4, 6, 7] {
      let base = "\(Fixtures.accumulo)/rfiles/old/ver_\(version)"
      let reader = try RFileReader(path: base + ".rf")
      #expect(reader.version == version)
      let dump = try Fixtures.dump(base + ".dump")
      let isSame = try collect(reader.merged()) == dump
      #expect(isSame)
      #expect(try reader.check().entries == Int64(dump.count))
    }
  }
}
