import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

// Malicious files: false sizes, indexes that lead nowhere or in circles, blocks that inflate without end.

@Suite struct HostileFileTests {
  /// The index entry of a block: key, count, region.
  private func entry(_ row: UInt8, _ count: Int32, _ offset: Int64, _ stored: Int64, _ raw: Int64) -> [UInt8] {
    var bytes: [UInt8] = [1, 1, 1, 1, row, 0, 0]  // field ends, row, timestamp 0, not deleted
    bytes.appendBigEndian(count)
    for value in [offset, stored, raw] { bytes.appendBCFileVLong(value) }
    return bytes
  }

  private func node(level: Int32, _ entries: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendBigEndian(level)
    bytes.appendBigEndian(Int32(0))
    bytes.append(0)
    bytes.appendBigEndian(Int32(entries.count))
    var start = 0
    for entry in entries {
      bytes.appendBigEndian(Int32(start))
      start += entry.count
    }
    bytes.appendBigEndian(Int32(start))
    return bytes + entries.flatMap { $0 }
  }

  /// A container with these blocks and a default group with this root.
  private func file(codec: Codec = .none, _ blocks: [[UInt8]], total: Int32, root: [UInt8]) throws -> [UInt8] {
    let sink = ByteSink(memory: "hostile.rf")
    let writer = try BCFileWriter(sink, codec: codec)
    for block in blocks { _ = try block.withUnsafeBytes { try writer.writeBlock($0) } }
    var index: [UInt8] = [0x20, 0x63, 0x74, 0x74, 0, 0, 0, 8, 0, 0, 0, 1, 1]
    index.appendBigEndian(Int32(-1))  // families not tracked
    index += [1, 1, 1, 1, 1, 97, 0, 0]  // first key: row a
    index.appendBigEndian(total)
    index += root
    index.append(0)
    try writer.writeMetaBlock("RFile.index", index)
    try writer.finish()
    return sink.memory
  }

