import TestSupport
import Testing

@testable import BlockFile
@testable import RFile

// The strongest proof short of Accumulo itself: read a file that Accumulo wrote, write its entries with the same
// settings, and get the same blocks and the same index, byte for byte. Stored bytes depend on the compressor (Hadoop's
// zstd cuts its input differently), and offsets in the index depend on stored sizes. So for each block with the right
// raw bytes, the stored bytes are taken from Accumulo's file.

@Suite struct RewriteTests {
  @Test("from the same entries and settings come the blocks and indexes of Accumulo, byte for byte")
  func rewritesByteForByte() throws {
    let files = try WriterSettings.all()
    // One for each codec other than none, gz and zstd.
    #expect(files.count == 24 + Codec.allCases.count)
    for file in files { try rewrite(file) }
  }

  private func rewrite(_ settings: WriterSettings) throws {
    let path = settings.fixture.path
    let reader = try RFileReader(path: path)
    let theirs = try Fixtures.bytes(path)
    let known = try Self.storedBlocks(of: reader, theirs)

    let sink = ByteSink(memory: settings.name)
    let stored = BlockBuffer()
    let compressor = Compressor(reader.file.codec)
    let file = try BCFileWriter(sink, codec: reader.file.codec) { raw in
      if let block = known[Array(raw)] {
        stored.removeAll()
        stored.append(block)
      } else if compressor.rung.codec == .none {
        return raw
      } else {
        // RFile.index, whose families are in another order.
        compressor.compress(raw, into: stored)
      }
      return stored.bytes
    }
    let writer = try RFileWriter(
      file, options: .init(blockSize: settings.blockSize, indexBlockSize: settings.indexBlockSize))
    for (i, group) in reader.groups.enumerated() {
      if let name = group.name {
        #expect(settings.groups[i].name == name)
        try writer.startLocalityGroup(name, families: settings.groups[i].families)
      } else {
        try writer.startDefaultLocalityGroup()
      }
      // Samples are between the groups. We write none, so leave room for them.
      let cursor = try reader.cursor(ofGroup: i, loader: BlockLoader())
      if !reader.sampleGroups.isEmpty, let first = try Self.blocks(of: reader, group: i).data.first {
        try sink.append(Array(theirs[Int(sink.count)..<Int(first.offset)]))
      }
      try writer.append(contentsOf: cursor)
    }
    _ = try writer.finish()

    let written = try RFileReader(ByteSource(bytes: sink.memory, name: settings.name))
    let dataEnd = Int(reader.file.metaBlocks.map(\.region.offset).min()!)
    if reader.sampleGroups.isEmpty {
      #expect(sink.memory[..<dataEnd] == theirs[..<dataEnd], "\(settings.name): data and index blocks")
    } else {
      // The last group's sample comes after it.
      let ours = Int(written.file.metaBlocks.map(\.region.offset).min()!)
      #expect(ours > dataEnd / 2 && sink.memory[..<ours] == theirs[..<ours], "\(settings.name): data and index blocks")
    }
    #expect(written.groups.count == reader.groups.count)
    for (a, b) in zip(written.groups, reader.groups) {
      #expect(a.name == b.name && a.families == b.families && a.firstKey == b.firstKey, "\(settings.name)")
      #expect(a.blockCount == b.blockCount && Self.bytes(a.root) == Self.bytes(b.root), "\(settings.name): root")
    }
  }

  private static func bytes(_ block: IndexBlock) -> [UInt8] {
    var bytes: [UInt8] = []
    block.encode(into: &bytes)
    return bytes
  }

  private static func blocks(
    of reader: RFileReader, group: Int
  ) throws -> (data: [BlockRegion], index: [BlockRegion]) {
    var data: [BlockRegion] = []
    var index: [BlockRegion] = []
    try reader.forEachIndexBlock(ofGroup: group, loader: BlockLoader()) { block, region in
      if let region { index.append(region) }
      if block.level == 0 { data += try (0..<block.count).map { try block.entry($0).region! } }
    }
    return (data, index)
  }

  /// Maps the raw bytes of all data and index blocks to their stored bytes.
  private static func storedBlocks(of reader: RFileReader, _ file: [UInt8]) throws -> [[UInt8]: [UInt8]] {
    var blocks: [[UInt8]: [UInt8]] = [:]
    let buffer = BlockBuffer()
    for i in reader.groups.indices {
      let (data, index) = try Self.blocks(of: reader, group: i)
      for region in data + index {
        try reader.file.load(region, into: buffer, loader: BlockLoader(), place: "block")
        blocks[Array(buffer.bytes)] = Array(file[Int(region.offset)..<Int(region.offset + region.compressedSize)])
      }
    }
    for block in reader.file.metaBlocks {
      let raw = try reader.file.metaBlock(block.name, loader: BlockLoader())!
      let region = block.region
      blocks[raw] = Array(file[Int(region.offset)..<Int(region.offset + region.compressedSize)])
    }
    return blocks
  }
}
