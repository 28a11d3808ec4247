import TestSupport
import Testing

@testable import Entries
@testable import RFile

@Suite("The key before the one at hand") struct LastKeyTests {
  private static func keys(_ count: Int, seed: UInt64) -> [Key] {
    var random = SplitMix64(seed: seed)
    let lengths = [0, 1, 2, 8, 17, 50]
    func field() -> [UInt8] {
      var bytes = [UInt8](repeating: 7, count: lengths.randomElement(using: &random)!)
      if !bytes.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 6...8, using: &random)
      }
      return bytes
    }
    return (0..<count).map { _ in
      Key(
        row: field(), family: Bool.random(using: &random) ? field() : [], qualifier: [],
        visibility: Int.random(in: 0..<9, using: &random) == 0 ? field() : [],
        timestamp: Int64.random(in: 0..<3, using: &random), deleted: Bool.random(using: &random))
    }
  }

  private static func shared(_ a: [UInt8], _ b: [UInt8]) -> Int { a == b ? -1 : zip(a, b).prefix { $0 == $1 }.count }

  @Test("it knows the order, the cell and the common prefixes of each key and the one before") func compares() {
    var last = LastKey()
    defer { last.free() }
    let buffer = EntryBuffer()
    var before: Key?
    var rising = 0
    for key in Self.keys(20_000, seed: 4) {
      buffer.copy(Entry(key: key))
      let rises = last.match(buffer.view)
      #expect(rises == (before.map { $0 <= key } ?? true))
      if rises { rising += 1 }
      if let before {
        #expect(last.view.key == before)
        #expect(
          last.matchesCell
            == (before.row == key.row && before.family == key.family && before.qualifier == key.qualifier
              && before.visibility == key.visibility))
        #expect(last.shared.row == Self.shared(before.row, key.row))
        #expect(last.shared.family == Self.shared(before.family, key.family))
        #expect(last.shared.visibility == Self.shared(before.visibility, key.visibility))
      }
      last.remember(buffer.view)
      before = key
    }
    #expect(rising > 5000 && rising < 15_000)
  }
}
