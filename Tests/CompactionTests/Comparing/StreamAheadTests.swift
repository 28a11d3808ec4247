import BlockFile
import Entries
import Files
import TestSupport
import Testing

@testable import Compaction

@Suite("Streams read ahead")
struct StreamAheadTests {
  /// Entries of all sizes, some larger than a slab.
  private func entries(_ count: Int, seed: UInt64) -> [Entry] {
    var random = SplitMix64(seed: seed)
    func bytes(_ most: Int) -> [UInt8] { (0..<Int.random(in: 0...most, using: &random)).map { UInt8($0 & 255) } }
    return (0..<count).map { i in
      let most = i % 500 == 250 ? 600_000 : 40
      return Entry(
        key: Key(
          row: bytes(most), family: bytes(20), qualifier: bytes(20), visibility: bytes(17), timestamp: Int64(i),
          deleted: i % 7 == 0), value: bytes(i % 900 == 0 ? 600_000 : 60))
    }
  }

  @Test("every entry comes as it is, and nothing after the end", arguments: [0, 1, 4096, 4097, 12_000])
  func same(count: Int) throws {
    let entries = entries(count, seed: 7)
    let stream = try #require(StreamAhead(ArrayCursor(entries), CodecPool(threads: 2)))
    defer { stream.stop() }
    for entry in entries { #expect(try stream.next()?.pointee.entry == entry) }
    #expect(try stream.next() == nil)
    #expect(try stream.next() == nil)
  }

  @Test("an error comes after the entries before it")
  func failure() throws {
    final class Failing: EntryCursor {
      let good = ArrayCursor([Entry(key: Key(row: [1]), value: [2])])
      func next() throws -> EntryPointer? {
        if let entry = try good.next() { return entry }
        throw ComparisonError(description: "as asked")
      }
    }
    let stream = try #require(StreamAhead(Failing(), CodecPool(threads: 2)))
    defer { stream.stop() }
    #expect(try stream.next()?.pointee.entry.value == [2])
    #expect(throws: ComparisonError.self) { try stream.next() }
  }

  @Test("it can be stopped anywhere, and does not begin without a thread")
  func stops() throws {
    for taken in [0, 1, 5000] {
      let stream = try #require(StreamAhead(ArrayCursor(entries(20_000, seed: 3)), CodecPool(threads: 2)))
      for _ in 0..<taken { _ = try stream.next() }
      stream.stop()
    }
    let none = ThreadSupply { false }
    #expect(StreamAhead(ArrayCursor([]), CodecPool(threads: 2, supply: none)) == nil)
  }
}
