import RFile
import Testing
import TestSupport

@Suite struct CheckTests {
  @Test("every file of Accumulo is found sound, with as many entries as its dump") func acceptsAccumulosFiles() throws {
    for name in try AccumuloFiles.readable() {
      let check = try RFileReader(path: AccumuloFiles.path(name)).check()
      #expect(check.entries == Int64(try AccumuloFiles.dump(name).count), "\(name)")
    }
  }

  @Test("files of older versions scan to their dumps and are sound", .enabled(if: Fixtures.shared != nil))
  func readsOldVersions() throws {
    for version in [3, 4, 6, 7] {
      let base = "\(Fixtures.shared!)/rfiles/old/ver_\(version)"
      let reader = try RFileReader(path: base + ".rf")
      #expect(reader.version == version)
      let dump = try Fixtures.dump(base + ".dump.gz")
      #expect(try ScanTests.entries(reader.merged()) == dump)
      #expect(try reader.check().entries == Int64(dump.count))
    }
  }
}
