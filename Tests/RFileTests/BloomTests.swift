import FoundationEssentials
import Records
import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

@Suite("Bloom filters") struct BloomTests {
  private static func hash(_ hash: BloomHash, _ bytes: [UInt8], _ seed: UInt32) -> String {
    let value = bytes.withUnsafeBufferPointer {
      let bytes = ByteView(start: $0.baseAddress!, count: $0.count)
      return hash == .murmur ? BloomHash.murmur(bytes, seed) : BloomHash.jenkins(bytes, seed)
    }
    return String(value, radix: 16)
  }

  @Test("the hashes are Hadoop's")
  func hashes() {
    #expect(Self.hash(.murmur, Array("row_00001".utf8), 0) == "54705802")
    #expect(Self.hash(.murmur, [0xff, 0xfe, 0xfd], 0) == "3b226610")
    #expect(Self.hash(.murmur, Array("a".utf8), 7) == "fbeb9e30")
    #expect(Self.hash(.jenkins, Array("row_00001".utf8), 0) == "f407d0d0")
    #expect(Self.hash(.jenkins, Array("abcdefghijklmnop".utf8), 5) == "40dc70bf")
  }

  @Test("a row has the bits that Accumulo gives it")
  func sizes() {
    func bits(_ keys: Int, _ rate: Double = 0.005) -> Int? {
      BloomSettings(functor: .row, hash: .murmur, keysPerRow: keys, errorRate: rate)?.head.bits
    }
    #expect(bits(1) == 12 && bits(10) == 118 && bits(200) == 2351 && bits(1_048_576) == 12_321_010)
    #expect(bits(0) == nil && bits(200, 0) == nil && bits(200, 1) == nil && bits(200, 10) == nil)
    #expect(bits(Int(Int32.max)) == Int(Int32.max) && bits(Int(Int32.max) + 1) == nil)
    #expect(bits(200, .nan) == nil)
  }

  @Test("filters of Accumulo answer as they do there")
  func answers() throws {
    var (maybe, no) = (0, 0)
    let tops = [Fixtures.accumulo] + (Fixtures.shared.map { [$0] } ?? [])
    for folder in tops.map({ $0 + "/golden2/bloom" }) {
      for name in try Fixtures.names(in: folder, suffix: ".jsonl") {
        let path = folder + "/" + name.replacing(".jsonl", with: ".rf")
        guard let reader = try? RFileReader(path: path) else { continue }
        _ = try reader.check()
        let filter = try #require(try reader.bloomFilter(loader: BlockLoader()))
        for line in try Fixtures.text(folder + "/" + name).split(separator: "\n") {
          let question = try JSONValue(parsing: Array(line.utf8))
          var answer = true
          if let start = Self.key(question["start"]), let end = Self.key(question["end"]) {
            answer = filter.mayHold(from: start, to: end, includingEnd: question["endInclusive"]?.bool ?? false)
          }
          #expect(answer == (question["answer"]?.text == "maybe"), "\(name): \(line)")
          if answer { maybe += 1 } else { no += 1 }
        }
      }
    }
    #expect(maybe > 150 && no > 50)
  }

  private static func key(_ json: JSONValue?) -> Key? {
    guard let f = json?.text?.split(separator: " ", omittingEmptySubsequences: false), f.count >= 6 else { return nil }
    return Key(
      row: Fixtures.hex(f[0]), family: Fixtures.hex(f[1]), qualifier: Fixtures.hex(f[2]),
      visibility: Fixtures.hex(f[3]),
      timestamp: Int64(f[4])!, deleted: f[5] == "1")
  }

  // MARK: Against a naive model

  /// The bits of each row, and the keys in the last one.
  private struct Model {
    var rows: [Set<Int>] = [[]]
    var keys = 0

    mutating func add(_ key: [UInt8], _ settings: BloomSettings) {
      guard !key.isEmpty else { return }
      if keys >= settings.keysPerRow {
        rows.append([])
        keys = 0
      }
      let places = key.withUnsafeBufferPointer { bytes in
        let positions = settings.head.positions(of: ByteView(start: bytes.baseAddress!, count: bytes.count))
        return positions.indices.map { positions[$0] }
      }
      if !rows[rows.count - 1].isSuperset(of: places) { keys += 1 }
      rows[rows.count - 1].formUnion(places)
    }
  }

  private static func filter(_ entries: [Entry], _ settings: BloomSettings) throws -> BloomFilter {
    let writer = BloomFilterWriter(settings)
    let cursor = ArrayCursor(entries)
    while let entry = try cursor.next() { try writer.add(entry) }
    var reader = ByteReader(writer.finish())
    return try BloomFilter(from: &reader)
  }

  private static func expect(
    _ filter: BloomFilter, holds entries: [Entry], _ settings: BloomSettings, _ comment: @autoclosure () -> String
  ) {
    var model = Model()
    for entry in entries { model.add(settings.functor.bytes(of: entry.key), settings) }
    #expect(filter.setBits == model.rows, "\(comment())")
    #expect(filter.keys == (model.rows.count - 1) * settings.keysPerRow + model.keys, "\(comment())")
  }