  private func expectRefusal(_ bytes: [UInt8], _ message: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for way in 0..<2 {
      let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) {
        let reader = try RFileReader(ByteSource(bytes: bytes, name: "hostile.rf"))
        if way == 0 { _ = try collect(reader.merged()) } else { _ = try reader.check() }
      }
      #expect(
        error?.description.contains(message) == true, "\(error?.description ?? "")", sourceLocation: sourceLocation)
    }
  }

  /// One entry: row a, value v.
  private let data: [UInt8] = [0, 1, 97, 0, 0, 0, 0, 0, 0, 0, 1, 118]

  @Test("a sound file made the same way is read") func readsSound() throws {
    let bytes = try file([data], total: 1, root: node(level: 0, [entry(97, 1, 16, 12, 12)]))
    let reader = try RFileReader(ByteSource(bytes: bytes, name: "sound"))
    #expect(try collect(reader.merged()) == [Entry(key: Key(row: [97], timestamp: 0), value: [118])])
    #expect(try reader.check().entries == 1)
  }

  @Test("an index block that points to itself is refused") func refusesCycles() throws {
    let own = node(level: 1, [entry(97, 0, 16, 32, 32)])
    let bytes = try file([own], total: 1, root: node(level: 2, [entry(97, 0, 16, Int64(own.count), Int64(own.count))]))
    expectRefusal(bytes, "index")
  }

  @Test("an index whose entries all lead to one block is refused, not followed") func refusesFanOut() throws {
    let leaf = node(level: 0, [entry(97, 1, 16, 12, 12)])
    let middle = node(level: 1, (0..<1000).map { _ in entry(97, 0, 28, Int64(leaf.count), Int64(leaf.count)) })
    let root = node(
      level: 2, (0..<1000).map { _ in entry(97, 0, Int64(28 + leaf.count), Int64(middle.count), Int64(middle.count)) })
    expectRefusal(try file([data, leaf, middle], total: 1_000_000, root: root), "index")
  }

  @Test(
    "a region outside of the file's blocks is refused",
    arguments: [
      (Int64(1) << 40, Int64(12), Int64(12)), (16, 1 << 40, 1 << 40), (-5, 12, 12), (16, 12, (1 << 31)), (16, -1, -1),
      (Int64.max - 3, 12, 12), (20, 1 << 20, 1 << 20),
    ])
  func refusesRegions(region: (Int64, Int64, Int64)) throws {
    let root = node(level: 0, [entry(97, 1, region.0, region.1, region.2)])
    expectRefusal(try file([data], total: 1, root: root), "block 0")
  }

  @Test("a count of entries that the block does not hold is refused", arguments: [Int32(0), 2, Int32.max, -1])
  func refusesCounts(count: Int32) throws {
    let root = node(level: 0, [entry(97, count, 16, 12, 12)])
    expectRefusal(try file([data], total: 1, root: root), count == -1 ? "count" : "expected")
  }

  @Test(
    "a length in an entry that goes beyond its block is refused",
    arguments: [
      [0x20, 1, 97, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 118], [0, 0x8c, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0],
      [0, 1, 97, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 118],
      [0, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1],
      [0x40, 1, 97, 0, 0, 0, 0, 0, 0, 0, 1, 118], [0x80, 0xf0, 97, 0, 0, 0, 0, 0, 0, 0, 1, 118],
      [0x01, 1, 97, 0, 0, 0, 0, 0, 0, 0, 1, 118],
    ] as [[UInt8]])
  func refusesLengths(block: [UInt8]) throws {
    let root = node(level: 0, [entry(97, 1, 16, 12, 12)])
    expectRefusal(try file([block], total: 1, root: root), "data block 0 at offset 16: at byte")
  }

  @Test(
    "a block that inflates to more than the index says stops there", arguments: Codec.allCases.filter { $0 != .none })
  func stopsBombs(codec: Codec) throws {
    let zeros = [UInt8](repeating: 0, count: 64 << 20)
    let sink = ByteSink(memory: "measure")
    let region = try zeros.withUnsafeBytes { try BCFileWriter(sink, codec: codec).writeBlock($0) }
    let size = Int64(zeros.count)
    let lies: [Int64] = [0, 100, 5 << 20, size - 1, size + 1, Int64(Int32.max)]
    for raw in lies {
      let root = node(level: 0, [entry(97, 1, 16, region.compressedSize, raw)])
      expectRefusal(try file(codec: codec, [zeros], total: 1, root: root), "data block 0")
    }
  }

  @Test("an index block above the limit is refused before it is inflated, and named") func limitsIndexBlocks() throws {
    let leaf = node(level: 0, (0..<2000).map { _ in entry(97, 1, 16, 12, 12) })
    let region = try leaf.withUnsafeBytes {
      try BCFileWriter(ByteSink(memory: "measure"), codec: .gz).writeBlock($0)
    }
    let root = node(level: 1, [entry(97, 0, 16, region.compressedSize, region.rawSize)])
    let bytes = try file(codec: .gz, [leaf], total: 2000, root: root)
    let loader = BlockLoader(limit: BlockLimit(bytes: region.rawSize - 1))
    for way in 0..<2 {
      let error = #expect(throws: FileError.self) {
        let reader = try RFileReader(ByteSource(bytes: bytes, name: "hostile.rf"), loader: loader)
        if way == 0 { _ = try collect(reader.merged(loader: loader)) } else { _ = try reader.check(loader: loader) }
      }
      #expect(
        error?.description
          == "hostile.rf: index block: a block of \(region.rawSize) bytes is larger than the limit of "
          + "\(region.rawSize - 1); --block-limit SIZE allows more")
      #expect(error?.kind == .unsupported)
    }
  }

  @Test("lists of an index that take more memory than the limit are refused before they are made")
  func limitsLists() throws {
    func refusal(_ index: [UInt8], limit: Int64) throws -> FileError? {
      let sink = ByteSink(memory: "hostile.rf")
      let writer = try BCFileWriter(sink, codec: .gz)
      try writer.writeMetaBlock("RFile.index", index)
      try writer.finish()
      do {
        _ = try RFileReader(
          ByteSource(bytes: sink.memory, name: "hostile.rf"), loader: BlockLoader(limit: BlockLimit(bytes: limit)))
        return nil
      } catch let error as FileError { return error }
    }
    let empty = [0, 0, 0, 0] + node(level: 0, [])

    // 5000 families without a name: 12 bytes each in the file.
    var families: [UInt8] = [0x20, 0x63, 0x74, 0x74, 0, 0, 0, 8, 0, 0, 0, 1, 1]
    families.appendBigEndian(Int32(5000))
    families += [UInt8](repeating: 0, count: 5000 * 12) + [0] + empty + [0]
    #expect(try refusal(families, limit: 1 << 20) == nil)
    let error = try refusal(families, limit: 100_000)
    #expect(error?.kind == .unsupported)
    let text = error?.description ?? ""
    #expect(text.hasPrefix("hostile.rf: block RFile.index: at byte 17: expected column families within a limit"))
    #expect(text.hasSuffix("; --block-limit SIZE allows more"))

    // 2000 empty default groups.
    var groups: [UInt8] = [0x20, 0x63, 0x74, 0x74, 0, 0, 0, 8]
    groups.appendBigEndian(Int32(2000))
    for _ in 0..<2000 { groups += [1, 0, 0, 0, 0, 0] + empty }
    groups.append(0)
    #expect(try refusal(groups, limit: 2 << 20) == nil)
    #expect(try refusal(groups, limit: 200_000)?.description.contains("expected locality groups within") == true)
  }

  @Test("an index that promises 2^31 of anything is refused before memory is asked for") func refusesCountsInIndex()
    throws
  {
    var root = node(level: 0, [entry(97, 1, 16, 12, 12)])
    for (at, message) in [(0, "found level 2130706432"), (9, "count of index entries"), (17, "size of index data")] {
      var bad = root
      bad[at] = 0x7f
      expectRefusal(try file([data], total: 1, root: bad), message)
    }
    root[13] = 0xff
    expectRefusal(try file([data], total: 1, root: root), "index entry 0 within")
    expectRefusal(try file([data], total: -1, root: node(level: 0, [entry(97, 1, 16, 12, 12)])), "count of data blocks")
  }

  @Test("groups that begin with one block are refused, however many they are") func refusesSharedBlocks() throws {
    let sink = ByteSink(memory: "hostile.rf")
    let writer = try BCFileWriter(sink, codec: .none)
    _ = try data.withUnsafeBytes { try writer.writeBlock($0) }
    var index: [UInt8] = [0x20, 0x63, 0x74, 0x74, 0, 0, 0, 8]
    index.appendBigEndian(Int32(1000))
    for _ in 0..<1000 {
      index += [1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1] + node(level: 0, [entry(97, 1, 16, 12, 12)])
    }
    index.append(0)
    try writer.writeMetaBlock("RFile.index", index)
    try writer.finish()
    expectRefusal(sink.memory, "expected groups with blocks of their own, found two that begin at offset 16")
  }

  @Test("meta blocks that overlap are refused by the check, and summarizers that share a block") func refusesOverlaps()
    throws
  {
    let sink = ByteSink(memory: "hostile.rf")
    let writer = try RFileWriter(sink, options: .init(codec: .gz))
    try writer.startDefaultLocalityGroup()
    _ = try writer.finish()
    // The same block under a thousand names.
    let reader = try BCFileReader(ByteSource(bytes: sink.memory, name: "sound.rf"))
    var blocks = reader.metaBlocks
    let region = try #require(blocks.first).region
    blocks += (0..<1000).map { MetaBlock(name: "block \($0)", codecName: "gz", region: region) }
    var bytes = Array(sink.memory[..<Int(reader.blocksEnd)])
    MetaIndex(blocks).encode(into: &bytes)
    let footer = Footer(metaIndexOffset: reader.blocksEnd, cryptoParametersOffset: Int64(bytes.count))
    CryptoParameters.none.encode(into: &bytes)
    footer.encode(into: &bytes)
    let hostile = try RFileReader(ByteSource(bytes: bytes, name: "hostile.rf"))
    let error = #expect(throws: FileError.self) { try hostile.check() }
    #expect(error?.description == "hostile.rf: meta index: its blocks overlap: they take more than the file has")

    let configuration = SummarizerConfiguration(className: "org.example.Summarizer", id: "a", options: [:])
    var index: [UInt8] = []
    var shared = SummaryIndex([configuration, configuration])
    shared.summarizers[1].block = shared.summarizers[0].block
    shared.encode(into: &index)
    let twice = #expect(throws: DecodeError.self) {
      var reader = ByteReader(index)
      _ = try SummaryIndex(from: &reader)
    }
    #expect(twice?.found == "block 0 twice")
  }
}
