import TestSupport
import Testing

@testable import Compaction
@testable import Entries

@Suite("Comparing two streams")
struct ComparisonTests {
  private static func entry(_ row: UInt8, _ value: [UInt8], time: Int64 = 5) -> Entry {
    Entry(key: Key(row: [row], family: [1], timestamp: time), value: value)
  }

  private static func compare(
    _ a: [Entry], _ b: [Entry], sums: Bool = true, limit: Int? = nil, most: Int = .max
  ) throws -> NaiveComparison {
    try .found(ArrayCursor(a), ArrayCursor(b), sums: sums, limit: limit, most: most)
  }

  @Test("one entry of each kind")
  func kinds() throws {
    let a = [Self.entry(1, [1]), Self.entry(2, [2]), Self.entry(2, [3]), Self.entry(4, [4])]
    let b = [Self.entry(1, [1]), Self.entry(2, [3]), Self.entry(3, [5]), Self.entry(4, [6])]
    let found = try Self.compare(a, b)
    #expect(
      found.differences == [
        "missing [2][1][] 5 false [2]", "extra [3][1][] 5 false [5]", "changed [4][1][] 5 false [4] [6]",
      ])
    #expect((found.report.equal, found.report.missing, found.report.extra, found.report.changed) == (2, 1, 1, 1))
    #expect(found.report.a.count == 4 && found.report.b.count == 4 && !found.report.isSame)
  }

  @Test("values of one key are compared as a multiset, what is left is paired in order")
  func multisets() throws {
    func values(_ values: UInt8...) -> [Entry] { values.map { Self.entry(9, [$0]) } }
    #expect(try Self.compare(values(1, 2, 3), values(3, 1, 2)).differences == [])
    #expect(try Self.compare(values(1, 1), values(1)).differences == ["missing [9][1][] 5 false [1]"])
    #expect(
      try Self.compare(values(7, 2, 2, 5), values(2, 3)).differences == [
        "changed [9][1][] 5 false [2] [3]", "missing [9][1][] 5 false [5]", "missing [9][1][] 5 false [7]",
      ])
  }

  /// All streams of up to three entries over two keys and two values, in every order that a merge may give.
  private static let small: [[Entry]] = {
    let entries = [entry(1, []), entry(1, [7]), entry(2, []), entry(2, [7])]
    var all: [[Entry]] = [[]]
    var last: [[Entry]] = [[]]
    for _ in 0..<3 {
      var longer: [[Entry]] = []
      for stream in last {
        for entry in entries where stream.isEmpty || stream[stream.count - 1].key <= entry.key {
          longer.append(stream + [entry])
        }
      }
      all += longer
      last = longer
    }
    return all
  }()

  @Test("all pairs of small streams compare as a naive model does")
  func everySmallPair() throws {
    #expect(Self.small.count == 1 + 4 + 12 + 32)
    for a in Self.small {
      for b in Self.small {
        try Self.expectModel(a, b)
      }
    }
  }

  private static func random(_ count: Int, seed: UInt64) -> [Entry] {
    var random = SplitMix64(seed: seed)
    func bytes(_ most: Int) -> [UInt8] {
      (0..<Int.random(in: 0...most, using: &random)).map { _ in .random(in: 0...3, using: &random) }
    }
    let entries = (0..<count).map { _ in
      Entry(
        key: Key(
          row: bytes(3), family: bytes(1), qualifier: bytes(20), visibility: bytes(1),
          timestamp: .random(in: 1...2, using: &random), deleted: .random(in: 0..<5, using: &random) == 0),
        value: bytes(40))
    }
    return entries.sorted { $0.key < $1.key }
  }

  /// Where a key is on one side alone, its values come in the order of the files, which the model does not know.
  private static func expectModel(_ a: [Entry], _ b: [Entry]) throws {
    let (found, model) = (try compare(a, b), NaiveComparison(a, b))
    #expect(found.differences.sorted() == model.differences.sorted(), "\(a) \(b)")
    #expect(found.keys == found.keys.sorted(), "\(a) \(b)")
    #expect(found.report == model.report, "\(a) \(b)")
    #expect(found.report.isSame == (found.report.a == found.report.b))
  }

  @Test("random streams compare as a naive model does")
  func randomStreams() throws {
    for seed in 0..<40 as Range<UInt64> {
      let base = Self.random(120, seed: seed)
      var random = SplitMix64(seed: seed + 100)
      let kept = base.filter { _ in .random(in: 0..<9, using: &random) > 0 }
      let others = (kept + Self.random(15, seed: seed + 200)).sorted { $0.key < $1.key }
      try Self.expectModel(base, others)
      try Self.expectModel(others, base)
    }
  }

  @Test("a single change is found at every place")
  func everyPlace() throws {
    let base = Self.random(60, seed: 4)
    for place in base.indices {
      func check(_ changed: [Entry], _ counts: (missing: Int64, extra: Int64, changed: Int64)) throws {
        let sorted = changed.sorted { $0.key < $1.key }
        let report = try Self.compare(base, sorted).report
        #expect((report.missing, report.extra, report.changed) == counts, "\(place)")
        #expect(report.a != report.b)
        #expect(try Self.compare(sorted, base).report.isSame == false)
      }
      var other = base
      other.remove(at: place)
      try check(other, (1, 0, 0))
      try check(base + [base[place]], (0, 1, 0))
      other = base
      other[place].value.append(9)
      try check(other, (0, 0, 1))
      for field in [\Key.row, \.family, \.qualifier, \.visibility] {
        other = base
        other[place].key[keyPath: field].append(9)
        try check(other, (1, 1, 0))
      }
      other = base
      other[place].key.timestamp += 7
      try check(other, (1, 1, 0))
    }
  }

  @Test("the first difference is the last, when it is told to stop there")
  func stopping() throws {
    let (a, b) = (Self.random(50, seed: 1), Self.random(50, seed: 2))
    let all = try Self.compare(a, b).differences
    for most in 1...8 { #expect(try Self.compare(a, b, most: most).differences == Array(all.prefix(most))) }
    for place in a.indices {
      var other = a
      other[place].value.append(1)
      #expect(try Self.compare(a, other, most: 1).differences.count == 1)
    }
  }

  @Test("without sums everything else is the same")
  func withoutSums() throws {
    let (a, b) = (Self.random(50, seed: 1), Self.random(50, seed: 2))
    let (with, without) = (try Self.compare(a, b), try Self.compare(a, b, sums: false))
    #expect(with.differences == without.differences && with.report.equal == without.report.equal)
    #expect(without.report.a == EntrySum() && without.report.b == EntrySum())
  }

  @Test("too many bytes of values of one key are an error, one large value is not")
  func memory() throws {
    let many = (0..<100).map { Self.entry(7, Array(repeating: $0, count: 100)) }
    let large = [Self.entry(7, Array(repeating: 1, count: 100_000))]
    #expect(
      throws: ComparisonError(
        description: "row \\x07: the values of one key differ and take more than 5000 bytes: too many to compare")
    ) {
      try Self.compare(many, large, limit: 5000)
    }
    #expect(try Self.compare(large, [Self.entry(7, [])], limit: 5000).report.changed == 1)
    // What is equal on both sides is not held.
    #expect(try Self.compare(many, many, limit: 5000).report.isSame)
  }

  @Test("an error of a stream comes through, after the differences before it")
  func errors() throws {
    final class Failing: EntryCursor {
      private let entries = ArrayCursor([ComparisonTests.entry(1, [1])])
      func next() throws -> EntryPointer? {
        guard let entry = try entries.next() else { throw Failure() }
        return entry
      }
    }
    struct Failure: Error {}
    var seen = 0
    #expect(throws: Failure.self) {
      _ = try Comparison(sums: true).run(ArrayCursor([]), Failing()) { _ in
        seen += 1
        return true
      }
    }
    #expect(seen == 1)
  }
}
