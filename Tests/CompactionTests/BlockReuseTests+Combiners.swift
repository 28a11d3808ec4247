import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile
@testable import Records

// A combiner changes the entries of its columns alone, so blocks without any of these are taken over beside it.

extension BlockReuseTests {
  /// The layer of a combiner of decimal numbers.
  func combiner(_ reduction: LongCombiner.Reduction, _ columns: String) throws -> IteratorLayer {
    let options = IteratorOptions(property: "number", values: ["type": "STRING", "columns": columns])
    let layer = try LongCombiner(reduction, options).layer(in: MajcContext(propagateDeletes: false, now: 0))
    return try #require(layer).named("number")
  }

  /// An iterator, once as a layer and once as an obvious function of all entries.
  private enum Step: CaseIterable {
    case newest, evenTimes, oddTimes, sum, sumOfOther

    func layer(_ tests: BlockReuseTests) throws -> IteratorLayer {
      switch self {
      case .newest: .versions(1)
      case .evenTimes: .filter(EvenTimes(), negate: false)
      case .oddTimes: .filter(EvenTimes(), negate: true)
      case .sum: try tests.combiner(.sum, "s")
      case .sumOfOther: try tests.combiner(.sum, "other,t:q")
      }
    }

    func apply(_ entries: [Entry]) -> [Entry] {
      switch self {
      case .newest: NaiveStack.versions(entries, max: 1)
      case .evenTimes: entries.filter { $0.key.deleted || $0.key.timestamp % 2 == 0 }
      case .oddTimes: entries.filter { $0.key.deleted || $0.key.timestamp % 2 != 0 }
      case .sum: sums(entries) { $0.family == [115] }
      case .sumOfOther: sums(entries) { $0.family == [116] && $0.qualifier == [113] }
      }
    }

    private func sums(_ entries: [Entry], _ isCombined: (Key) -> Bool) -> [Entry] {
      var result: [Entry] = []
      var isOpen = false
      for entry in entries {
        let joins = !entry.key.deleted && isCombined(entry.key)
        if joins, isOpen, let last = result.last, NaiveStack.cell(last) == NaiveStack.cell(entry) {
          result[result.count - 1].value = Array("\(number(last) + number(entry))".utf8)
        } else {
          result.append(entry)
        }
        isOpen = joins
      }
      return result
    }

    private func number(_ entry: Entry) -> Int { Int(String(decoding: entry.value, as: UTF8.self)) ?? 0 }
  }

  @Test(
    "all files of up to 9 entries in four columns beside files of one, an entry a block and two a block",
    arguments: [10, 24])
  func allSmallWithCombiners(blockSize: Int) throws {
    // Versions of a cell that is combined, a marker among them, and neighbours that are not combined.
    var keys = [Int64(5), 4, 3, 2].map { Key(row: [1], family: [115], timestamp: $0) }
    keys.append(Key(row: [1], family: [115], timestamp: 3, deleted: true))
    keys += [Int64(4), 3].map { Key(row: [1], family: [116], qualifier: [113], timestamp: $0) }
    keys += [Key(row: [1], family: [97], timestamp: 3), Key(row: [2], family: [98], timestamp: 4)]
    keys.sort()
    let options = RFileWriter.Options(codec: .gz, blockSize: blockSize, indexBlockSize: 1000)
    let directory = ScratchDirectory()
    func makeFile(_ subset: Int, _ name: String, unit: Int) throws -> (path: String, entries: [Entry]) {
      let entries = keys.indices.filter { subset & 1 << $0 != 0 }.map {
        Entry(key: keys[$0], value: Array("\(unit << $0)".utf8))
      }
      return (try self.makeFile(entries, options, in: directory, name), entries)
    }
    let files = try (0..<512).map { try makeFile($0, "a\($0)", unit: 1) }
    let others = try ([0] + keys.indices.map { 1 << $0 }).map { try makeFile($0, "b\($0)", unit: 1000) }
    var random = SplitMix64(seed: UInt64(blockSize))
    var reusedBesideSums = 0
    for a in files {
      for b in others.shuffled(using: &random).prefix(3) {
        // Each pair with one stack of up to three iterators; over all pairs, each occurs often.
        let steps = (0..<Int.random(in: 1...3, using: &random)).map { _ in Step.allCases.randomElement(using: &random)!
        }
        var rules = Rules(propagateDeletes: Bool.random(using: &random), maxVersions: 0)
        rules.others = try steps.map { try $0.layer(self) }
        let merged = (a.entries + b.entries).enumerated().sorted {
          $0.element.key != $1.element.key ? $0.element.key < $1.element.key : $0.offset < $1.offset
        }
        var model = NaiveStack.deleting(merged.map(\.element), propagateDeletes: rules.propagateDeletes)
        for step in steps { model = step.apply(model) }
        let reused = try expectSame(
          [a.path, b.path], options, rules, judged: false, entries: model,
          "\(lines(a.entries)) \(lines(b.entries)) \(steps) \(rules.propagateDeletes)")
        if reused > 0, steps.contains(.sum) { reusedBesideSums += 1 }
      }
    }
    #expect(reusedBesideSums > 100)
  }

  @Test("a combined column in one block: the others go over") func oneCombinedBlock() throws {
    let directory = ScratchDirectory()
    var all = entries(Array(0..<500))
    let counter = Key(row: Array("row1250".utf8), family: [115], timestamp: 1)
    all.insert(Entry(key: counter, value: Array("41".utf8)), at: 251)
    let big = try makeFile(all, Self.options, in: directory, "big.rf")
    var one = counter
    one.timestamp = 2
    let small = try makeFile([Entry(key: one, value: [49])], Self.options, in: directory, "small.rf")
    for rules in try [
      Rules(others: [combiner(.sum, "s")]), Rules(below: [combiner(.sum, "s")]),
      Rules(maxVersions: 0, others: [combiner(.max, "t"), combiner(.sum, "u,s")]),
    ] {
      let reused = try expectSame([big, small], Self.options, rules)
      #expect(try reused >= blocks(big) - 3 && reused < blocks(big))
      let output = try compact([big, small], Self.options, rules, reuse: true).bytes
      let merged = try collect(RFileReader(ByteSource(bytes: output, name: "output")).merged())
      let sums = merged.filter { $0.key.family == [115] }
      let expected = rules.below.isEmpty && rules.maxVersions == 1 ? "1" : "42"
      #expect(sums == [Entry(key: one, value: Array(expected.utf8))])
    }
  }

  @Test("versions of a combined cell on both sides of borders are one sum") func combinedAcrossBorders() throws {
    let directory = ScratchDirectory()
    // Rows of 1 to 20 versions between rows that are not combined, so that borders fall everywhere.
    let keys = (1...20).flatMap { row in
      [Key(row: Array("row\(1000 + row)".utf8), family: [97], timestamp: 0)]
        + (0..<row).map { Key(row: Array("row\(1000 + row)".utf8), family: [115], timestamp: Int64(100 - $0)) }
    }
    let input = try makeFile(keys.map { Entry(key: $0, value: [49]) }, Self.options, in: directory, "a.rf")
    let rules = Rules(maxVersions: 0, others: [try combiner(.sum, "s")])
    try expectSame([input], Self.options, rules)
    let output = try compact([input], Self.options, rules, reuse: true).bytes
    let sums = try collect(RFileReader(ByteSource(bytes: output, name: "output")).merged())
    #expect(
      sums.filter { $0.key.family == [115] }.map { String(decoding: $0.value, as: UTF8.self) }
        == (1...20).map { "\($0)" })
  }
}
