// Stores a piece of data in one way and reads it back, with the real writer and the real reader, in memory:
//
//     piece ─reader─> entries ─RFileWriter─> file ─reader─> entries              its bytes, and the time to read it
//                                             └──> blocks ─inflate─> deflate     the time of one block
//
// Blocks are cut and compressed as in any file that is written, with the index that they get there. The time to write
// is that of an uncompressed file and of its blocks' compression. The writer itself would be too slow a witness: with
// the level `auto` it tries the first blocks of a file with several encoders, and a sample is all first blocks.

import BlockFile
import Entries
import RFile

/// What came of one way to store data. Adds up over pieces.
struct TrialSum: Hashable {
  /// Of the files with all but their fixed parts.
  var bytes: Int64 = 0
  var blocks: Int64 = 0
  var dataBytes: Int64 = 0
  /// CPU time, ns.
  var write: Int64 = 0
  var read: Int64 = 0
  var inflate: Int64 = 0

  static func += (sum: inout TrialSum, other: TrialSum) {
    sum.bytes += other.bytes
    sum.blocks += other.blocks
    sum.dataBytes += other.dataBytes
    sum.write += other.write
    sum.read += other.read
    sum.inflate += other.inflate
  }
}

/// Runs of one group of a file, as an uncompressed file in memory.
final class StorageTrial {
  private let piece: ByteSource
  /// CPU time of this thread, ns.
  private let clock: () -> Int64
  /// By size of blocks: CPU time to write the piece without compression, ns.
  private var encoding: [Int: Int64] = [:]

  /// - Parameters:
  ///   - runs: of one group of one file, in their order.
  ///   - clock: the CPU time of this thread, ns.
  /// - Throws: `FileError`, `SystemError`.
  init(of runs: ArraySlice<DataSample.Run>, loader: BlockLoader, clock: @escaping () -> Int64) throws {
    self.clock = clock
    guard let first = runs.first else { preconditionFailure("a piece has a run") }
    let reader = try RFileReader(path: first.path, loader: loader)
    let sink = ByteSink(memory: first.path)
    let writer = try RFileWriter(sink, options: .init(codec: .none))
    try writer.startDefaultLocalityGroup()
    for run in runs {
      let cursor = try reader.cursor(ofGroup: run.group, from: run.start, loader: loader)
      do {
        var left = run.entries
        while left > 0, let entry = try cursor.next() {
          try writer.append(entry)
          left -= 1
        }
      } catch let error as RFileWriteError {
        throw FileError(path: first.path, kind: .unsound, cause: error.description)
      }
    }
    _ = try writer.finish()
    piece = ByteSource(bytes: sink.memory, name: first.path)
  }

  /// Stores the piece, and reads it back.
  func result(of choice: StorageChoice) throws -> TrialSum {
    var sum = TrialSum()
    let (stored, rung) = try store(choice)
    sum.bytes = stored.count - (try Self.fixedBytes(choice))
    sum.write = try encodingTime(blockSize: choice.blockSize)
    sum.read = try time { try Self.readAll(stored) }
    let (loader, raw, deflated) = (Self.loader(), BlockBuffer(), BlockBuffer())
    let compressor = rung.map { Compressor($0) }
    let reader = try RFileReader(stored, loader: loader)
    var (all, timed, inflating, deflating) = (Int64(0), Int64(0), Int64(0), Int64(0))
    try reader.forEachDataBlock(ofGroup: 0, loader: loader) { _, region in
      sum.blocks += 1
      sum.dataBytes += region.compressedSize
      all += region.rawSize
      // Every block is written and read above; times are those of a quarter of them.
      guard timed * 4 < all else { return }
      timed += region.rawSize
      inflating += try time { try reader.file.load(region, into: raw, loader: loader, place: "data block") }
      if let compressor { deflating += time { compressor.compress(raw.bytes, into: deflated) } }
    }
    let factor = timed > 0 ? Double(all) / Double(timed) : 1
    sum.inflate = Int64(Double(inflating) * factor)
    sum.write += Int64(Double(deflating) * factor)
    return sum
  }

  /// - Returns: the piece as it is stored, and what most of its blocks were compressed with.
  private func store(_ choice: StorageChoice) throws -> (ByteSource, Rung?) {
    let sink = ByteSink(memory: piece.path)
    let writer = try RFileWriter(
      sink, options: .init(codec: choice.codec, level: choice.level, blockSize: choice.blockSize))
    try writer.startDefaultLocalityGroup()
    for cursor in try RFileReader(piece, loader: Self.loader()).cursors(loader: Self.loader()) {
      try writer.append(contentsOf: cursor)
    }
    _ = try writer.finish()
    return (ByteSource(bytes: sink.memory, name: piece.path), writer.rungs.max { $0.blocks < $1.blocks }?.rung)
  }

  /// The time to write the piece in blocks of this size, without that to read it.
  private func encodingTime(blockSize: Int) throws -> Int64 {
    if let known = encoding[blockSize] { return known }
    let reading = try time { try Self.readAll(piece) }
    let all = try time { _ = try store(StorageChoice(codec: .none, level: .auto, blockSize: blockSize)) }
    let found = max(0, all - reading)
    encoding[blockSize] = found
    return found
  }

  /// Bytes of a file without entries.
  static func fixedBytes(_ choice: StorageChoice) throws -> Int64 {
    let sink = ByteSink(discarding: "an empty file")
    let writer = try RFileWriter(sink, options: .init(codec: choice.codec, level: choice.level))
    try writer.startDefaultLocalityGroup()
    return try writer.finish()
  }

  private static func readAll(_ source: ByteSource) throws {
    for cursor in try RFileReader(source, loader: loader()).cursors(loader: loader()) {
      while try cursor.next() != nil {}
    }
  }

  /// For what this process wrote itself.
  private static func loader() -> BlockLoader { BlockLoader(limit: .none) }

  private func time(_ body: () throws -> Void) rethrows -> Int64 {
    let start = clock()
    try body()
    return max(0, clock() - start)
  }
}
