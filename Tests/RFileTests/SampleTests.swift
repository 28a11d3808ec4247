import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

@Suite("Samples") struct SampleTests {
  private static func hash(_ hash: SampleHash, _ bytes: [UInt8]) -> UInt32 {
    (bytes + [0]).withUnsafeBufferPointer {
      UInt32(bitPattern: hash.hash(ByteView(start: $0.baseAddress!, count: bytes.count)))
    }
  }

  @Test("the hashes are Guava's")
  func hashes() {
    let row = Array("row_00001".utf8)
    #expect(Self.hash(.murmur3, row) == 0x3ac0_5348)
    #expect(Self.hash(.md5, row) == 0x940f_1f5b)
    #expect(Self.hash(.sha1, row) == 0x1086_80c8)
  }

  @Test(
    "digests of messages around the borders of their blocks",
    arguments: [
      (0, 0xd41d_8cd9, 0xda39_a3ee),
      (1, 0x55a5_4008, 0xbf8b_4530),
      (55, 0x8c3e_b046, 0x04bb_34ae),
      (56, 0xd5e0_fa31, 0x83b9_fcb6),
      (63, 0x1dd0_d6dd, 0xab15_090e),
      (64, 0x7b41_2e00, 0x5430_5ee7),
      (65, 0xba03_b626, 0x5985_422a),
      (119, 0xdac5_8560, 0x6839_d6c2),
      (120, 0x6818_845a, 0x8c40_517a),
      (128, 0x912f_4956, 0x2248_5dc0),
      (200, 0xb7d1_717b, 0xb37f_6756),
    ])
  func digests(_ length: Int, _ md5: UInt32, _ sha1: UInt32) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
    #expect(Self.hash(.md5, bytes).byteSwapped == md5)
    #expect(Self.hash(.sha1, bytes).byteSwapped == sha1)
  }

  // MARK: Against a naive model

  private static func sampler(
    _ fields: Sampler.Fields = .row, _ hash: SampleHash = .murmur3, modulus: Int32 = 3
  ) -> Sampler {
    let configuration = SamplerConfiguration(className: "org.example.Sampler", options: ["modulus": "\(modulus)"])
    return Sampler(configuration: configuration, fields: fields, hash: hash, modulus: modulus)
  }

  private static func isSampled(_ key: Key, _ sampler: Sampler) -> Bool {
    var bytes: [UInt8] = []
    if sampler.fields.contains(.row) { bytes += key.row }
    if sampler.fields.contains(.family) { bytes += key.family }
    if sampler.fields.contains(.qualifier) { bytes += key.qualifier }
    if sampler.fields.contains(.visibility) { bytes += key.visibility }
    return Int32(bitPattern: hash(sampler.hash, bytes)) % sampler.modulus == 0
  }

  private static func entries(_ count: Int, seed: UInt64) -> [Entry] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Entry(
        key: Key(
          row: [UInt8.random(in: 0...255, using: &random), UInt8.random(in: 0...3, using: &random)],
          family: [UInt8.random(in: 97...100, using: &random)], qualifier: [UInt8.random(in: 0...9, using: &random)],
          visibility: Bool.random(using: &random) ? [65] : [], timestamp: Int64.random(in: 0...9, using: &random),
          deleted: Int.random(in: 0..<8, using: &random) == 0),
        value: (0..<Int.random(in: 0...30, using: &random)).map { UInt8(truncatingIfNeeded: $0) })
    }.sorted { $0.key < $1.key }
  }

  /// A file with the group g for the families a and b.
  private static func file(
    _ entries: [Entry], _ sampler: Sampler, codec: Codec = .none, buffer: Int = SampleWriter.bufferSize,
    blockSize: Int = 300, threads: Int = 1
  ) throws -> [UInt8] {
    var options = RFileWriter.Options(codec: codec, blockSize: blockSize, indexBlockSize: 100)
    options.sampler = sampler
    options.sampleBufferSize = buffer
    let sink = ByteSink(memory: "sampled.rf")
    let pool = CodecPool(threads: threads)
    try pool.occupy {
      let writer = try RFileWriter(sink, options: options, pool: pool)
      let families: Set<[UInt8]> = [[97], [98]]
      try writer.startLocalityGroup("g", families: families)
      try writer.append(contentsOf: ArrayCursor(entries.filter { families.contains($0.key.family) }))
      try writer.startDefaultLocalityGroup()
      try writer.append(contentsOf: ArrayCursor(entries.filter { !families.contains($0.key.family) }))
      _ = try writer.finish()
    }
    return sink.memory
  }

  private static func read(_ bytes: [UInt8]) throws -> (entries: [Entry], sample: [Entry]) {
    let reader = try RFileReader(ByteSource(bytes: bytes, name: "sampled.rf"))
    let entries = try collect(reader.merged())
    let sample = try collect(MergeCursor(reader.cursors(.sample, loader: BlockLoader())))
    _ = try reader.check()
    return (entries, sample)
  }

  @Test(
    "a file has the entries and their sample, whatever is hashed", arguments: SampleHash.allCases, [1, 2, 5, 8, 15])
  func fields(_ hash: SampleHash, _ fields: Int) throws {
    let entries = Self.entries(600, seed: UInt64(fields))
    let sampler = Self.sampler(Sampler.Fields(rawValue: UInt8(fields)), hash)
    let (all, sample) = try Self.read(Self.file(entries, sampler))
    let expected = entries.filter { Self.isSampled($0.key, sampler) }
    #expect(all == entries && sample == expected)
    #expect(fields & 1 == 0 || !expected.isEmpty && expected.count < entries.count)
  }

  @Test("a sample that overflows its buffer is the same, in other places of the file; so it is with threads")
  func overflow() throws {
    let entries = Self.entries(2000, seed: 4)
    let sampler = Self.sampler(modulus: 2)
    let roomy = try Self.file(entries, sampler, codec: .gz)
    for buffer in [0, 1, 50, 500, 5000] {
      let bytes = try Self.file(entries, sampler, codec: .gz, buffer: buffer)
      let isElsewhere = bytes != roomy
      #expect(isElsewhere)
      let (all, sample) = try Self.read(bytes)
      let isSame = all == entries && sample == entries.filter { Self.isSampled($0.key, sampler) }
      #expect(isSame, "\(buffer)")
      let withThreads = try Self.file(entries, sampler, codec: .gz, buffer: buffer, threads: 3)
      #expect(withThreads == bytes, "\(buffer)")
    }
  }

  @Test("every file of up to 4 of 6 entries, an entry a block, with buffers for none and one")
  func allSmall() throws {
    let keys = [UInt8]([0, 1, 2]).flatMap { row in
      [UInt8]([97, 99]).map { Key(row: [row], family: [$0], timestamp: 1) }
    }
    for subset in 0..<64 where subset.nonzeroBitCount <= 4 {
      let entries = keys.indices.filter { subset & 1 << $0 != 0 }.map { Entry(key: keys[$0], value: [UInt8($0)]) }
      for modulus in [1, 2] as [Int32] {
        for buffer in [0, 3, 100] {
          let sampler = Self.sampler(modulus: modulus)
          let (all, sample) = try Self.read(Self.file(entries, sampler, buffer: buffer, blockSize: 1))
          #expect(all == entries && sample == entries.filter { Self.isSampled($0.key, sampler) }, "\(subset)")
        }
      }
    }
  }

  @Test("samples that were taken in other ways are not merged, and no file without one")
  func agreement() throws {
    let directory = ScratchDirectory()
    func make(_ name: String, _ sampler: Sampler?) throws -> String {
      var options = RFileWriter.Options(codec: .none)
      options.sampler = sampler
      let writer = try RFileWriter(ByteSink(creating: directory.file(name)), options: options)
      try writer.startDefaultLocalityGroup()
      _ = try writer.finish()
      return directory.file(name)
    }
    let one = try make("one", Self.sampler())
    let same = try make("same", Self.sampler())
    let other = try make("other", Self.sampler(modulus: 4))
    let none = try make("none", nil)
    func merge(_ paths: String...) throws {
      _ = try MergeInputs(paths.map { MergeInput($0) }, kind: .sample, loader: BlockLoader())
    }
    try merge(one, same)
    let differs = #expect(throws: FileError.self) { try merge(one, other) }
    #expect(
      differs?.description == """
        \(other): its sample (Sampler modulus=4) was not taken like that of \(one) (Sampler modulus=3); compact it with \
        table.sampler to give it one like it
        """)
    let lacks = #expect(throws: FileError.self) { try merge(one, none) }
    #expect(lacks?.description == "\(none): it has no sample; compact it with table.sampler to give it one")
  }

  @Test("damage at every byte gives an error or an answer")
  func damage() throws {
    let bytes = try Self.file(Self.entries(12, seed: 1), Self.sampler(modulus: 1), blockSize: 60)
    _ = try Self.read(bytes)
    for i in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[i] ^= 1 << bit
        do { _ = try Self.read(damaged) } catch let error as FileError {
          #expect(error.path == "sampled.rf" && !error.description.contains("\n"))
        }
      }
    }
  }
}
