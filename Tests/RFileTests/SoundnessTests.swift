import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

/// What reading finds out on the way: keys out of order, families that are not those of the list.
@Suite("Damage that a merge would hide") struct SoundnessTests {
  /// Keys of few bytes, so that every field decides sometimes, alone and by its length.
  private static let keys: [Key] = {
    var keys: [Key] = []
    for row in [[], [1], [1, 2, 3], [1, 2, 4], [2]] as [[UInt8]] {
      for family in [[], [5], [5, 5]] as [[UInt8]] {
        for visibility in [[], [9]] as [[UInt8]] {
          for timestamp in [Int64.min, 0, 1] {
            for deleted in [false, true] {
              keys.append(
                Key(row: row, family: family, visibility: visibility, timestamp: timestamp, deleted: deleted))
            }
          }
        }
      }
    }
    return keys
  }()

  /// The bytes of blocks with these keys, whatever their order.
  private static func blocks(_ keys: [[Key]]) -> [BlockBuffer] {
    let last = UnsafeMutablePointer<LastKey>.allocate(capacity: 1)
    last.initialize(to: LastKey())
    defer {
      last.pointee.free()
      last.deallocate()
    }
    let buffer = EntryBuffer()
    return keys.map { keys in
      let block = BlockBuffer()
      for (number, key) in keys.enumerated() {
        buffer.copy(Entry(key: key))
        _ = last.pointee.match(buffer.view)
        RelativeKeyEncoder.append(buffer.view, after: last, isFirst: number == 0, to: block.state)
        last.pointee.remember(buffer.view)
      }
      return block
    }
  }

  private static func disorder(_ keys: [[Key]]) throws -> Int? {
    var decoder = RelativeKeyDecoder()
    defer { decoder.free() }
    for (block, keys) in zip(blocks(keys), keys) {
      decoder.begin(block.start, count: block.count)
      for key in keys {
        try decoder.decode()
        #expect(decoder.view.key == key)
      }
    }
    return decoder.disorder?.entry
  }

  @Test("the decoder sees whether a key sorts before the one before it, in a block and from block to block")
  func order() throws {
    var falls = 0
    for first in Self.keys {
      #expect(try Self.disorder([[first]]) == nil)
      for second in Self.keys {
        let found = try (Self.disorder([[first, second]]), Self.disorder([[first], [second]]))
        #expect(found == (second < first ? (1, 0) : (nil, nil)), "\(first) \(second)")
        if second < first { falls += 1 }
      }
    }
    #expect(falls == Self.keys.count * (Self.keys.count - 1) / 2)
  }

  /// Reads each family on its own and the rest, as a compaction into groups does.
  private static func merge(_ bytes: [UInt8], _ passes: [FamilySelection]) throws {
    let directory = ScratchDirectory()
    let path = directory.write("a.rf", bytes)
    for families in passes {
      _ = try collect(MergeInputs([MergeInput(path)], families: families, loader: BlockLoader()))
    }
  }

  @Test("a merge fails where a check finds a wrong family or order, and nowhere else", arguments: [false, true])
  func flippedBits(hasGroups: Bool) throws {
    let families: [[UInt8]] = [[97], [98], [99, 99]]
    let sink = ByteSink(memory: "small")
    let writer = try RFileWriter(sink, options: .init(codec: .none, blockSize: 60, indexBlockSize: 80))
    func entries(of families: [[UInt8]]) -> [Entry] {
      (0..<6).flatMap { row in families.map { Entry(key: Key(row: [UInt8(row)], family: $0, timestamp: 3), value: [1]) }
      }
    }
    if hasGroups {
      try writer.startLocalityGroup("g", families: [[97], [98]])
      try writer.append(contentsOf: ArrayCursor(entries(of: [[97], [98]])))
    }
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries(of: hasGroups ? [[99, 99]] : families)))
    _ = try writer.finish()
    let sound = sink.memory
    let passes: [[FamilySelection]] = [
      [.all], [.only([[97]]), .only([[98], [99, 99]]), .except([[97], [98], [99, 99]])],
      [.only([[97], [98]]), .except([[97], [98]])],
    ]
    var found = 0
    for i in sound.indices {
      for bit in [0, 3, 6] as [UInt8] {
        var bytes = sound
        bytes[i] ^= 1 << bit
        let problem = Result {
          try RFileReader(ByteSource(bytes: bytes, name: "a.rf")).check(loader: BlockLoader())
        }
        for passes in passes {
          let merged = Result { try Self.merge(bytes, passes) }
          switch (problem, merged) {
          case (.success, .failure(let error)): Issue.record("byte \(i) bit \(bit): \(error)")
          case (.failure(let error), .success):
            let text = "\(error)"
            let isHidden = ["keys in order", "column famil"].contains { text.contains($0) }
            #expect(!isHidden, "byte \(i) bit \(bit) \(passes): not found: \(error)")
          case (.failure, .failure): found += 1
          case (.success, .success): break
          }
        }
      }
    }
    #expect(found > 100, "\(found)")
  }

  @Test("what is wrong can be taken note of: all entries come") func notes() throws {
    for (name, problem) in [("ck_70_lg_zstd", "column family"), ("ck_857_binary_none", "column families")] {
      let path = "\(Fixtures.accumulo)/damaged/\(name).rf"
      let error = #expect(throws: FileError.self) {
        try collect(MergeInputs([MergeInput(path)], loader: BlockLoader()))
      }
      #expect(error?.kind == .unsound)
      let unsound = UnsoundInputs()
      let entries = try collect(MergeInputs([MergeInput(path)], unsound: unsound, loader: BlockLoader()))
      #expect(try Int64(entries.count) == RFileReader(path: path).summary().entries)
      #expect(unsound.problems.map(\.description).count == 1)
      #expect(unsound.problems.first?.description == error?.description)
      #expect(unsound.problems.first?.description.contains(problem) == true)
      // A part of the file that does not have it is in order.
      let rows = RowRange(from: [255, 255, 255, 255], through: nil)
      _ = try collect(MergeInputs([MergeInput(path, rows: rows)], loader: BlockLoader()))
    }
  }
}
