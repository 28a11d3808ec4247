import TestSupport
import Testing

@testable import Entries

// Whole words are moved and compared, so bytes after the end must never make a difference.

@Suite struct PaddedBytesTests {
  private static let lengths = [0, 1, 2, 7, 8, 9, 15, 16, 17, 24, 47, 48, 49, 63, 64, 65, 200]

  /// Bytes in memory of their own, followed by padding of `fill`.
  private func withPadded<Result>(_ bytes: [UInt8], fill: UInt8, _ body: (ByteView) throws -> Result) rethrows -> Result
  {
    let memory = bytes + Array(repeating: fill, count: PaddedBytes.padding)
    return try memory.withUnsafeBufferPointer { try body(ByteView(start: $0.baseAddress!, count: bytes.count)) }
  }

  private func random(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...1, using: &random) }
  }

  @Test("what was copied comes back, whatever lay behind it and was there before") func copies() {
    var memory = PaddedBytes()
    defer { memory.free() }
    var generator = SplitMix64(seed: 1)
    for _ in 0..<20 {
      for length in Self.lengths.shuffled(using: &generator) {
        let bytes = random(length, &generator)
        #expect(withPadded(bytes, fill: 0xff) { memory.copy(padded: $0).array } == bytes)
        #expect(withPadded(bytes, fill: 0xff) { memory.copy($0).array } == bytes)
        #expect(memory.copy(bytes).array == bytes)
        #expect(memory.capacity >= length)
      }
    }
    #expect(memory.empty.array.isEmpty)
  }

  @Test("the first bytes stay when others are put behind them") func replaces() {
    var generator = SplitMix64(seed: 2)
    for _ in 0..<2000 {
      var memory = PaddedBytes()
      defer { memory.free() }
      let old = random(Self.lengths.randomElement(using: &generator)!, &generator)
      let rest = random(Self.lengths.randomElement(using: &generator)!, &generator)
      let shared = Int.random(in: 0...old.count, using: &generator)
      _ = memory.copy(old)
      let found = withPadded(rest, fill: 0xff) { memory.replace(from: shared, by: $0.start, count: $0.count).array }
      #expect(found == Array(old.prefix(shared)) + rest)
    }
  }

  @Test("byte strings share what comes before their first difference") func compares() {
    var generator = SplitMix64(seed: 3)
    for a in Self.lengths {
      for b in Self.lengths {
        for _ in 0..<10 {
          let start = random(200, &generator)
          var (first, second) = (Array(start.prefix(a)), Array(start.prefix(b)))
          if !second.isEmpty, Bool.random(using: &generator) {
            second[Int.random(in: second.indices, using: &generator)] ^= 1
          }
          if Bool.random(using: &generator) { swap(&first, &second) }
          let same = zip(first, second).prefix { $0 == $1 }.count
          withPadded(first, fill: 0xff) { x in
            withPadded(second, fill: Bool.random(using: &generator) ? 0xff : 0) { y in
              #expect(x.equals(padded: y) == (first == second))
              #expect(x.sharedPrefix(padded: y) == (first == second ? -1 : same))
            }
          }
        }
      }
    }
  }
}
