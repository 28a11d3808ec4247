import Digests
import TestSupport
import Testing

@testable import Entries

@Suite("The sum of entries")
struct EntrySumTests {
  private static func sum(_ entries: [Entry]) throws -> EntrySum {
    var sum = EntrySum()
    let cursor = ArrayCursor(entries)
    while let entry = try cursor.next() { sum.add(entry) }
    return sum
  }

  private static func hash(_ entry: Entry) throws -> Digest { try sum([entry]).digest }

  /// The definition, byte by byte.
  private static func naive(_ entries: [Entry]) -> EntrySum {
    func digest(_ bytes: [UInt8]) -> (low: UInt64, high: UInt64) {
      let bits = XXH3.digest(bytes).bits
      return (UInt64(truncatingIfNeeded: bits), UInt64(bits >> 64))
    }
    func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    func mix(_ word: UInt64) -> UInt64 {
      let mixed = (word ^ word >> 37) &* 0x1656_6791_9e37_79f9
      return mixed ^ mixed >> 32
    }
    func hash(_ entry: Entry) -> UInt128 {
      let key = entry.key
      let lengths = [key.row, key.family, key.qualifier, key.visibility].map { UInt64($0.count) }
      var pairs: [(Int, UInt64, UInt64)] = [
        (0, lengths[0] | lengths[1] << 32, lengths[2] | lengths[3] << 32 | (key.deleted ? 1 << 63 : 0)),
        (1, UInt64(bitPattern: key.timestamp), UInt64(entry.value.count)),
      ]
      let fields = [
        (key.row, 2, 4), (key.family, 6, 4), (key.qualifier, 10, 4), (key.visibility, 14, 4), (entry.value, 18, 8),
      ]
      for (field, first, most) in fields {
        if field.count > 16 * most {
          pairs.append((first, digest(field).low, digest(field).high))
        } else {
          for start in stride(from: 0, to: field.count, by: 16) {
            let bytes = field[start...].prefix(16)
            pairs.append((first + start / 16, word(bytes.prefix(8)), word(bytes.dropFirst(8))))
          }
        }
      }
      let sum = pairs.reduce(UInt128(0)) { sum, pair in
        let key = digest([UInt8(pair.0)])
        return sum &+ UInt128(pair.1 &+ key.low) * UInt128(pair.2 &+ key.high)
      }
      let low = mix(UInt64(truncatingIfNeeded: sum))
      return UInt128(mix(UInt64(sum >> 64) &+ low)) << 64 | UInt128(low)
    }
    return entries.reduce(EntrySum()) { EntrySum(count: $0.count + 1, digest: Digest($0.digest.bits &+ hash($1))) }
  }

  private static func entry(
    _ row: String, _ family: String = "", _ qualifier: String = "", _ visibility: String = "", time: Int64 = 7,
    deleted: Bool = false, value: String = ""
  ) -> Entry {
    Entry(
      key: Key(
        row: Array(row.utf8), family: Array(family.utf8), qualifier: Array(qualifier.utf8),
        visibility: Array(visibility.utf8), timestamp: time, deleted: deleted),
      value: Array(value.utf8))
  }

  /// Lengths around the limits at which copying, hashing and allocation change their method.
  private static func random(_ count: Int, seed: UInt64) -> [Entry] {
    var random = SplitMix64(seed: seed)
    func bytes(_ lengths: [Int]) -> [UInt8] {
      (0..<lengths.randomElement(using: &random)!).map { _ in .random(in: 0...255, using: &random) }
    }
    let short = [0, 1, 2, 3, 4, 8, 9, 15, 16, 17, 31, 32, 33]
    return (0..<count).map { _ in
      Entry(
        key: Key(
          row: bytes(short + [100, 400, 455, 456, 457, 2000]), family: bytes(short), qualifier: bytes(short),
          visibility: bytes(short), timestamp: Int64(bitPattern: random.next()), deleted: .random(using: &random)),
        value: bytes(short + [64, 65, 96, 97, 128, 129, 240, 241, 1024, 1025, 5000]))
    }
  }

  @Test("three entries have the hashes that were computed from the definition by another program")
  func examples() throws {
    #expect("\(try Self.hash(Self.entry("r", "f", value: "v")))" == "7a38d164e43932a51ec7d7c7c0509433")
    let marker = Self.entry("r", "f", "q", "a|b", time: -1, deleted: true)
    #expect("\(try Self.hash(marker))" == "b06dbe2d6b65278859653ddf8793507c")
    let long = Self.entry(
      String(repeating: "r", count: 1000), "f", "q", "a|b", time: -1, deleted: true,
      value: String(repeating: "v", count: 100_000))
    #expect("\(try Self.hash(long))" == "049acc9f52e0e8cbf3e1c0de3e42c987")
    #expect(EntrySum.algorithm == "nh-xxh3-128/1")
  }

