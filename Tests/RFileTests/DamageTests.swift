import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

// Damage gives an error with the file's name, or the right answer: never a trap, never a hang. A file of codec none has
// no checksum over its values, so its answer can differ.

@Suite struct DamageTests {
  private static let small = [
    "edge/single", "edge/deletes", "edge/vis", "edge/empty_none", "edge/empties_gz", "fam_versions/A",
  ]

  /// Codecs without small fixtures: `edge/vis` is rewritten with them.
  private static let otherCodecs = Codec.allCases.filter { ![.none, .gz, .zstd].contains($0) }

  /// Reads all entries and checks the whole file.
  private func read(_ bytes: [UInt8]) throws -> [Entry] {
    let reader = try RFileReader(ByteSource(bytes: bytes, name: "damaged.rf"))
    let entries = try collect(reader.merged())
    _ = try reader.check()
    _ = try collect(reader.merged(rows: RowRange(from: [98], through: [114, 200])))
    return entries
  }

  @Test("a file cut at any length is refused", arguments: small) func refusesTruncation(name: String) throws {
    let bytes = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).rf")
    for length in 0..<bytes.count {
      let error = #expect(throws: FileError.self) { try read(Array(bytes[..<length])) }
      #expect(error?.path == "damaged.rf")
    }
  }

  @Test("a flipped bit gives an error or the right answer", arguments: small) func survivesBitFlips(name: String) throws
  {
    try flipBits(Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).rf"))
  }

  @Test("a flipped bit in a file of another codec gives an error or the right answer", arguments: otherCodecs)
  func survivesBitFlips(codec: Codec) throws {
    let sink = ByteSink(memory: "small")
    let writer = try RFileWriter(sink, options: .init(codec: codec, blockSize: 200, indexBlockSize: 100))
    try writer.startDefaultLocalityGroup()
    let entries = try Fixtures.dump("\(Fixtures.accumulo)/rfiles/edge/vis.dump").prefix(24)
    try writer.append(contentsOf: ArrayCursor(Array(entries)))
    _ = try writer.finish()
    try flipBits(sink.memory)
    for length in sink.memory.indices {
      #expect(throws: FileError.self) { try read(Array(sink.memory[..<length])) }
    }
  }

  private func flipBits(_ bytes: [UInt8]) throws {
    let expected = try read(bytes)
    let codec = try RFileReader(ByteSource(bytes: bytes, name: "sound.rf")).file.codec
    let hasChecksums = ["gz", "bzip2"].contains(codec.rawValue)
    for i in bytes.indices {
      // bzip2 needs a millisecond for even the smallest block.
      for bit in codec.rawValue == "bzip2" ? i % 8..<i % 8 + 1 : 0..<8 {
        var damaged = bytes
        damaged[i] ^= 1 << bit
        do {
          let isRight = try read(damaged) == expected
          #expect(isRight || !hasChecksums, "byte \(i), bit \(bit)")
        } catch let error as FileError {
          #expect(error.path == "damaged.rf" && !error.description.contains("\n"))
        }
      }
    }
  }

  @Test(
    "random bytes over a larger file give an error or an answer",
    arguments: ["codec/multi_none", "codec/lg_zstd", "codec/multi_gz", "meta/all_zstd", "fuzz04/C", "frames/s5_lz4"])
  func survivesRandomDamage(name: String) throws {
    guard RFileFixture.readable.contains(where: { $0.name == name }) else { return }
    let bytes = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).rf")
    var random = SplitMix64(seed: 7)
    var refused = 0
    for _ in 0..<25 {
      var damaged = bytes
      // Mostly near the end, where the index and the footer are.
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let i =
          Bool.random(using: &random)
          ? bytes.count - 1 - Int.random(in: 0..<3000, using: &random) : Int.random(in: 0..<bytes.count, using: &random)
        damaged[i] = UInt8.random(in: 0...255, using: &random)
      }
      do { _ = try read(damaged) } catch is FileError { refused += 1 }
    }
    #expect(refused > 5)
  }

  @Test("a file of another kind is called that") func namesOtherFiles() throws {
    let text = Array(repeating: UInt8(ascii: "x"), count: 500)
    let error = #expect(throws: FileError.self) { try read(text) }
    #expect(error?.description == "damaged.rf: not an RFile: there is no magic at its end")
  }
}