  @Test("every sequence of up to five of four keys, in rows for one to three")
  func allSmall() throws {
    let keys = [[], [1], [1, 0], [0xff]].map { Key(row: $0) }
    for keysPerRow in 1...3 {
      for errorRate in [0.005, 0.9] {
        let settings = try #require(
          BloomSettings(functor: .row, hash: .murmur, keysPerRow: keysPerRow, errorRate: errorRate))
        for length in 0...5 {
          for number in 0..<1 << (2 * length) {
            let entries = (0..<length).map { Entry(key: keys[number >> (2 * $0) & 3]) }
            Self.expect(try Self.filter(entries, settings), holds: entries, settings, "\(keysPerRow): \(number)")
          }
        }
      }
    }
  }

  @Test(
    "seeded keys with fields of all lengths", arguments: KeyFunctor.allCases, BloomHash.allCases)
  func seeded(functor: KeyFunctor, hash: BloomHash) throws {
    var random = SplitMix64(seed: UInt64(functor.rawValue))
    let entries = (0..<3000).map { _ in
      var fields = (0..<3).map { _ in
        (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      if Bool.random(using: &random) { fields[0] = [1] }
      return Entry(key: Key(row: fields[0], family: fields[1], qualifier: fields[2]))
    }
    let settings = try #require(BloomSettings(functor: functor, hash: hash, keysPerRow: 700, errorRate: 0.01))
    let filter = try Self.filter(entries, settings)
    Self.expect(filter, holds: entries, settings, "\(functor)")
    let verifier = try #require(BloomVerifier(filter))
    let cursor = ArrayCursor(entries)
    while let entry = try cursor.next() { #expect(!verifier.denies(entry)) }
    #expect(filter.functor == functor && filter.hash == hash)
    let load = filter.load()
    #expect(load.setBits > 0 && load.setBits < 0.6 && load.falsePositives < 0.05)
  }

  // MARK: Damage

  private static func file(_ entries: [Entry], damage: (inout [UInt8]) -> Void = { _ in }) throws -> RFileReader {
    let sink = ByteSink(memory: "damaged.rf")
    let file = try BCFileWriter(sink, codec: .none)
    let writer = try RFileWriter(file, options: .init(codec: .none))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries))
    let bloom = BloomFilterWriter(
      try #require(BloomSettings(functor: .row, hash: .murmur, keysPerRow: 2, errorRate: 0.01)))
    let cursor = ArrayCursor(entries)
    while let entry = try cursor.next() { try bloom.add(entry) }
    var block = bloom.finish()
    damage(&block)
    try file.writeMetaBlock(BloomFilter.blockName, block)
    _ = try writer.finish()
    return try RFileReader(ByteSource(bytes: sink.memory, name: "damaged.rf"))
  }

  private static let entries = ["a", "b", "c"].map { Entry(key: Key(row: Array($0.utf8), timestamp: 1)) }

  @Test("every bit of a filter flipped, every length cut: an error, an answer, or a denied key that the check tells")
  func damage() throws {
    var size = 0
    _ = try Self.file(Self.entries) { size = $0.count }.check()
    var (errors, denials) = (0, 0)
    for i in 0..<size {
      for bit in 0..<8 {
        let reader = try Self.file(Self.entries) { $0[i] ^= 1 << bit }
        do { _ = try reader.check() } catch let error as FileError {
          errors += 1
          if error.description.contains("which it denies") { denials += 1 }
          #expect(error.path == "damaged.rf" && !error.description.contains("\n"))
        }
      }
      #expect(throws: FileError.self) {
        try Self.file(Self.entries) { $0.removeLast($0.count - i) }.bloomFilter(loader: BlockLoader())
      }
    }
    #expect(errors > size && denials >= 5 && denials < 100)
  }

  @Test("a filter that claims more than it has is refused without memory for it")
  func hostile() throws {
    // Keys and rows stand behind the class, the head and the keys of a row.
    let functor = 2 + KeyFunctor.row.className.utf8.count
    for (offset, value) in [
      (functor + 9, UInt32(0x7fff_ffff)), (functor + 21, 0x7fff_ffff), (functor + 21, 0xffff_ffff),
    ] {
      let reader = try Self.file(Self.entries) { block in
        withUnsafeBytes(of: value.bigEndian) { block.replaceSubrange(offset..<offset + 4, with: $0) }
      }
      #expect(throws: FileError.self) { try reader.bloomFilter(loader: BlockLoader()) }
    }
    // A row may have fewer words than bits: so these 2^31 bits take no memory, and are all clear.
    var block: [UInt8] = []
    block.appendJavaUTF(KeyFunctor.row.className)
    let head = BloomHead(hash: .murmur, bits: Int(Int32.max))
    head.encode(into: &block)
    for count in [1, 1, 1] { block.appendBigEndian(Int32(count)) }
    var row: [UInt8] = []
    _ = BloomRow(appending: BloomHead(hash: .murmur, bits: 1), to: &row)
    row.replaceSubrange(9..<13, with: [0x7f, 0xff, 0xff, 0xff])
    let reader = try Self.file(Self.entries) { $0 = block + row }
    let filter = try #require(try reader.bloomFilter(loader: BlockLoader()))
    #expect(filter.bitsPerRow == Int(Int32.max) && filter.load() == (0, 0))
    let error = #expect(throws: FileError.self) { try reader.check() }
    #expect(
      error?.description.hasSuffix(
        #"expected a key that acu_bloom admits, found row "a", which it denies: lookups miss it; compact the file to "#
          + "make the filter anew") == true)
  }
}

extension BloomFilter {
  /// The places of the bits of each row.
  fileprivate var setBits: [Set<Int>] {
    (0..<rowCount).map { row in Set((0..<bitsPerRow).filter { isSet($0, inRow: row) }) }
  }
}
