import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

// A thousand damaged files. What must be saved is known from the sound one: every entry of every block whose bytes are
// as they were. Nothing else may come out, but where a codec has no checksum: there a damaged block may still be one.

@Suite("Salvage") struct SalvageTests {
  /// A sound file, and where its entries are.
  struct Original {
    var bytes: [UInt8]
    var blocks: [(region: BlockRegion, entries: [Entry])] = []
    var indexStart: Int
    var groups: Int

    var entries: [Entry] { blocks.flatMap(\.entries) }

    init(_ bytes: [UInt8]) throws {
      self.bytes = bytes
      let reader = try RFileReader(ByteSource(bytes: bytes, name: "sound.rf"))
      let buffer = BlockBuffer()
      groups = reader.groups.count
      indexStart = Int(try #require(reader.file.metaBlocks.map(\.region.offset).min()))
      for group in reader.groups.indices {
        try reader.forEachDataBlock(ofGroup: group, loader: BlockLoader()) { entry, region in
          try reader.file.load(region, into: buffer, loader: BlockLoader(), place: "")
          var decoder = RelativeKeyDecoder()
          defer { decoder.free() }
          decoder.begin(buffer.start, count: buffer.count)
          var entries: [Entry] = []
          for _ in 0..<entry.entryCount {
            try decoder.decode()
            entries.append(decoder.view.entry)
          }
          blocks.append((region, entries))
        }
      }
    }
  }

  /// A file of a few dozen blocks, each time with other groups, samples, and sizes.
  static func original(_ codec: Codec, _ random: inout SplitMix64) throws -> Original {
    func bytes(_ most: Int, _ letters: ClosedRange<UInt8>) -> [UInt8] {
      (0..<Int.random(in: 1...most, using: &random)).map { _ in .random(in: letters, using: &random) }
    }
    let entries = (0..<Int.random(in: 60...400, using: &random)).map { number in
      Entry(
        key: Key(
          row: bytes(9, 0x61...0x7a), family: [.random(in: 0x61...0x64, using: &random)], qualifier: bytes(3, 0...255),
          visibility: .random(using: &random) ? [0x41] : [], timestamp: .random(in: 0...1 << 40, using: &random),
          deleted: Int.random(in: 0..<9, using: &random) == 0),
        value: Array("\(number) ".utf8) + bytes(30, 0...255))
    }.sorted { $0.key < $1.key }
    var options = RFileWriter.Options(
      codec: codec, blockSize: .random(in: 150...900, using: &random),
      indexBlockSize: [60, 300, 100_000].randomElement(using: &random)!)
    if Int.random(in: 0..<3, using: &random) == 0 {
      options.sampler = Sampler(
        configuration: SamplerConfiguration(className: "org.example.Sampler", options: ["modulus": "3"]), fields: .row,
        hash: .murmur3, modulus: 3)
      options.sampleBufferSize = [500, 10_000_000].randomElement(using: &random)!
    }
    let sink = ByteSink(memory: "sound.rf")
    let writer = try RFileWriter(sink, options: options)
    let named = [[], ["a"], ["b", "d"]].randomElement(using: &random)!
    for name in named {
      try writer.startLocalityGroup(name, families: [Array(name.utf8)])
      try writer.append(contentsOf: ArrayCursor(entries.filter { $0.key.family == Array(name.utf8) }))
    }
    try writer.startDefaultLocalityGroup()
    try writer.append(
      contentsOf: ArrayCursor(entries.filter { entry in !named.contains { Array($0.utf8) == entry.key.family } }))
    _ = try writer.finish()
    return try Original(sink.memory)
  }

  /// One kind of damage, anywhere.
  static func damage(_ original: Original, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = original.bytes
    func place(_ range: Range<Int>) -> Int { .random(in: range, using: &random) }
    func zero(_ start: Int, _ count: Int) { for i in start..<min(start + count, bytes.count) { bytes[i] = 0 } }
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      for _ in 0..<place(1..<4) { bytes[place(0..<bytes.count)] ^= 1 << UInt8(place(0..<8)) }
    case 1: zero(place(0..<bytes.count), place(1..<2000))
    case 2: bytes.removeLast(place(1..<bytes.count))
    case 3: for i in original.indexStart..<bytes.count { bytes[i] = UInt8(place(0..<256)) }
    case 4:
      zero(place(0..<original.indexStart), place(1..<1000))
      bytes.removeLast(bytes.count - place(original.indexStart..<bytes.count))
    case 5:
      bytes[place(original.indexStart..<bytes.count)] ^= 0x10
      bytes[place(16..<original.indexStart)] ^= 0x01
    default:
      // One block over another.
      let blocks = original.blocks.map(\.region)
      let (from, to) = (blocks.randomElement(using: &random)!, blocks.randomElement(using: &random)!)
      let count = Int(min(from.compressedSize, to.compressedSize))
      for i in 0..<count { bytes[Int(to.offset) + i] = original.bytes[Int(from.offset) + i] }
    }
    return bytes
  }

