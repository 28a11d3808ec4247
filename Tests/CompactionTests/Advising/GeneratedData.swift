import Entries
import RFile
import TestSupport

@testable import BlockFile

/// Entries of different kinds, sorted, and the same on every run.
enum GeneratedData: String, CaseIterable {
  /// Random rows in hex, and a UUID with numbers in each value: a continuous ingest test.
  case ingest
  /// Long prefixes, four columns a row.
  case urls
  /// Words of a language in which few are frequent.
  case text
  /// Random bytes, which nothing makes smaller.
  case random
  /// A measurement a second: counters that rise, and readings that hardly change.
  case series

  func entries(bytes: Int, seed: UInt64 = 1) -> [Entry] {
    var random = SplitMix64(seed: seed)
    var entries: [Entry] = []
    var size = 0
    while size < bytes {
      let number = entries.count
      let made: [Entry]
      switch self {
      case .ingest:
        let value =
          "ef46efb6-28a7-3a6f-bf28-b913a72dac7b:\(hex(UInt64(number))):\(hex(random.next())):\(hex(random.next(), 8))"
        made = [entry(hex(random.next()), hex(random.next(), 4), hex(random.next(), 4), Array(value.utf8))]
      case .urls:
        let row = "https://www.example.org/en/article/" + hex(random.next())
        made = ["anchor", "content", "fetched", "links"].map { column in
          entry(row, "page", column, (0..<56).map { _ in UInt8(97 + random.next() % 16) })
        }
      case .text:
        let words = (0..<40).map { _ in
          Self.words[Int(Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random) * 600)]
        }
        made = [entry("doc" + hex(random.next()), "body", "en", Array(words.joined(separator: " ").utf8))]
      case .random:
        made = [entry(hex(random.next()), "b", "", (0..<120).map { _ in UInt8(truncatingIfNeeded: random.next()) })]
      case .series:
        made = [
          entry(
            "meter\(100 + random.next() % 50).\(hex(UInt64(number)))", "reading", "watts",
            Array("\(230 + random.next() % 5).\(random.next() % 10),\(1_000_000 + number * 7)".utf8))
        ]
      }
      entries += made
      size += made.reduce(0) { $0 + $1.key.row.count / 2 + $1.value.count + 12 }
    }
    return entries.sorted { $0.key < $1.key }
  }

  private static let words: [String] = {
    var random = SplitMix64(seed: 7)
    return (0..<600).map { _ in
      String(decoding: (0..<2 + random.next() % 8).map { _ in UInt8(97 + random.next() % 26) }, as: UTF8.self)
    }
  }()

  private func entry(_ row: String, _ family: String, _ qualifier: String, _ value: [UInt8]) -> Entry {
    Entry(
      key: Key(
        row: Array(row.utf8), family: Array(family.utf8), qualifier: Array(qualifier.utf8),
        timestamp: 1_700_000_000_000), value: value)
  }

  private func hex(_ value: UInt64, _ digits: Int = 16) -> String {
    let text = String(value, radix: 16)
    return String((String(repeating: "0", count: 16) + text).suffix(digits))
  }

  /// Writes entries to an uncompressed file in a directory; returns its path.
  static func write(_ entries: [Entry], to name: String, in directory: ScratchDirectory) throws -> String {
    let path = "\(directory.path)/\(name)"
    let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: .none))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries))
    _ = try writer.finish()
    return path
  }
}
