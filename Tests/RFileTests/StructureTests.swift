import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

// Every structure of the index: encoded values decode to the same value and consume exactly their bytes, truncated
// bytes are an error, and Accumulo's bytes survive decoding and encoding unchanged.

@Suite struct StructureTests {
  private static func encode(_ body: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    body(&bytes)
    return bytes
  }

  /// Checks one value in both directions, at every length that is too short, and with every byte damaged. `picture`
  /// maps equal values to equal results.
  private static func check<T, P: Equatable>(
    _ value: T, _ encode: (T, inout [UInt8]) -> Void, _ decode: (inout ByteReader) throws -> T,
    _ picture: (T) throws -> P, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = Self.encode { encode(value, &$0) }
    var reader = ByteReader(bytes + [1])
    let decoded = try decode(&reader)
    let isSame = try picture(decoded) == picture(value)
    #expect(isSame && reader.remaining == 1, "\(value)", sourceLocation: sourceLocation)
    #expect(Self.encode { encode(decoded, &$0) } == bytes, sourceLocation: sourceLocation)
    for count in 0..<bytes.count {
      var short = ByteReader(Array(bytes[..<count]))
      #expect(throws: DecodeError.self, "\(value) cut at \(count)", sourceLocation: sourceLocation) {
        try decode(&short)
      }
    }
    for i in bytes.indices {
      for change in [0x01, 0x80, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[i] ^= change
        var reader = ByteReader(damaged)
        do { _ = try picture(try decode(&reader)) } catch is DecodeError {} catch is UnsupportedFormat {}
      }
    }
  }

  private struct BlockPicture: Equatable {
    var version: RFileVersion
    var level: Int
    var offset: Int
    var hasNext: Bool
    var entries: [IndexEntry]

    init(_ block: IndexBlock) throws {
      version = block.version
      level = block.level
      offset = block.offset
      hasNext = block.hasNext
      entries = try (0..<block.count).map { try block.entry($0) }
    }
  }

  private struct GroupPicture: Equatable {
    var name: String?
    var startBlock: Int
    var families: [FamilyCount]?
    var firstKey: Key?
    var blockCount: Int
    var root: BlockPicture

    init(_ group: LocalityGroup) throws {
      name = group.name
      startBlock = group.startBlock
      families = group.families
      firstKey = group.firstKey
      blockCount = group.blockCount
      root = try BlockPicture(group.root)
    }
  }

  private struct IndexPicture: Equatable {
    var version: RFileVersion
    var groups: [GroupPicture]
    var sampleGroups: [GroupPicture]
    var sampler: SamplerConfiguration?

    init(_ index: RFileIndex) throws {
      version = index.version
      groups = try index.groups.map(GroupPicture.init)
      sampleGroups = try index.sampleGroups.map(GroupPicture.init)
      sampler = index.sampler
    }
  }

  private static func key(_ random: inout SplitMix64) -> Key {
    func field() -> [UInt8] {
      let count = Int.random(in: 0..<20, using: &random) == 0 ? 300 : Int.random(in: 0...4, using: &random)
      return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    return Key(
      row: field(), family: field(), qualifier: field(), visibility: field(),
      timestamp: [0, 1, -1, 1 << 40, .max, .min].randomElement(using: &random)!,
      deleted: Bool.random(using: &random))
  }

  private static func entry(_ random: inout SplitMix64, level: Int = 0) -> IndexEntry {
    IndexEntry(
      key: key(&random), entryCount: level == 0 ? Int.random(in: 0...Int(Int32.max), using: &random) : 0,
      region: BlockRegion(
        offset: .random(in: 0...1 << 40, using: &random), compressedSize: .random(in: 0...1 << 31, using: &random),
        rawSize: .random(in: 0...300, using: &random)))
  }

  private static func block(_ random: inout SplitMix64, level: Int = 0, entries: Int) -> IndexBlock {
    var block = IndexBlock(level: level, offset: Int.random(in: 0...1 << 20, using: &random))
    for _ in 0..<entries { block.append(entry(&random, level: level)) }
    block.hasNext = Bool.random(using: &random)
    return block
  }

  private static func group(_ random: inout SplitMix64, name: String?) -> LocalityGroup {
    var families: [FamilyCount]? = (0..<Int.random(in: 0...3, using: &random)).map {
      FamilyCount(family: Array(repeating: UInt8($0), count: $0 * 3), count: .random(in: .min ... .max, using: &random))
    }
    if name == nil && Bool.random(using: &random) { families = nil }
    return LocalityGroup(
      name: name, families: families, firstKey: Bool.random(using: &random) ? key(&random) : nil,
      blockCount: Int.random(in: 0...1 << 20, using: &random),
      root: block(&random, level: Int.random(in: 0...3, using: &random), entries: Int.random(in: 0...3, using: &random))
    )
  }

  private static func checkKey(_ key: Key) throws {
    try check(key, { $0.encode(into: &$1) }, { try Key(from: &$0, "key") }, \.self)
  }

  @Test("keys: all small ones, and random ones") func keys() throws {
    let fields: [[UInt8]] = [[], [0], [255, 1]]
    for row in fields {
      for family in fields {
        for (qualifier, visibility) in zip(fields + fields, fields + fields.reversed()) {
          for timestamp in [0, -112, -113, 128, .max, .min] as [Int64] {
            try Self.checkKey(
              Key(
                row: row, family: family, qualifier: qualifier, visibility: visibility, timestamp: timestamp,
                deleted: timestamp < 0))
          }
        }
      }
    }
    var random = SplitMix64(seed: 1)
    for _ in 0..<100 { try Self.checkKey(Self.key(&random)) }
  }

  @Test("index entries with a region and without") func entries() throws {
    var random = SplitMix64(seed: 2)
    for _ in 0..<100 {
      var entry = Self.entry(&random)
      try Self.check(entry, { $0.encode(into: &$1) }, { try IndexEntry(from: &$0, version: .v8) }, \.self)
      entry.region = nil
      for version in [RFileVersion.v3, .v4] {
        try Self.check(entry, { $0.encode(into: &$1) }, { try IndexEntry(from: &$0, version: version) }, \.self)
      }
    }
  }

  @Test("index blocks of every level, with 0 to 5 entries and with many", arguments: [RFileVersion.v6, .v7, .v8])
  func blocks(version: RFileVersion) throws {
    var random = SplitMix64(seed: 3)
    for level in 0...3 {
      for count in [0, 1, 2, 3, 4, 5, 30] {
        let block = Self.block(&random, level: level, entries: count)
        #expect(block.count == count && Self.encode { block.encode(into: &$0) }.count == block.encodedSize)
        // The three versions have the same format.
        var reader = ByteReader(Self.encode { block.encode(into: &$0) })
        let same = try IndexBlock(from: &reader, version: version)
        #expect(same.sizeInBytes == block.sizeInBytes && same.encodedSize == block.encodedSize)
        try Self.check(
          same, { $0.encode(into: &$1) }, { try IndexBlock(from: &$0, version: version) }, BlockPicture.init)
      }
    }
  }

  @Test("index blocks of the versions before the tree", arguments: [RFileVersion.v3, .v4])
  func flatBlocks(version: RFileVersion) throws {
    var random = SplitMix64(seed: 4)
    for count in [0, 1, 2, 3, 30] {
      var entries: [IndexEntry] = []
      for _ in 0..<count {
        var entry = Self.entry(&random)
        entry.region = nil
        entries.append(entry)
      }
      let encoded = entries.map { entry in Self.encode { entry.encode(into: &$0) } }
      var bytes = Self.encode { $0.appendBigEndian(Int32(count)) }
      if version == .v4 {
        for i in 0..<count { bytes.appendBigEndian(Int32(encoded[..<i].joined().count)) }
        bytes.appendBigEndian(Int32(encoded.joined().count))
      }
      bytes += encoded.joined()
      var reader = ByteReader(bytes)
      let block = try IndexBlock(from: &reader, version: version)
      #expect(try BlockPicture(block).entries == entries)
      #expect(block.encodedSize == bytes.count && Self.encode { block.encode(into: &$0) } == bytes)
      try Self.check(
        block, { $0.encode(into: &$1) }, { try IndexBlock(from: &$0, version: version) }, BlockPicture.init)
    }
  }

  @Test("a search in an index block finds what a walk through its entries finds") func search() throws {
    var random = SplitMix64(seed: 5)
    for count in 0...8 {
      for _ in 0..<20 {
        var keys: [Key] = []
        for _ in 0..<count + 4 { keys.append(Self.key(&random)) }
        let sorted = keys[..<count].sorted()
        var block = IndexBlock(level: 0, offset: 0)
        for key in sorted { block.append(IndexEntry(key: key, entryCount: 1, region: Self.entry(&random).region)) }
        for key in keys { #expect(try block.firstIndex(notBefore: key) == sorted.firstIndex { $0 >= key } ?? count) }
      }
    }
  }

  @Test("sampler configurations") func samplers() throws {
    for count in [0, 1, 2, 9] {
      let options = Dictionary(
        uniqueKeysWithValues: (0..<count).map { ("option \($0)", String(repeating: "ü", count: $0)) })
      for name in ["", "org.apache.accumulo.core.client.sample.RowSampler"] {
        try Self.check(
          SamplerConfiguration(className: name, options: options), { $0.encode(into: &$1) },
          { try SamplerConfiguration(from: &$0) }, \.self)
      }
    }
  }

  @Test("locality groups, named and default") func groups() throws {
    var random = SplitMix64(seed: 6)
    for round in 0..<60 {
      let group = Self.group(&random, name: [nil, "", "a group"][round % 3])
      try Self.check(
        group, { $0.encode(into: &$1) }, { try LocalityGroup(from: &$0, version: .v8) }, GroupPicture.init)
    }
  }

  @Test("the index of a file with 0 to 3 groups") func indexes() throws {
    var random = SplitMix64(seed: 7)
    for count in 0...3 {
      for _ in 0..<5 {
        var groups: [LocalityGroup] = []
        for i in 0..<count { groups.append(Self.group(&random, name: i == count - 1 ? nil : "group \(i)")) }
        let index = RFileIndex(groups: groups)
        #expect(index.version == .v8)
        try Self.check(index, { $0.encode(into: &$1) }, { try RFileIndex(from: &$0) }, IndexPicture.init)
      }
    }
  }

  @Test("an index of another version is refused by name") func otherVersions() throws {
    let bytes = Self.encode { RFileIndex(groups: []).encode(into: &$0) }
    for version in [0, 1, 2, 5, 9, 255] as [UInt8] {
      var other = bytes
      other[7] = version
      var reader = ByteReader(other)
      #expect(throws: UnsupportedFormat("RFile version \(version) is not supported (3, 4, 6, 7 and 8 are)")) {
        try RFileIndex(from: &reader)
      }
    }
  }

  private static func checkGolden(_ path: String) throws {
    let reader = try RFileReader(path: path)
    let raw = try #require(try reader.file.metaBlock(RFileIndex.blockName, loader: BlockLoader()))
    var bytes = ByteReader(raw)
    let index = try RFileIndex(from: &bytes)
    let encoded = encode { index.encode(into: &$0) }
    // Accumulo writes families in hash map order; ours are sorted.
    #expect(encoded.count == raw.count, "\(path)")
    if index.groups.allSatisfy({ $0.families?.count ?? 0 < 2 }) { #expect(encoded == raw, "\(path)") }
    var again = ByteReader(encoded)
    #expect(try IndexPicture(RFileIndex(from: &again)) == IndexPicture(index), "\(path)")

    let buffer = BlockBuffer()
    for group in reader.groups.indices {
      try reader.forEachIndexBlock(ofGroup: group, loader: BlockLoader()) { block, region in
        guard let region else { return }
        try reader.file.load(region, into: buffer, loader: BlockLoader(), place: "index block")
        #expect(encode { block.encode(into: &$0) } == Array(buffer.bytes), "\(path)")
      }
    }
  }

  @Test("what Accumulo wrote is encoded again as it was", arguments: RFileFixture.readable)
  func golden(fixture: RFileFixture) throws { try Self.checkGolden(fixture.path) }

  @Test(
    "what older versions wrote is encoded again as it was", .enabled(if: Fixtures.shared != nil),
    arguments: [3, 4, 6, 7])
  func goldenOldVersions(version: Int) throws {
    try Self.checkGolden("\(try #require(Fixtures.shared))/rfiles/old/ver_\(version).rf")
  }
}
