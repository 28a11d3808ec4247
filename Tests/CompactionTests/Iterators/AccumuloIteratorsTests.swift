import FoundationEssentials
import TestSupport
import Testing

@testable import Compaction
@testable import Entries
@testable import Records

/// The results of Accumulo's own iterator classes, stacked on top of `DeletingIterator`, for random entries and random
/// options, valid and invalid.
@Suite("Accumulo's iterator classes") struct AccumuloIteratorsTests {
  struct Line: Decodable {
    var propagateDeletes: Bool
    var properties: [String: String]
    var input: [String]
    /// The resulting entries in the form of a dump, or
    var output: [String]?
    /// the Java exception, if the class refused its options or an entry.
    var error: String?
  }

  @Test("stacks give what Accumulo's give, and fail where they fail") func stacks() throws {
    var outputs = 0
    var errors = 0
    for (number, text) in try Fixtures.goldenLines("iterators/stacks.jsonl").enumerated() {
      let line = try JSONDecoder().decode(Line.self, from: Array(text.utf8).withUnsafeBytes { Data($0) })
      let found = Result { try run(line) }
      switch found {
      case .success(let entries):
        let isSame = entries == line.output
        #expect(isSame, "line \(number + 1): \(text)\n\(entries)")
        outputs += 1
      case .failure(let error as IteratorConfigurationError):
        // Java uses the one that comes last in its hash table.
        if error.reason.hasPrefix("another option names the same column") { continue }
        #expect(line.error != nil, "line \(number + 1): \(text)\n\(error)")
        errors += 1
      case .failure(let error):
        #expect(error is IteratorDataError)
        #expect(line.error != nil, "line \(number + 1): \(text)\n\(error)")
        errors += 1
      }
    }
    #expect(outputs > 1000 && errors > 500)
  }

  @Test("visibilities are expressions where Accumulo says so") func visibilities() throws {
    var count = 0
    let lines = try Fixtures.text(Fixtures.accumulo + "/golden/iterators/visibilities.txt").split(separator: "\n")
    for line in lines {
      let bytes = Array(line.utf8.dropFirst())
      let defect = bytes.withUnsafeBufferPointer {
        VisibilityExpression.defect(of: ByteView(start: $0.baseAddress!, count: $0.count))
      }
      #expect((defect == nil) == (line.first == "+"), "\(line): \(defect ?? "")")
      count += 1
    }
    #expect(count > 4000)
  }

  private func run(_ line: Line) throws -> [String] {
    let stack = try MajcStack(properties: line.properties)
    let context = MajcContext(propagateDeletes: line.propagateDeletes, now: 100)
    let ledger = EntryLedger()
    let source = CountedCursor(ArrayCursor(line.input.map(parse)), ledger.account(.input(0)))
    let built = EntryStack(
      stack.layers(in: context), propagateDeletes: line.propagateDeletes, on: source, ledger: ledger)
    let entries = try collect(WrittenCursor(built.entries, ledger.account(.output)))
    #expect(Certificate(ledger, inputs: ["input"]).imbalance == nil, "\(line.properties) \(line.input)")
    return entries.map(dumpLine)
  }

  private func parse(_ line: String) -> Entry {
    let f = line.split(separator: " ", omittingEmptySubsequences: false)
    let key = Key(
      row: Fixtures.hex(f[0]), family: Fixtures.hex(f[1]), qualifier: Fixtures.hex(f[2]),
      visibility: Fixtures.hex(f[3]), timestamp: Int64(f[4])!, deleted: f[5] == "1")
    return Entry(key: key, value: Fixtures.hex(f[6]))
  }

  private func dumpLine(_ entry: Entry) -> String {
    let key = entry.key
    return [
      hex(key.row), hex(key.family), hex(key.qualifier), hex(key.visibility), "\(key.timestamp)",
      key.deleted ? "1" : "0", hex(entry.value),
    ].joined(separator: " ")
  }

  private func hex(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.flatMap { [digit($0 >> 4), digit($0 & 15)] }, as: UTF8.self)
  }

  private func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
