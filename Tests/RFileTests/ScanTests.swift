import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

@Suite struct ScanTests {
  @Test("every file of Accumulo with a codec we know scans to its dump", arguments: RFileFixture.readable)
  func scansToDump(fixture: RFileFixture) throws {
    let isSame = try collect(RFileReader(path: fixture.path).merged()) == Fixtures.dump(fixture.dump)
    #expect(isSame)
  }

  @Test("there are files of all codecs to scan") func hasFixtures() {
    let counts = ["none": 7, "gz": 50, "zstd": 11, "snappy": 13, "lz4": 4, "bzip2": 5]
    #expect(Dictionary(grouping: RFileFixture.all, by: \.codec).mapValues(\.count) == counts)
    #expect(Set(RFileFixture.readable.map(\.codec)) == Set(Codec.allCases.map(\.rawValue)))
  }

  @Test("a codec that was not built in is refused by name", arguments: RFileFixture.unreadable)
  func refusesOtherCodecs(fixture: RFileFixture) throws {
    let error = #expect(throws: FileError.self) { try RFileReader(path: fixture.path) }
    #expect(error?.kind == .unsupported && error!.cause.contains("codec \(fixture.codec) is not in this build"))
  }

  @Test("a codec that nobody has is refused by name") func refusesOtherNames() throws {
    let file = try Fixtures.bytes(RFileFixture.all.first { $0.name == "codec/basic_lz4" }!.path)
    for (name, refusal) in [
      (
        "lzo",
        "codec lzo is not supported (supported: \(Codec.names)); compact the table in Accumulo with "
          + "table.file.compress.type=zstd first"
      ),
      ("lz5", "unknown codec \"lz5\" (supported: \(Codec.names))"),
    ] {
      var other = file
      for at in file.indices.dropLast(3) where Array(file[at..<at + 3]) == Array("lz4".utf8) {
        other.replaceSubrange(at..<at + 3, with: Array(name.utf8))
      }
      let error = #expect(throws: FileError.self) { try RFileReader(ByteSource(bytes: other, name: "a.rf")) }
      #expect(error?.kind == .unsupported && error?.description == "a.rf: \(refusal)")
    }
  }

  @Test("a range of rows gives the entries in it and no others", arguments: RFileFixture.readable)
  func readsRanges(fixture: RFileFixture) throws {
    let entries = try Fixtures.dump(fixture.dump)
    let reader = try RFileReader(path: fixture.path)
    var random = SplitMix64(seed: UInt64(entries.count))
    for _ in 0..<12 {
      let range = Self.randomRange(entries, &random)
      let expected = entries.filter { range.contains($0.key.row) }
      let isSame = try collect(reader.merged(rows: range)) == expected
      #expect(isSame, "\(range)")
    }
  }

  static func randomRange(_ entries: [Entry], _ random: inout SplitMix64) -> RowRange {
    func row() -> [UInt8]? {
      guard let entry = entries.randomElement(using: &random) else { return nil }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return nil
      case 1: return entry.key.row + [0]
      case 2: return Array(entry.key.row.dropLast())
      default: return entry.key.row
      }
    }
    let (start, end) = (row(), row())
    return Bool.random(using: &random) ? RowRange(after: start, through: end) : RowRange(from: start, through: end)
  }

  @Test(
    "a seek to any key starts at the first entry not before it",
    arguments: ["codec/multi_zstd", "codec/lg_gz", "edge/deletes"])
  func seeks(name: String) throws {
    let fixture = RFileFixture.all.first { $0.name == name }!
    let reader = try RFileReader(path: fixture.path)
    let loader = BlockLoader()
    for group in reader.groups.indices {
      let entries = try collect(reader.cursor(ofGroup: group, loader: loader))
      for i in stride(from: 0, to: entries.count, by: max(1, entries.count / 150)) {
        for key in [entries[i].key, Self.justBefore(entries[i].key)] {
          let cursor = try reader.cursor(ofGroup: group, from: key, loader: loader)
          let found = try cursor.next()?.pointee.entry
          #expect(found == entries.first { !($0.key < key) })
        }
      }
      let behind = try reader.cursor(ofGroup: group, from: Key(row: Array(repeating: 0xff, count: 40)), loader: loader)
      #expect(try behind.next() == nil)
    }
  }

  private static func justBefore(_ key: Key) -> Key {
    var before = key
    before.timestamp = key.timestamp &+ 1
    return before
  }

  @Test("a seek reads few blocks, and none that the range does not need") func seeksThroughIndex() throws {
    let fixture = RFileFixture.all.first { $0.name == "codec/multi_gz" }!
    let reader = try RFileReader(path: fixture.path)
    #expect(reader.groups[0].blockCount > 300)
    var blocks = 0
    let loader = BlockLoader { _ in blocks += 1 }
    let row = try Fixtures.dump(fixture.dump)[5000].key.row
    let cursors = try reader.cursors(rows: RowRange(from: row, through: row), loader: loader)
    let entries = try collect(MergeCursor(cursors))
    #expect(!entries.isEmpty)
    // The root (from the meta block), one index block per level to find the place and again to read on, and the data.
    #expect(blocks <= 2 * (reader.groups[0].root.level + 1) + 3)
  }
}
