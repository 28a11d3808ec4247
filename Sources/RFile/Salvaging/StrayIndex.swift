import BlockFile
import Entries

// Indexes that are met on the way, because nothing that can be read leads to them: blocks of the tree, and
// `RFile.index` itself, which is found where the footer of the file is gone. Both are drawn in their own files. Neither
// has a mark that entries could not have as well, so every number in them must fit.

/// What an index in the middle of a file says.
enum StrayIndex {
  case block(IndexBlock)
  case file(RFileIndex)

  /// Reads one that begins at `offset` of its file, and its size in bytes. Nil when the bytes are no index.
  ///
  /// - Parameters:
  ///   - isWhole: whether it must take all bytes.
  ///   - limit: of the memory that it may need.
  static func read(
    _ bytes: UnsafeRawBufferPointer, at offset: Int64, isWhole: Bool, limit: BlockLimit
  ) -> (index: StrayIndex, size: Int)? {
    guard bytes.count >= 17 else { return nil }
    if beginsFile(bytes) {
      var reader = ByteReader([UInt8](bytes), limit: limit)
      guard let index = try? RFileIndex(from: &reader), !isWhole || reader.remaining == 0 else { return nil }
      return (.file(index), reader.offset)
    }
    guard let size = blockSize(bytes, isWhole: isWhole), size <= bytes.count else { return nil }
    var reader = ByteReader([UInt8](bytes.prefix(size)), limit: limit)
    guard let block = try? IndexBlock(from: &reader, version: .current), isSound(block, at: offset) else { return nil }
    return (.block(block), size)
  }

  /// Whether bytes begin as `RFile.index` does: its magic and the first bytes of its version.
  static func beginsFile(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x20, 0x63, 0x74, 0x74, 0, 0, 0])
  }

  /// The size of what may be a block of the tree, by its counts.
  private static func blockSize(_ bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Int? {
    func int32(_ at: Int) -> Int { Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self))) }
    let (level, before, count) = (int32(0), int32(4), int32(9))
    guard 0...8 ~= level, before >= 0, bytes[8] <= 1, count > 0, count <= (bytes.count - 17) / 4 else { return nil }
    let data = int32(13 + 4 * count)
    let size = 17 + 4 * count + data
    guard data > 0, size <= bytes.count, !isWhole || size == bytes.count else { return nil }
    return size
  }

  /// Every block that it leads to lies before it, and keys rise.
  private static func isSound(_ block: IndexBlock, at offset: Int64) -> Bool {
    var last: IndexEntry?
    for i in 0..<block.count {
      guard let entry = try? block.entry(i), let region = entry.region, region.offset >= UnitReader.firstOffset,
        region.compressedSize > 0, region.compressedSize <= offset - region.offset,
        (entry.entryCount > 0) == (block.level == 0),
        last.map({ $0.key <= entry.key && $0.region!.offset < region.offset }) ?? true
      else { return false }
      last = entry
    }
    return true
  }
}
