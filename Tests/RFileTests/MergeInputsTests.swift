import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

@Suite("The inputs of a merge") struct MergeInputsTests {
  private let directory = ScratchDirectory()

  /// A file whose families a and b form one group; all others are in the default group.
  private func makeFile(_ name: String, rows: some Sequence<UInt8>, families: String, codec: Codec = .none) throws
    -> String
  {
    let path = directory.file(name)
    let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: codec, blockSize: 40))
    let entries = rows.flatMap { row in
      families.utf8.map { Entry(key: Key(row: [row], family: [$0], timestamp: 1), value: Array(name.utf8)) }
    }
    let group = Set("ab".utf8.map { [$0] })
    try writer.startLocalityGroup("ab", families: group)
    try writer.append(contentsOf: ArrayCursor(entries.filter { group.contains($0.key.family) }))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries.filter { !group.contains($0.key.family) }))
    _ = try writer.finish()
    return path
  }

  private func rows(_ entries: [Entry]) -> [UInt8] { entries.map { $0.key.row[0] } }

  @Test("entries come in one order, each with the input that it is from, and are counted") func merges() throws {
    let paths = [
      try makeFile("0", rows: [1, 3, 5], families: "ax"), try makeFile("1", rows: [], families: "a"),
      try makeFile("2", rows: [2, 3], families: "x"),
    ]
    let inputs = try MergeInputs(paths.map { MergeInput($0) }, loader: BlockLoader())
    var found: [String] = []
    while let entry = try inputs.next() {
      let key = entry.pointee.key
      #expect(entry.pointee.value.array == Array("\(inputs.currentInput)".utf8))
      found.append("\(key.row[0])\(ByteText.encode(key.family))\(inputs.currentInput)")
    }
    #expect(found == ["1a0", "1x0", "2x2", "3a0", "3x0", "3x2", "5a0", "5x0"])
    #expect(inputs.entriesRead == 8)
    #expect(try collect(MergeInputs([], loader: BlockLoader())).isEmpty)
  }

  @Test("each input has rows of its own") func rowsOfInputs() throws {
    let paths = try ["0", "1"].map { try makeFile($0, rows: 1...9, families: "a") }
    let inputs = [
      MergeInput(paths[0], rows: RowRange(after: [3], through: [5])),
      MergeInput(paths[1], rows: RowRange(from: [5], through: nil)),
      MergeInput(paths[0], rows: RowRange(after: nil, through: [1])),
    ]
    #expect(try rows(collect(MergeInputs(inputs, loader: BlockLoader()))) == [1, 4, 5, 5, 6, 7, 8, 9])
  }

  @Test("families are filtered only when a group that is read has others, too") func filters() throws {
    let path = try makeFile("0", rows: 1...3, families: "abx")
    func open(_ families: FamilySelection) throws -> MergeInputs {
      try MergeInputs([MergeInput(path)], families: families, loader: BlockLoader())
    }
    func families(_ inputs: MergeInputs) throws -> String {
      String(decoding: try collect(inputs).prefix(3).flatMap(\.key.family), as: UTF8.self)
    }
    let a = Array("a".utf8)
    let b = Array("b".utf8)
    #expect(try open(.all).filter == nil && families(open(.all)) == "abx")
    #expect(try open(.only([a, b])).filter == nil && families(open(.only([a, b]))) == "aba")
    #expect(try open(.except([a, b])).filter == nil && families(open(.except([a, b]))) == "xxx")
    #expect(try open(.only([a])).filter != nil && families(open(.only([a]))) == "aaa")
    #expect(try open(.except([a])).filter != nil && families(open(.except([a]))) == "bxb")
    let filtered = try open(.only([a]))
    _ = try collect(filtered)
    #expect(filtered.entriesRead == 3)
  }

  @Test("any set of families divides a stream into two that make it up") func divides() throws {
    var random = SplitMix64(seed: 9)
    func family() -> [UInt8] {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 254...255, using: &random) }
    }
    for size in 0..<12 {
      let families = Set((0..<size).map { _ in family() })
      let inside = try #require(FamilyFilter(.only(families)))
      let outside = try #require(FamilyFilter(.except(families)))
      let buffer = EntryBuffer()
      for _ in 0..<300 {
        let family = family()
        buffer.copy(Entry(key: Key(row: [], family: family)))
        let view = buffer.view.pointee.family
        #expect(inside.passes(view) == families.contains(family))
        #expect(outside.passes(view) == !families.contains(family))
      }
    }
    #expect(FamilyFilter(.all) == nil)
  }

  @Test("the stored bytes of blocks are kept where they may be taken over") func keepsBlocks() throws {
    let paths = [
      try makeFile("0", rows: 1...40, families: "a", codec: .gz), try makeFile("1", rows: 1...40, families: "a"),
    ]
    let reusable = try #require(RFileWriter.Options(codec: .gz, blockSize: 40).reusableBlocks)
    #expect(reusable.sizes == 20...80)
    let inputs = try MergeInputs(paths.map { MergeInput($0) }, reusable: reusable, loader: BlockLoader())
    #expect(inputs.merge.sources.map { $0.feed.stored != nil } == [true, false])
    let none = try MergeInputs(paths.map { MergeInput($0) }, loader: BlockLoader())
    #expect(none.merge.sources.allSatisfy { $0.feed.stored == nil })
    #expect(RFileWriter.Options(codec: .none).reusableBlocks == nil)
    #expect(RFileWriter.Options(codec: .zstd, level: .number(3)).reusableBlocks == nil)
    #expect(RFileWriter.Options(codec: .zstd, level: .fast).reusableBlocks != nil)
  }

  @Test("what a file has beside its entries is named") func extras() throws {
    let sampled = RFileFixture.readable.filter { (try? !RFileReader(path: $0.path).sampleGroups.isEmpty) ?? false }
    #expect(!sampled.isEmpty)
    for file in sampled {
      #expect(try MergeInputs([MergeInput(file.path)], loader: BlockLoader()).extras.contains("sample"))
    }
    let plain = try makeFile("0", rows: [1], families: "a")
    #expect(try MergeInputs([MergeInput(plain)], loader: BlockLoader()).extras.isEmpty)
  }
}
