import BlockFile
import Entries
import RFile
import Testing
import TestSupport

@Suite struct ScanTests {
  @Test("every file of Accumulo with a codec we know scans to its dump") func scansToDump() throws {
    let names = try AccumuloFiles.readable()
    #expect(names.count == 64)
    for name in names {
      let reader = try RFileReader(path: AccumuloFiles.path(name))
      let entries = try Self.entries(reader.merged())
      let isSame = try entries == AccumuloFiles.dump(name)
      #expect(isSame, "\(name)")
    }
  }

  static func entries(_ cursor: any EntryCursor) throws -> [Entry] {
    var entries: [Entry] = []
    while let entry = try cursor.next() { entries.append(entry.pointee.entry) }
    return entries
  }
}
