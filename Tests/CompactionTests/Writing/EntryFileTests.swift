import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import Settings

@Suite("Files written by hand")
struct EntryFileTests {
  let scratch = ScratchDirectory()

  static func reader(_ entries: [Entry]) -> EntryTextReader {
    var writer = EntryTextWriter(.hex)
    let buffer = EntryBuffer()
    for entry in entries {
      buffer.copy(entry)
      writer.append(UnsafePointer(buffer.view))
    }
    var rest = Array(writer.bytes)[...]
    return EntryTextReader(.hex, source: "in") { memory in
      let piece = rest.prefix(memory.count)
      memory.copyBytes(from: piece)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
  }

  /// Writes and reads back; nothing else is left in the directory.
  func written(
    _ entries: [Entry], sortMemory: Int64? = nil, _ properties: [String: String] = [:], threads: Int = 1
  ) throws -> (bytes: [UInt8], entries: [Entry]) {
    let path = FilePath(scratch.file("out.rf.tmp"))
    let file = try EntryFile(
      Settings(properties), sortMemory: sortMemory, disk: Disk(), pool: CodecPool(threads: threads))
    let pulse = Pulse(stop: StopFlag(), now: { .zero })
    let output = try file.write(Self.reader(entries), to: path, pulse: pulse)
    #expect(output.entries == Int64(entries.count) && scratch.names() == ["out.rf.tmp"])
    let source = try ByteSource(path: path.string)
    let bytes = try source.bytes(at: 0, count: Int(source.count))
    let found = try collect(try RFileReader(path: path.string).merged())
    try Disk().remove(path)
    return (bytes, found)
  }

  /// By key; entries of one key in the order in which they came.
  static func sorted(_ entries: [Entry]) -> [Entry] {
    entries.enumerated().sorted {
      $0.element.key != $1.element.key ? $0.element.key < $1.element.key : $0.offset < $1.offset
    }.map(\.element)
  }

  static func random(_ count: Int, seed: UInt64) -> [Entry] {
    var generator = SplitMix64(seed: seed)
    func bytes(_ most: Int, _ letters: ClosedRange<UInt8>) -> [UInt8] {
      (0..<Int.random(in: 0...most, using: &generator)).map { _ in .random(in: letters, using: &generator) }
    }
    return (0..<count).map { number in
      Entry(
        key: Key(
          row: bytes(10, 0x61...0x62), family: bytes(1, 0x61...0x63), qualifier: bytes(1, 0...1), visibility: [],
          timestamp: .random(in: 1...2, using: &generator), deleted: .random(using: &generator)),
        value: Array("\(number)".utf8))
    }
  }

  @Test("a sort buffer sorts like the naive model: all sequences of up to 5 of 4 keys")
  func allSmallSequences() throws {
    let keys = [
      Key(row: [0x61], timestamp: 2), Key(row: [0x61], timestamp: 1), Key(row: [0x61, 0], timestamp: 1),
      Key(row: [], timestamp: 1, deleted: true),
    ]
    let buffer = SortBuffer(capacity: 1 << 16)
    for length in 0...5 {
      for number in 0..<(0..<length).reduce(1, { product, _ in product * 4 }) {
        var rest = number
        let entries = (0..<length).map { place in
          defer { rest /= 4 }
          return Entry(key: keys[rest % 4], value: [UInt8(place)])
        }
        buffer.removeAll()
        let copy = EntryBuffer()
        for entry in entries {
          copy.copy(entry)
          #expect(buffer.add(EntryPointer(copy.view)))
        }
        buffer.sort()
        #expect(try collect(buffer) == Self.sorted(entries))
      }
    }
  }

  @Test("entries beyond the memory are sorted in many runs, merged in levels, and equal keys keep their order")
  func externalSort() throws {
    var entries = Self.random(20_000, seed: 8)
    // One that is larger than the memory.
    entries.insert(Entry(key: Key(row: [0x61]), value: [UInt8](repeating: 7, count: 200_000)), at: 9000)
    let expected = Self.sorted(entries)
    for groups in [[:], ["table.groups.enabled": "g", "table.group.g": "a,b"]] {
      let properties = groups.merging(["table.file.compress.type": "none"]) { $1 }
      // The smallest memory: 64 KiB, two runs at once.
      let found = try written(entries, sortMemory: 1, properties)
      #expect(found.entries == expected)
      #expect(try written(entries, sortMemory: 1 << 30, properties, threads: 3).bytes == found.bytes)
      #expect(try written(expected, properties).bytes == found.bytes)
    }
  }

  @Test("the files of our compactions come back byte for byte, with everything that a table may give them")
  func rewritten() throws {
    let tests = RewriteCase.all(in: "rewrite").filter { !$0.fails }
    var compared = 0
    for test in tests {
      guard (try? FileSettings(Settings(test.properties))) != nil, test.sampleBufferSize == nil else { continue }
      let ours = try RewriteCaseTests.output(of: test)
      let entries = try collect(try ours.merged())
      guard entries.count < 3000 else { continue }
      let bytes = try ours.file.source.bytes(at: 0, count: Int(ours.file.source.count))
      // The configurer sees no inputs here.
      let properties = test.properties.filter { !$0.key.hasPrefix("table.compaction.configurer") }
      #expect(try written(entries, properties).bytes == bytes, "\(test)")
      compared += 1
    }
    #expect(compared >= 20)
  }

  @Test("entries out of order are refused with both keys and the line, and nothing is left")
  func disorder() throws {
    let entries = [Key(row: [0x61]), Key(row: [0x63]), Key(row: [0x62])].map { Entry(key: $0) }
    for properties in [[:], ["table.groups.enabled": "g", "table.group.g": "a"]] {
      let error = #expect(throws: RecordError.self) { try written(entries, properties) }
      #expect(
        error?.description.hasPrefix("in, line 3: entry b : [] 9223372036854775807 comes after c : [] ") == true
          && error?.description.hasSuffix("; --sort sorts them") == true, "\(error?.description ?? "")")
      #expect(scratch.names().filter { $0.contains("run") }.isEmpty)
      try Disk().removeIfThere(FilePath(scratch.file("out.rf.tmp")))
    }
  }

  @Test("a failure of any change of the disk leaves no run behind")
  func failures() throws {
    let entries = Self.random(3000, seed: 2)
    struct Failed: Error {}
    for failing in 1...400 {
      let counter = Counter()
      let disk = Disk { change, _ in
        guard change != .remove else { return }
        if counter.next() == failing { throw Failed() }
      }
      let path = FilePath(scratch.file("out.rf.tmp"))
      let file = try EntryFile(Settings(["table.file.compress.type": "none"]), sortMemory: 1, disk: disk, pool: nil)
      let pulse = Pulse(stop: StopFlag(), now: { .zero })
      let output = try? file.write(Self.reader(entries), to: path, pulse: pulse)
      #expect(scratch.names().filter { $0.contains("run") }.isEmpty, "\(failing)")
      try Disk().removeIfThere(path)
      if output != nil {
        #expect(failing > 8)
        return
      }
    }
    Issue.record("it never ends well")
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
