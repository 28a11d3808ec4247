import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

// The merge compares words of the rows that begin after their shared prefix. Here the words are moved at every
// opportunity, or never.

@Suite("Order of a merge") struct MergeOrderTests {
  /// Rows that are prefixes of one another, that end in zeros, or that differ before, in or after the first eight
  /// bytes.
  private static let rows: [[UInt8]] = {
    let host = Array("com.example/".utf8)
    return [
      [], [0], [0, 0], [1], [0xff], Array(repeating: 0xff, count: 8), Array(repeating: 0xff, count: 9),
      Array(repeating: 0, count: 8), host, host + [0], host + [0, 0], host + [0x61], host + [0xff],
      host + Array(repeating: 0xff, count: 8), host + Array(repeating: 0, count: 9),
    ].sorted { $0.lexicographicallyPrecedes($1) }
  }()

  @Test("all merges of two files of up to two rows, and of three of one, are stable sorts", arguments: [-1, 0, 99])
  func allSmall(patience: Int) throws {
    let shapes = [[]] + Self.rows.map { [$0] } + pairs(Self.rows)
    let readers = try (0..<3).map { file in
      try shapes.map { try reader($0.map { Entry(key: Key(row: $0, timestamp: 1), value: [UInt8(file)]) }) }
    }
    func check(_ picks: [Int]) throws {
      let cursors = try picks.enumerated().flatMap { try readers[$0.offset][$0.element].cursors(loader: loader) }
      let merged = try collect(MergeCursor(cursors, patience: patience)).map { $0.key.row + $0.value }
      var expected: [[UInt8]] = []
      for row in Self.rows {
        for (file, pick) in picks.enumerated() where shapes[pick].contains(row) { expected.append(row + [UInt8(file)]) }
      }
      try #require(merged == expected, "\(picks)")
    }
    for a in shapes.indices {
      for b in shapes.indices { try check([a, b]) }
    }
    let upToOne = Self.rows.count + 1
    for number in 0..<upToOne * upToOne * upToOne {
      try check([number % upToOne, number / upToOne % upToOne, number / upToOne / upToOne])
    }
  }

  @Test("many files of rows that begin alike for a while, over many small blocks", arguments: 0..<30)
  func randomHosts(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let hosts: [[UInt8]] = (0..<6).map { _ in
      (0..<Int.random(in: 0...40, using: &random)).map { _ in [0, 97, 97, 97, 98, 255].randomElement(using: &random)! }
    }
    let files: [[Entry]] = (0..<Int.random(in: 1...20, using: &random)).map { file in
      var entries: [Entry] = (0..<Int.random(in: 0...200, using: &random)).map { _ in
        let tail = (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return Entry(
          key: Key(
            row: hosts.randomElement(using: &random)! + tail,
            qualifier: [UInt8.random(in: 0...2, using: &random)], timestamp: Int64.random(in: 0...1, using: &random)),
          value: [UInt8(file)])
      }
      entries.sort { $0.key < $1.key }
      return entries
    }
    let expected = files.joined().enumerated().sorted { a, b in
      a.element.key != b.element.key ? a.element.key < b.element.key : a.offset < b.offset
    }.map(\.element)
    let readers = try files.map { try reader($0, blockSize: 300) }
    for patience in [-1, 0, files.count, 1 << 30] {
      let cursors = try readers.flatMap { try $0.cursors(loader: loader) }
      let isSorted = try collect(MergeCursor(cursors, patience: patience)) == expected
      #expect(isSorted, "patience \(patience)")
    }
  }

  @Test("the source of each entry is told") func sources() throws {
    let files = [[1, 4], [], [2, 4], [0, 4, 9]].map { $0.map { Entry(key: Key(row: [UInt8($0)], timestamp: 0)) } }
    let merge = MergeCursor(try files.flatMap { try reader($0).cursors(loader: loader) }, patience: -1)
    var order: [[Int]] = []
    while let entry = try merge.next() { order.append([Int(entry.pointee.row.start[0]), merge.currentSource]) }
    // A file without entries has no cursor.
    #expect(order == [[0, 2], [1, 0], [2, 1], [4, 0], [4, 1], [4, 2], [9, 2]])
  }

  private let loader = BlockLoader()

  private func pairs(_ rows: [[UInt8]]) -> [[[UInt8]]] {
    rows.indices.flatMap { i in rows[(i + 1)...].map { [rows[i], $0] } }
  }

  private func reader(_ entries: [Entry], blockSize: Int = 100_000) throws -> RFileReader {
    let sink = ByteSink(memory: "merge")
    let writer = try RFileWriter(sink, options: .init(codec: .none, blockSize: blockSize))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries))
    _ = try writer.finish()
    return try RFileReader(ByteSource(bytes: sink.memory, name: "merge"))
  }
}
