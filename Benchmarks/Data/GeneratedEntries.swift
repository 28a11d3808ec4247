import Entries

/// The sorted entries of one generated file, one at a time.
final class GeneratedEntries: EntryCursor {
  private let shape: BenchData.Shape
  private let file: UInt64
  private let files: UInt64
  private let rows: [UInt64]
  private var position = 0
  /// The remaining entries of the row, the last one first.
  private var entries: [Entry] = []
  private let buffer = EntryBuffer()

  private static let versions: UInt64 = 10
  private static let columns: [[UInt8]] = ["anchor", "content", "fetched", "links"].map { Array($0.utf8) }
  private static let prefix = Array("https://www.example.org/en/article/".utf8)

  /// The entries of file number `file`, out of about `entries` in all `files` files together.
  init(_ shape: BenchData.Shape, entries: Int, file: Int, of files: Int) {
    self.shape = shape
    self.file = UInt64(file)
    self.files = UInt64(files)
    let (count, seed): (Int, UInt64) =
      switch shape {
      case .longPrefixes: (entries / files / Self.columns.count, self.file + 1)
      // All files draw the same rows, and each takes its own.
      case .versions: (entries / Int(Self.versions), 1)
      case .deletes: (entries / 5 * 4, 1)
      case .randomKeys, .continuousIngest, .disjointRanges, .bigAndSmall: (entries / files, self.file + 1)
      }
    var random = SplitMix(state: seed)
    rows = (0..<max(1, count)).map { _ in random.next() }.sorted()
  }

  func next() throws -> EntryPointer? {
    while entries.isEmpty {
      guard position < rows.count else { return nil }
      fill(row: rows[position])
      position += 1
    }
    buffer.copy(entries.removeLast())
    return UnsafePointer(buffer.view)
  }

  private func fill(row: UInt64) {
    var random = SplitMix(state: row)
    switch shape {
    case .longPrefixes:
      for column in Self.columns.reversed() {
        let key = Key(row: Self.prefix + Self.hex(row), family: Array("page".utf8), qualifier: column, timestamp: time)
        entries.append(Entry(key: key, value: random.letters(56)))
      }
    case .versions:
      for version in 0..<Self.versions where random.next() % files == file {
        entries.append(Entry(key: cell(row, time + Int64(version)), value: random.letters(64)))
      }
    case .deletes:
      let (home, chance) = (random.next() % files, random.next() % 4)
      let value = random.letters(64)
      if file == home { entries.append(Entry(key: cell(row, time), value: value)) }
      if chance == 0, file == (home + 1) % files {
        var key = cell(row, time + 1)
        key.deleted = true
        entries.append(Entry(key: key))
      }
    case .randomKeys, .continuousIngest, .disjointRanges, .bigAndSmall:
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: row >> (56 - 8 * $0)) }
      let key = Key(
        row: bytes + random.bytes(upTo: 32), family: random.bytes(upTo: 8), qualifier: random.bytes(upTo: 24),
        visibility: random.next() % 4 == 0 ? Array("a&b".utf8) : [], timestamp: time)
      entries.append(Entry(key: key, value: random.bytes(upTo: 160)))
    }
  }

  private var time: Int64 { 1_700_000_000_000 }

  private func cell(_ row: UInt64, _ time: Int64) -> Key {
    Key(row: Self.hex(row), family: Array("data".utf8), qualifier: Array("value".utf8), timestamp: time)
  }

  private static func hex(_ value: UInt64) -> [UInt8] {
    (0..<16).map { i in
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * i)) & 15
      return digit < 10 ? 48 + digit : 87 + digit
    }
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

  mutating func bytes(upTo count: Int) -> [UInt8] {
    (0..<next() % UInt64(count + 1)).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// Text that compresses like real text: 4 bits per letter.
  mutating func letters(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(ascii: "a") + UInt8(next() & 15) }
  }
}