  static func isAsItWas(_ region: BlockRegion, _ original: Original, _ damaged: [UInt8]) -> Bool {
    let range = Int(region.offset)..<Int(region.offset + region.compressedSize)
    return range.upperBound <= damaged.count && damaged[range] == original.bytes[range]
  }

  static func counted(_ entries: [Entry]) -> [Entry: Int] { entries.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

  static func covers(_ loss: Loss, _ key: Key) -> Bool {
    let (isAfter, isBefore) = (loss.after.map { $0 <= key } ?? true, loss.before.map { key <= $0 } ?? true)
    if let after = loss.after, let before = loss.before, before < after { return isAfter || isBefore }
    return isAfter && isBefore
  }

  @Test(
    "every entry of every block that is as it was is saved, and nothing else; what is not is listed as lost",
    arguments: Codec.allCases)
  func saved(codec: Codec) throws {
    var random = SplitMix64(seed: 16)
    var (rounds, lossy) = (0, 0)
    for round in 0..<170 {
      let original = try Self.original(codec, &random)
      let damaged = Self.damage(original, &random)
      let place = Comment(rawValue: "\(codec) round \(round)")
      let source = ByteSource(bytes: damaged, name: "damaged.rf")
      let sound = original.blocks.filter { Self.isAsItWas($0.region, original, damaged) }
      guard let survey = try? FileSurvey(of: source, limit: .smallestDefault) else {
        #expect(sound.isEmpty, place)
        continue
      }
      let found = try collect(SurvivorMerge(survey, of: source))
      rounds += 1
      let (all, expected, saved) = (
        Self.counted(original.entries), Self.counted(sound.flatMap(\.entries)), Self.counted(found)
      )
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.key <= $1.key }, place)
      let missing = expected.filter { (saved[$0.key] ?? 0) < $0.value }
      #expect(
        missing.isEmpty, "\(place): \(missing.count) of \(expected.count), index \(survey.index) \(survey.losses)")
      let more = saved.filter { (all[$0.key] ?? 0) < $0.value }
      // Blocks of samples and of the index count as well: they may pass as data where the index is lost.
      let isHurt = !damaged.starts(with: original.bytes.prefix(original.indexStart))
      let unseen = isHurt && ["none", "snappy", "lz4"].contains(codec.rawValue)
      #expect(more.count <= (unseen ? max(original.entries.count - sound.flatMap(\.entries).count, 20) : 0), place)
      let lost = original.entries.filter { saved[$0] == nil }
      if !lost.isEmpty { lossy += 1 }
      if unseen, !more.isEmpty { continue }
      #expect(lost.isEmpty || !survey.losses.isEmpty, place)
      // Whole groups may be missing where no index names them.
      if survey.index == .whole || original.groups == 1 {
        #expect(
          lost.allSatisfy { entry in survey.losses.contains { Self.covers($0, entry.key) } },
          "\(place): \(survey.losses)")
      }
      if damaged == original.bytes { #expect(survey.losses.isEmpty && survey.index == .whole) }
    }
    #expect(rounds > 160 && lossy > 60, "\(rounds), \(lossy)")
  }

  @Test("a block above the limit is left out and said so, with its index or without")
  func limit() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<20 {
      let original = try Self.original(.gz, &random)
      let sizes = original.blocks.map(\.region.rawSize).sorted()
      let limit = BlockLimit(bytes: sizes[sizes.count / 2])
      for bytes in [original.bytes, Array(original.bytes[..<original.indexStart])] {
        let survey = try FileSurvey(of: ByteSource(bytes: bytes, name: "large.rf"), limit: limit)
        #expect(survey.metLimit == (sizes.last! > limit.bytes) && !survey.runs.isEmpty)
        #expect(survey.runs.flatMap(\.blocks).allSatisfy { $0.region.rawSize <= limit.bytes })
        #expect(survey.metLimit == !survey.losses.filter { $0.size != nil }.isEmpty)
      }
    }
  }

  @Test("a large hole, or noise, in a file without an index costs time by its size, and nothing behind it")
  func largeHole() throws {
    var random = SplitMix64(seed: 5)
    let original = try Self.original(.none, &random)
    let middle = original.blocks[original.blocks.count / 2].region.offset
    let (start, end) = (original.bytes[..<Int(middle)], original.bytes[Int(middle)..<original.indexStart])
    for gap in [[UInt8](repeating: 0, count: 3 << 20), (0..<1 << 20).map { _ in .random(in: 0...255, using: &random) }]
    {
      let source = ByteSource(bytes: Array(start + gap + end), name: "hole.rf")
      let survey = try FileSurvey(of: source, limit: .smallestDefault)
      let saved = Self.counted(try collect(SurvivorMerge(survey, of: source)))
      #expect(original.blocks.allSatisfy { $0.entries.allSatisfy { saved[$0] != nil } })
    }
  }

  @Test("parts of a file are those of a set of bytes")
  func byteRanges() {
    var random = SplitMix64(seed: 8)
    for _ in 0..<300 {
      let parts = (0..<Int.random(in: 0...6, using: &random)).map { _ -> Range<Int64> in
        let start = Int64.random(in: 0...20, using: &random)
        return start..<start + .random(in: 0...6, using: &random)
      }
      let whole: Range<Int64> = 4..<Int64.random(in: 5...22, using: &random)
      let (ranges, bytes) = (ByteRanges(parts), Set(parts.joined()))
      #expect(ranges.rest(of: whole).joined().elementsEqual(whole.filter { !bytes.contains($0) }))
      #expect(ranges.overlapping(whole) == ranges.ranges.filter { $0.overlaps(whole) })
      #expect(ranges.overlaps(whole) == parts.contains { $0.overlaps(whole) && !$0.isEmpty })
      let apart = ByteRanges(ByteRanges.rest(of: 0..<30, without: parts))
      #expect(apart.contain(whole) == apart.ranges.contains { $0.contains(whole) })
    }
  }

  @Test("an index that names regions of any size, or one block over and over, costs an error and no more")
  func hostileIndex() throws {
    var random = SplitMix64(seed: 21)
    let original = try Self.original(.gz, &random)
    let block = try #require(original.blocks.first).region
    let sizes: [Int64] = [.max, .max - block.offset, 1 << 62, 0, -1]
    for size in sizes {
      let region = BlockRegion(offset: block.offset, compressedSize: size, rawSize: 1)
      let source = ByteSource(bytes: original.bytes, name: "hostile.rf")
      let units = UnitReader(source, codec: .gz, limit: .smallestDefault)
      let group = try #require(
        RFileReader(ByteSource(bytes: original.bytes, name: "hostile.rf"), loader: BlockLoader()).groups.first)
      let survey = GroupSurvey(group, units, end: source.count)
      let key = try #require(original.entries.last).key
      for _ in 0..<1000 { try survey.add(BlockClaim(region: region, entryCount: 1, previousKey: nil, key: key)) }
      #expect(survey.failures.count == 2 && survey.isContradicted && survey.run.blocks.isEmpty)
    }
  }

  @Test("bytes that look like the beginning of a block everywhere end in an error, not in a search without end")
  func hostile() throws {
    let patterns: [[UInt8]] = [
      [0x78, 0x9c], [0x28, 0xb5, 0x2f, 0xfd], Array("BZh9".utf8), [0, 0, 0xff, 0xff], [0, 1, 0x61], [0, 0, 0, 1],
      [0x20, 0x63, 0x74, 0x74, 0, 0, 0, 8], [0],
    ]
    for pattern in patterns {
      let bytes = (0..<30_000).map { pattern[$0 % pattern.count] }
      let source = ByteSource(bytes: bytes, name: "hostile.rf")
      let error = #expect(throws: FileError.self, "\(pattern)") { try FileSurvey(of: source, limit: .smallestDefault) }
      #expect(error?.path == "hostile.rf")
    }
  }
}
