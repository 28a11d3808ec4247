import TestSupport
import Testing

@testable import Entries

@Suite struct KeyOrderTests {
  /// Keys over a tiny alphabet, so every field decides some comparison.
  private static let keys: [Key] = {
    let texts: [[UInt8]] = [[], [0], [1], [1, 0], [255]]
    var keys: [Key] = []
    for row in texts {
      for family in texts.prefix(3) {
        for qualifier in texts.prefix(2) {
          for visibility in texts.prefix(2) {
            for timestamp in [Int64.min, -1, 0, Int64.max] {
              for deleted in [true, false] {
                keys.append(
                  Key(
                    row: row, family: family, qualifier: qualifier, visibility: visibility, timestamp: timestamp,
                    deleted: deleted))
              }
            }
          }
        }
      }
    }
    return keys
  }()

  @Test("owned keys and borrowed ones have one order: fields up, time down, deletes first") func ordersAgree() {
    let a = EntryBuffer()
    let b = EntryBuffer()
    for (i, x) in Self.keys.enumerated() {
      a.copy(Entry(key: x))
      for y in Self.keys[(i % 7)...] {
        b.copy(Entry(key: y))
        let order = a.view.pointee.compareKey(b.view.pointee)
        #expect((order < 0) == (x < y) && (order == 0) == (x == y) && (order > 0) == (y < x))
        #expect(
          a.view.pointee.isSameColumn(as: b.view.pointee)
            == (x.row == y.row && x.family == y.family && x.qualifier == y.qualifier && x.visibility == y.visibility))
      }
    }
    let key = Key(row: [1], timestamp: 5)
    #expect(Key(row: [1], timestamp: 6) < key && key < Key(row: [1], timestamp: 4))
    #expect(Key(row: [1], timestamp: 5, deleted: true) < key && key < Key(row: [1, 0], timestamp: 9))
  }

  @Test("a buffer gives back what was copied, small after large and large after small") func buffersCopy() {
    let buffer = EntryBuffer()
    var random = SplitMix64(seed: 5)
    for _ in 0..<200 {
      func bytes() -> [UInt8] {
        (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      let entry = Entry(
        key: Key(row: bytes(), family: bytes(), qualifier: bytes(), visibility: bytes(), timestamp: 3, deleted: true),
        value: bytes())
      buffer.copy(entry)
      #expect(buffer.view.pointee.entry == entry)
      let other = EntryBuffer()
      other.copy(buffer.view.pointee)
      #expect(other.view.pointee.entry == entry && other.view.pointee.keySize == entry.key.size)
    }
  }
}
