import BlockFile

// What has to be kept of a writer so that another one can go on behind it. Nearly everything that a writer knows follows
// from the entries that it was given: index, families, sizes of keys, Bloom filter, sample, summaries. The entries are in
// the blocks, and so the state is little more than a list of the blocks:
//
//     partial file    | magic | block | block | index block | block |
//                               └──────┴─────────────────────┴ listed, by group
//     tail                                                            | entries of the block that is being filled |
//
// `RFileWriter.repeatGroup` gives the entries of these blocks to a new writer, which makes the same decisions again.

/// A data block of a group that is in the file.
struct WrittenBlock: Hashable {
  var region: BlockRegion
  var entryCount: Int
  /// Taken over from an input; see BlockReuse.swift.
  var isCopied: Bool
}

/// The data blocks of a group in their order, a few bytes for each:
///
///     VLong-W bytes since the end of the block before | VLong-W stored size | VLong-W raw size
///     VLong-W 2 * entries, + 1 for a copied block
package struct WrittenBlocks: Hashable, Sendable {
  package private(set) var bytes: [UInt8] = []
  /// Where the last block ends.
  private var end: Int64 = 0

  init() {}

  /// From the bytes of another one. They are not looked at yet.
  package init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func append(_ block: WrittenBlock) {
    bytes.appendWritableVLong(block.region.offset - end)
    bytes.appendWritableVLong(block.region.compressedSize)
    bytes.appendWritableVLong(block.region.rawSize)
    bytes.appendWritableVLong(Int64(block.entryCount) << 1 | (block.isCopied ? 1 : 0))
    end = block.region.offset + block.region.compressedSize
  }

  /// Throws `DecodeError` for numbers that no block has.
  func visit(_ body: (WrittenBlock) throws -> Void) throws {
    var reader = ByteReader(bytes)
    var end: Int64 = 0
    while reader.remaining > 0 {
      let numbers = [
        try reader.writableVLong("gap"), try reader.writableVLong("stored size"), try reader.writableVLong("raw size"),
        try reader.writableVLong("entries"),
      ]
      guard numbers[0] >= 0, numbers[0] < 1 << 60, numbers[1...].allSatisfy({ 0..<1 << 33 ~= $0 }) else {
        throw DecodeError(at: reader.offset, expected: "the sizes of a block", found: "\(numbers)")
      }
      let region = BlockRegion(offset: end + numbers[0], compressedSize: numbers[1], rawSize: numbers[2])
      end = region.offset + region.compressedSize
      try body(
        WrittenBlock(region: region, entryCount: Int(numbers[3] >> 1), isCopied: numbers[3] & 1 == 1))
    }
  }
}

/// A writer between two entries.
package struct WriterState: Hashable, Sendable {
  /// The blocks of every group that was begun.
  package var groups: [WrittenBlocks]
  /// Entries of the last group that are not in the file yet; nil: there are none.
  package var tail: Tail?

  package struct Tail: Hashable, Sendable {
    /// A raw block that was begun, or the stored bytes of one that was taken over.
    package var bytes: [UInt8]
    package var rawSize: Int
    package var entries: Int
    package var isCopied: Bool

    package init(bytes: [UInt8], rawSize: Int, entries: Int, isCopied: Bool) {
      (self.bytes, self.rawSize, self.entries, self.isCopied) = (bytes, rawSize, entries, isCopied)
    }
  }

  package init(groups: [WrittenBlocks], tail: Tail?) { (self.groups, self.tail) = (groups, tail) }
}

extension RFileWriter {
  /// Gives all finished blocks to the sink. Another writer with the same options can be brought to the returned state.
  /// The writer must list its blocks (`Options.listsBlocks`).
  package func state() throws -> WriterState {
    try file.flush()
    return WriterState(
      groups: (finished + [currentGroup]).map { $0.written ?? WrittenBlocks() }, tail: currentGroup.tail)
  }
}

extension LocalityGroupWriter {
  /// What was appended and is not in the file.
  fileprivate var tail: WriterState.Tail? {
    if let waiting {
      return WriterState.Tail(
        bytes: [UInt8](waitingBytes.bytes), rawSize: waiting.rawSize, entries: waiting.entryCount, isCopied: true)
    }
    let entries = state.pointee.entriesInBlock
    guard entries > 0 else { return nil }
    return WriterState.Tail(bytes: [UInt8](block.bytes), rawSize: block.count, entries: entries, isCopied: false)
  }
}
