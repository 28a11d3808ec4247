import Entries

// Entries like those of Accumulo's continuous ingest: random rows, random columns, a value that points to another row.
//
//     row        16 hex digits        family, qualifier   4 hex digits each
//     value      <uuid, 36 bytes>:<count, 16 hex>:<previous row, 16 hex>:<crc32, 8 hex>

/// Sorted random entries of one file, one at a time.
final class ContinuousIngest: EntryCursor {
  private let rows: [UInt64]
  private let buffer = EntryBuffer()
  private var entry = Entry(key: Key(row: []))
  private var random: SplitMix
  private var position = 0
  private let uuid: [UInt8]

  /// `count` entries with rows drawn from the whole key space.
  init(count: Int, seed: UInt64) {
    var random = SplitMix(state: seed)
    rows = (0..<count).map { _ in random.next() >> 1 }.sorted()
    uuid = Array("\(Self.hex(random.next(), 8))-1c7e-4b0e-9d0a-\(Self.hex(random.next(), 12))".utf8)
    self.random = random
  }

  func next() throws -> EntryPointer? {
    guard position < rows.count else { return nil }
    let row = rows[position]
    position += 1
    entry.key.row = Self.digits(row, 16)
    entry.key.family = Self.digits(random.next() % 32_767, 4)
    entry.key.qualifier = Self.digits(random.next() % 32_767, 4)
    entry.key.timestamp = 1_700_000_000_000 + Int64(random.next() % 3_600_000)
    let colon = [UInt8(ascii: ":")]
    entry.value = uuid + colon + Self.digits(UInt64(position), 16) + colon
    entry.value += Self.digits(random.next() >> 1, 16) + colon + Self.digits(random.next() & 0xffff_ffff, 8)
    buffer.copy(entry)
    return UnsafePointer(buffer.view)
  }

  private static func digits(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { i in
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * (count - 1 - i))) & 15
      return digit < 10 ? 48 + digit : 87 + digit
    }
  }

  private static func hex(_ value: UInt64, _ count: Int) -> String {
    String(decoding: digits(value, count), as: UTF8.self)
  }
}

/// Random numbers that are the same on every run.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
