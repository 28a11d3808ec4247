import Records
import TestSupport
import Testing

@testable import ContinuousIngest
@testable import Entries

@Suite("Nodes")
struct NodeReaderTests {
  @Test("values are made and read as Accumulo does")
  func golden() throws {
    let lines = try GoldenLine.all("verify/ci_values.jsonl")
    #expect(lines.count == 77)
    for line in lines {
      let note = Comment(rawValue: line.description)
      switch line["fn"]?.text {
      case "genMutation": try checkMade(line, note)
      case "validate", "validateHex": try checkRead(line, note)
      case "genLong":
        let minimum = try #require(line["min"]?.text.flatMap { UInt64($0) })
        let maximum = try #require(line["max"]?.text.flatMap { UInt64($0) })
        let bits = UInt64(bitPattern: try #require(line["random64"]?.int64))
        #expect(SeededDraws.row(bits, in: minimum..<maximum) == line.expect["value"]?.text.flatMap { UInt64($0) }, note)
      case "parseVisibilities":
        let expected = line.expect["value"]?.strings.map { Array($0.utf8) }
        #expect(IngestSettings.visibilities(line["arg"]?.text) == expected, note)
      case "createTableSplits":
        let rows = UInt64(line["rowMin"]!.text!)!..<UInt64(line["rowMax"]!.text!)!
        let splits = IngestSettings.splits(tablets: line["numTablets"]!.int!, rows: rows)
        #expect(splits.map { String(decoding: $0, as: UTF8.self) } == line.expect["splits"]?.strings, note)
      default: Issue.record("\(line): what is this?")
      }
    }
  }

  /// Given draws for one entry.
  private struct Draws: IngestDraws {
    var client: [UInt8]
    var rows: [Int64: UInt64]
    var column: (UInt64, UInt64)
    func visibility(ofCycle cycle: Int64, count: Int) -> Int { 0 }
    func row(ofNode node: Int64) -> UInt64 { rows[node] ?? 0 }
    func family(ofNode node: Int64) -> UInt64 { column.0 }
    func qualifier(ofNode node: Int64) -> UInt64 { column.1 }
    func deleteChance(ofCycle cycle: Int64) -> Double { 1 }
  }

  private func checkMade(_ line: GoldenLine, _ note: Comment) throws {
    let row = try #require(line["rowLong"]?.text.flatMap { UInt64($0) })
    let previous = line["prevRow"]?.text.flatMap { UInt64($0, radix: 16) }
    let count = try #require(line["count"]?.int64)
    var settings = IngestSettings(entries: 1, flushEntries: 1, seed: 0)
    settings.visibilities = [Array(try #require(line["visibility"]?.text).utf8)]
    settings.hasChecksum = line["checksum"]!.bool!
    let draws = Draws(
      client: Array(try #require(line["uuid"]?.text).utf8), rows: [0: previous ?? 0, 1: row],
      column: (UInt64(line["cf"]!.int!), UInt64(line["cq"]!.int!)))
    let node: Int64 = previous == nil ? 0 : 1
    let operation = IngestOperation(kind: .put, number: 5, cycle: 0, node: node, previous: nil, count: count)
    let writer = NodeWriter(settings, draws: draws)
    let entry = writer.entry(IngestRecord(row: row, operation)).pointee.entry
    #expect(text(entry.key.row) == line.expect["row"]?.text, note)
    #expect(text(entry.key.family) == line.expect["cf"]?.text, note)
    #expect(text(entry.key.qualifier) == line.expect["cq"]?.text, note)
    #expect(text(entry.key.visibility) == line.expect["cv"]?.text, note)
    #expect(text(entry.value) == line.expect["value"]?.text, note)
    let read = Reading(entry)
    #expect(read.fault == nil && read.row == row && read.previous == previous, note)
    // A flip of any bit of the checksummed bytes is detected.
    guard settings.hasChecksum else { return }
    for i in entry.value.indices where i < entry.value.count - 9 {
      var damaged = entry
      damaged.value[i] ^= 1
      #expect(Reading(damaged).fault != nil, note)
    }
  }

  private func checkRead(_ line: GoldenLine, _ note: Comment) throws {
    let value = try line["valueHex"]?.text.map { Fixtures.hex($0) } ?? Array(#require(line["value"]?.text).utf8)
    func field(_ name: String) -> [UInt8] { Array((line[name]?.text ?? "").utf8) }
    let key = Key(row: field("row"), family: field("cf"), qualifier: field("cq"), visibility: field("cv"))
    let entry = Entry(key: key, value: value)
    let buffer = EntryBuffer()
    buffer.copy(entry)
    let fault = NodeReader.checksumFault(EntryPointer(buffer.view))
    switch line.expect["error"]?.text {
    case nil: #expect(fault == nil, note)
    case "BadChecksumException": #expect(fault == .badChecksum, note)
    default: #expect(fault != nil && fault != .badChecksum, note)
    }
    var reader = NodeReader()
    let previousFault = reader.readPrevious(EntryPointer(buffer.view))
    #expect((previousFault != nil) == (line.expect["prevRowError"] != nil), note)
    let expected = line.expect["prevRow"]?.text.flatMap { UInt64($0, radix: 16) }
    if previousFault == nil { #expect(reader.previous == expected, note) }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("rows are hex as Java reads it: any length, any case, a sign; never negative, never 2^63")
  func rows() {
    let cases: [(String, UInt64?)] = [
      ("0", 0), ("-0", 0), ("+2A", 42), ("2a", 42), ("000000000000002a", 42), ("000000000000002A", 42),
      ("00000000000000000000000000000000002a", 42), ("7fffffffffffffff", .max >> 1), ("7FFFFFFFFFFFFFFF", .max >> 1),
      ("8000000000000000", nil), ("ffffffffffffffff", nil), ("10000000000000000", nil), ("-1", nil), ("", nil),
      ("+", nil), ("-", nil), ("g", nil), ("000000000000002g", nil), (" 2a", nil), ("2a\0", nil), ("++1", nil),
      ("-8000000000000000", nil), ("000000000000:000", nil), ("00000000000000@0", nil), ("+00000000000002a", 42),
    ]
    for (text, expected) in cases { #expect(parse(Array(text.utf8)) == expected, "\(text)") }
    var random = SplitMix64(seed: 3)
    for _ in 0..<10_000 {
      let number = random.next() >> (1 + random.next() % 63)
      var row = RowNumber.text(number)
      #expect(row == Array(("000000000000000" + String(number, radix: 16)).suffix(16).utf8))
      #expect(parse(row) == number)
      row[Int(random.next() % 16)] = UInt8(truncatingIfNeeded: random.next())
      let text = String(validating: row, as: UTF8.self)
      let isHex = row.allSatisfy { (48...57).contains($0) || (97...102).contains($0 | 32) && $0 > 64 }
      if isHex { #expect(parse(row) == text.flatMap { Int64($0, radix: 16) }.map { UInt64($0) }) }
      if !isHex, row[0] != 43, row[0] != 45 { #expect(parse(row) == nil) }
    }
  }

  private func parse(_ row: [UInt8]) -> UInt64? {
    let buffer = EntryBuffer()
    buffer.copy(Entry(key: Key(row: row)))
    return RowNumber.parse(buffer.view.pointee.row)
  }

  @Test("a value cut anywhere, or any bytes at all, is a fault or a node")
  func damage() {
    let good = Array("9f3c2a10-5b6d-4e7f-8a90-b1c2d3e4f506:0000000000000005:0000000000000063:35b181ab".utf8)
    var key = Key(row: Array("000000000000004d".utf8), family: Array("0001".utf8), qualifier: Array("0002".utf8))
    key.visibility = Array("A".utf8)
    #expect(Reading(Entry(key: key, value: good)).fault == nil)
    #expect(Reading(Entry(key: key, value: good + [0])).fault == .strayNUL)
    for count in 0..<good.count {
      let read = Reading(Entry(key: key, value: Array(good[..<count])))
      // Cut after the last colon, only the checksum is missing; cut after the second or third, the previous row, too.
      #expect((read.fault == nil) == (count == 71), "\(count)")
    }
    var random = SplitMix64(seed: 1)
    var faults: Set<NodeFault> = []
    for _ in 0..<20_000 {
      let value = (0..<Int(random.next() % 90)).map { _ in
        [58, 48, UInt8(truncatingIfNeeded: random.next())][Int(random.next() % 3)]
      }
      if let fault = Reading(Entry(key: key, value: value)).fault { faults.insert(fault) }
    }
    #expect(faults.count > 3, "\(faults)")
  }
}

/// What the reader says about an entry.
struct Reading {
  var fault: NodeFault?
  var row: UInt64?
  var previous: UInt64?

  init(_ entry: Entry) {
    let buffer = EntryBuffer()
    buffer.copy(entry)
    var reader = NodeReader()
    fault = reader.read(EntryPointer(buffer.view))
    row = reader.row
    previous = reader.previous
  }
}
