import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

// Files of random shape: written by our writer, checked by the reference reader, read back by ours, and merged against
// a sort.

@Suite struct RandomFileTests {
  @Test("what is written reads back the same, by our reader and by an independent one", arguments: 0..<60)
  func roundTrips(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let entries = Self.entries(Int.random(in: 0..<400, using: &random), &random)
    let bytes = try Self.write(entries, &random)

    let reference = try ReferenceRFile(bytes)
    try reference.verifyTruth()
    let referenceSeesAll =
      reference.groups.flatMap(\.entries).sorted { $0.key < $1.key }.map(\.key) == entries.map(\.key)
    #expect(referenceSeesAll)

    let reader = try RFileReader(ByteSource(bytes: bytes, name: "random"))
    let isSame = try collect(reader.merged()) == entries
    #expect(isSame)
    #expect(try reader.check().entries == Int64(entries.count))
    for _ in 0..<20 {
      let range = ScanTests.randomRange(entries, &random)
      let isSameRange = try collect(reader.merged(rows: range)) == entries.filter { range.contains($0.key.row) }
      #expect(isSameRange, "\(range)")
    }
  }

  @Test("a merge is a stable sort of its inputs", arguments: 0..<60) func mergesAsSort(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(1000 + seed))
    let inputs = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
      Self.entries(Int.random(in: 0..<60, using: &random), &random)
    }
    let loader = BlockLoader()
    var cursors: [GroupCursor] = []
    for (i, input) in inputs.enumerated() {
      let reader = try RFileReader(ByteSource(bytes: Self.write(input, &random), name: "\(i)"))
      cursors += try reader.cursors(loader: loader)
    }
    var numbered: [(file: Int, entry: Entry)] = []
    for (file, input) in inputs.enumerated() { numbered += input.map { (file, $0) } }
    numbered.sort { a, b in a.entry.key != b.entry.key ? a.entry.key < b.entry.key : a.file < b.file }
    let expected = numbered.map(\.entry)
    let isSame = try collect(MergeCursor(cursors)) == expected
    #expect(isSame)
  }

  @Test("all merges of up to 4 files of up to 2 of 3 keys are stable sorts") func mergesAllSmall() throws {
    // Each file is a digit in base 7: nothing, a, b, c, ab, ac, bc. The value identifies the file.
    let shapes: [[UInt8]] = [[], [1], [2], [3], [1, 2], [1, 3], [2, 3]]
    var readers: [[RFileReader]] = []
    for file in 0..<4 {
      readers.append(
        try shapes.map { rows in
          let entries = rows.map { Entry(key: Key(row: [$0], timestamp: 1), value: [UInt8(file)]) }
          var random = SplitMix64(seed: 1)
          return try RFileReader(ByteSource(bytes: Self.write(entries, &random, named: []), name: "\(file)"))
        })
    }
    let loader = BlockLoader()
    for number in 0..<(7 * 7 * 7 * 7) {
      let picks = [number % 7, number / 7 % 7, number / 49 % 7, number / 343]
      let cursors = try picks.enumerated().flatMap { try readers[$0.offset][$0.element].cursors(loader: loader) }
      let merged = try collect(MergeCursor(cursors)).map { [$0.key.row[0], $0.value[0]] }
      var expected: [[UInt8]] = []
      for (file, shape) in picks.enumerated() { expected += shapes[shape].map { [$0, UInt8(file)] } }
      expected.sort { $0.lexicographicallyPrecedes($1) }
      #expect(merged == expected)
    }
  }

  /// Sorted entries with few distinct fields, so prefixes, equal keys and deletes are frequent.
  static func entries(_ count: Int, _ random: inout SplitMix64) -> [Entry] {
    func bytes(_ longest: Int) -> [UInt8] {
      let length = Int.random(in: 0...longest, using: &random)
      return (0..<length).map { _ in [0, 1, 97, 97, 98, 255].randomElement(using: &random)! }
    }
    return (0..<count).map { _ in
      let long = Int.random(in: 0..<40, using: &random) == 0
      return Entry(
        key: Key(
          row: bytes(long ? 300 : 6), family: Array(["", "f", "g", "hh"].randomElement(using: &random)!.utf8),
          qualifier: bytes(3), visibility: bytes(1),
          timestamp: Int64.random(in: -3...3, using: &random) << (long ? 60 : 0),
          deleted: Int.random(in: 0..<8, using: &random) == 0),
        value: bytes(long ? 2000 : 20))
    }.sorted { $0.key < $1.key }
  }

  /// A file of these entries with random codec, block sizes and groups.
  static func write(_ entries: [Entry], _ random: inout SplitMix64, named groups: [String]? = nil) throws -> [UInt8] {
    let sink = ByteSink(memory: "random")
    let codec = Codec.allCases.randomElement(using: &random)!
    let writer = try RFileWriter(
      sink,
      options: .init(
        codec: codec, level: codec.levels?.randomElement(using: &random).map { .number(min($0, 12)) } ?? .auto,
        blockSize: [1, 50, 300, 5000].randomElement(using: &random)!,
        indexBlockSize: [1, 60, 400, 100_000].randomElement(using: &random)!))
    let named = groups ?? [[], ["f"], ["f", "g"]].randomElement(using: &random)!
    for name in named {
      try writer.startLocalityGroup("group \(name)", families: [Array(name.utf8)])
      try writer.append(contentsOf: ArrayCursor(entries.filter { $0.key.family == Array(name.utf8) }))
    }
    try writer.startDefaultLocalityGroup()
    try writer.append(
      contentsOf: ArrayCursor(
        entries.filter { entry in
          !named.contains { Array($0.utf8) == entry.key.family }
        }))
    #expect(try writer.finish() == sink.count)
    return sink.memory
  }
}
