import TestSupport
import Testing

@testable import Entries
@testable import Records

@Suite("Entries as text")
struct EntryTextWriterTests {
  private static let entry = Entry(
    key: Key(
      row: Array("r\\1\"".utf8), family: [0], qualifier: Array("q q".utf8), visibility: Array("a|b".utf8),
      timestamp: -42,
      deleted: true),
    value: [0xff, 0x7f, 0x0a])

  @Test("one entry in each format")
  func formats() {
    #expect(Self.text([Self.entry], .hex) == "725c3122 00 712071 617c62 -42 1 ff7f0a\n")
    #expect(Self.text([Self.entry], .text) == #"r\\1" \x00:q q [a|b] -42 deleted"# + "\t" + #"\xFF\x7F\x0A"# + "\n")
    #expect(
      Self.text([Self.entry], .json) == #"{"type":"entry","row":"r\\\\1\"","family":"\\x00","qualifier":"q q","#
        + #""visibility":"a|b","timestamp":-42,"deleted":true,"value":"\\xFF\\x7F\\x0A"}"# + "\n")
  }

  @Test("numbers at their ends, empty fields, and values longer than the buffer")
  func borders() {
    for timestamp in [Int64.min, -1, 0, 9, 10, 99, 100, .max] {
      let entry = Entry(key: Key(row: [], timestamp: timestamp))
      #expect(Self.text([entry], .hex) == "    \(timestamp) 0 \n")
      #expect(Self.text([entry], .text) == " : [] \(timestamp)\t\n")
    }
    let long = Entry(key: Key(row: [1]), value: [UInt8](repeating: 0xab, count: 1_000_000))
    let expected = "01    \(Int64.max) 0 " + String(repeating: "ab", count: 1_000_000) + "\n"
    #expect(Self.text([long, long], .hex) == expected + expected)
  }

  @Test("random entries come out as a naive writer makes them", arguments: EntryTextWriter.Format.allCases)
  func random(_ format: EntryTextWriter.Format) {
    var generator = SplitMix64(seed: 7)
    func bytes(_ generator: inout SplitMix64) -> [UInt8] {
      (0..<Int.random(in: 0...40, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
    }
    let entries = (0..<3000).map { _ in
      Entry(
        key: Key(
          row: bytes(&generator), family: bytes(&generator), qualifier: bytes(&generator),
          visibility: bytes(&generator),
          timestamp: Int64(bitPattern: generator.next()), deleted: .random(using: &generator)),
        value: bytes(&generator))
    }
    #expect(Self.text(entries, format) == entries.map { Self.naive($0, format) }.joined())
  }

  private static func text(_ entries: [Entry], _ format: EntryTextWriter.Format) -> String {
    var writer = EntryTextWriter(format)
    let buffer = EntryBuffer()
    for entry in entries {
      buffer.copy(entry)
      writer.append(UnsafePointer(buffer.view))
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func naive(_ entry: Entry, _ format: EntryTextWriter.Format) -> String {
    let key = entry.key
    let fields = [key.row, key.family, key.qualifier, key.visibility, entry.value]
    switch format {
    case .hex:
      let f = fields.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
      return "\(f[0]) \(f[1]) \(f[2]) \(f[3]) \(key.timestamp) \(key.deleted ? 1 : 0) \(f[4])\n"
    case .text:
      let f = fields.map { ByteText.encode($0) }
      return "\(f[0]) \(f[1]):\(f[2]) [\(f[3])] \(key.timestamp)\(key.deleted ? " deleted" : "")\t\(f[4])\n"
    case .json:
      let f = fields.map {
        ByteText.encode($0).map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
      }
      return
        "{\"type\":\"entry\",\"row\":\"\(f[0])\",\"family\":\"\(f[1])\",\"qualifier\":\"\(f[2])\",\"visibility\":\"\(f[3])\","
        + "\"timestamp\":\(key.timestamp),\"deleted\":\(key.deleted),\"value\":\"\(f[4])\"}\n"
    }
  }
}