  @Test("random entries have the sum of the naive definition, one by one and all together")
  func naiveDefinition() throws {
    let entries = Self.random(2000, seed: 5)
    for entry in entries { #expect(try Self.sum([entry]) == Self.naive([entry]), "\(entry.key)") }
    #expect(try Self.sum(entries) == Self.naive(entries))
  }

  @Test("no entries have the sum zero, and an empty entry has not")
  func nothing() throws {
    #expect(try Self.sum([]) == EntrySum())
    #expect("\(EntrySum().digest)" == String(repeating: "0", count: 32))
    #expect(try Self.hash(Entry(key: Key(row: [], timestamp: 0))) != Digest(0))
  }

  @Test("fields of a megabyte")
  func long() throws {
    let megabyte = [UInt8](repeating: 0xab, count: 1 << 20)
    var entries: [Entry] = []
    for field in [\Key.row, \.family, \.qualifier, \.visibility] {
      var key = Key(row: [1], timestamp: 3)
      key[keyPath: field] = megabyte
      entries.append(Entry(key: key))
    }
    entries.append(Entry(key: Key(row: [1], timestamp: 3), value: megabyte))
    #expect(try Self.sum(entries) == Self.naive(entries))
    #expect(Set(try entries.map(Self.hash)).count == entries.count)
  }

  @Test("every flipped bit of an entry changes its hash, all to different ones")
  func flips() throws {
    let original = Self.entry("row0001", "fam", "qualifier-of-17-b", "a|b", time: 1_700_000_000, value: "some value")
    var hashes: Set = [try Self.hash(original)]
    var variants = 1
    func insert(_ entry: Entry) throws {
      variants += 1
      hashes.insert(try Self.hash(entry))
    }
    for field in [\Entry.key.row, \.key.family, \.key.qualifier, \.key.visibility, \.value] {
      for bit in 0..<original[keyPath: field].count * 8 {
        var entry = original
        entry[keyPath: field][bit / 8] ^= 1 << (bit % 8)
        try insert(entry)
      }
    }
    for bit in 0..<64 {
      var entry = original
      entry.key.timestamp ^= 1 << bit
      try insert(entry)
    }
    var marker = original
    marker.key.deleted = true
    try insert(marker)
    #expect(hashes.count == variants)
  }

  @Test("every way to cut six bytes, zeros among them, into five fields has its own hash")
  func borders() throws {
    for text in [Array("abcabc".utf8), [0, 0, 0, 0, 0, 0]] {
      var hashes: Set<Digest> = []
      var cuts = 0
      for a in 0...6 {
        for b in a...6 {
          for c in b...6 {
            for d in c...6 {
              let key = Key(
                row: Array(text[..<a]), family: Array(text[a..<b]), qualifier: Array(text[b..<c]),
                visibility: Array(text[c..<d]), timestamp: 0)
              hashes.insert(try Self.hash(Entry(key: key, value: Array(text[d...]))))
              cuts += 1
            }
          }
        }
      }
      #expect(hashes.count == cuts)
    }
  }

  @Test("the order does not matter, how often an entry occurs does")
  func order() throws {
    let entries = Self.random(200, seed: 8)
    let sum = try Self.sum(entries)
    #expect(try Self.sum(entries.reversed()) == sum)
    #expect(try Self.sum(entries.shuffled()) == sum)
    #expect(try Self.sum(Array(entries[..<77])) + Self.sum(Array(entries[77...])) == sum)
    for times in 1...4 {
      let more = try Self.sum(entries + Array(repeating: entries[5], count: times))
      #expect(more.count == sum.count + Int64(times))
      #expect(more.digest != sum.digest)
    }
    // The same number of entries, with one twice in place of another.
    #expect(try Self.sum(entries.dropLast() + [entries[0]]).digest != sum.digest)
  }

  @Test("entries that exchange one of their fields have another sum")
  func exchange() throws {
    let pair = [
      Self.entry("row1", "a", "x", "u", time: 1, value: "one"),
      Self.entry("row2", "b", "y", "v", time: 2, value: "two"),
    ]
    let sum = try Self.sum(pair).digest
    for field in [\Entry.key.row, \.key.family, \.key.qualifier, \.key.visibility, \.value] {
      var other = pair
      (other[0][keyPath: field], other[1][keyPath: field]) = (pair[1][keyPath: field], pair[0][keyPath: field])
      #expect(try Self.sum(other).digest != sum)
    }
    var other = pair
    (other[0].key.timestamp, other[1].key.timestamp) = (2, 1)
    #expect(try Self.sum(other).digest != sum)
    // Also within one entry.
    var swapped = pair[0]
    (swapped.key.family, swapped.key.qualifier) = (pair[0].key.qualifier, pair[0].key.family)
    #expect(try Self.hash(swapped) != Self.hash(pair[0]))
  }
}
