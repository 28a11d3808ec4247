package import BlockFile
package import Entries

/// The meta block `acu_bloom`: which keys a file may hold. Accumulo: `BloomFilterLayer`, `DynamicBloomFilter`.
///
///     class of the key functor (writeUTF)
///     head                                                               (BloomRow.swift)
///     int32 keys of a row | int32 keys in the last row | int32 number of rows
///     rows                                                               (BloomRow.swift)
///
/// A row takes so many keys, then the next one begins; a key is in the filter if one row has all five of its bits. So a file
/// of any size has filters of the same quality for each row, and a little less with each more.
///
/// The bits stay in the bytes of the block, where they are asked for: a filter takes no more memory than its block.
package final class BloomFilter: Sendable {
  /// Its name among the meta blocks.
  package static let blockName = "acu_bloom"

  package let functorClass: String
  /// Nil: a class that is not built in. Such a filter cannot be asked.
  package let functor: KeyFunctor?
  let head: BloomHead
  package let keysPerRow: Int
  private let keysInLastRow: Int
  private let rows: [BloomRow]
  private let bytes: [UInt8]

  package var hash: BloomHash { head.hash }
  package var bitsPerRow: Int { head.bits }
  package var rowCount: Int { rows.count }
  /// Different keys that were added, but for those that found all their bits set by others.
  package var keys: Int { (rows.count - 1) * keysPerRow + keysInLastRow }

  /// Reads the whole block. Throws `DecodeError`, and `UnsupportedFormat` for what other versions wrote.
  init(from reader: inout ByteReader) throws {
    functorClass = try reader.javaUTF("class of the key functor")
    functor = KeyFunctor(className: functorClass)
    head = try BloomHead(from: &reader)
    let at = reader.offset
    keysPerRow = Int(try reader.int32("keys of a row"))
    keysInLastRow = Int(try reader.int32("keys in the last row"))
    let count = try reader.count("rows of the filter", ofSize: BloomRow.smallestSize)
    guard keysPerRow > 0, keysInLastRow >= 0, count > 0 else {
      throw DecodeError(
        at: at, expected: "a filter with rows for keys",
        found: "\(count) rows for \(keysPerRow) keys each, \(keysInLastRow) in the last")
    }
    try reader.reserve(count, ofSize: MemoryLayout<BloomRow>.stride, "rows of the filter")
    var rows: [BloomRow] = []
    for _ in 0..<count { rows.append(try BloomRow(from: &reader, of: head)) }
    try reader.checkAtEnd("the filter")
    self.rows = rows
    bytes = reader.bytes
  }

  /// False when nothing with this key was added. `key` is what the functor makes of a key, not empty.
  package func mayHold(_ key: ByteView) -> Bool {
    let positions = head.positions(of: key)
    return bytes.withUnsafeBufferPointer { bytes in
      rows.contains { row in positions.indices.allSatisfy { row.isSet(positions[$0], in: bytes) } }
    }
  }

  /// False when no entry of the file lies between two keys.
  package func mayHold(from start: Key, to end: Key, includingEnd: Bool) -> Bool {
    guard let key = functor?.bytes(ofAllFrom: start, to: end, includingEnd: includingEnd) else { return true }
    return key.withUnsafeBufferPointer { mayHold(ByteView(start: $0.baseAddress!, count: $0.count)) }
  }

  func isSet(_ bit: Int, inRow row: Int) -> Bool {
    bytes.withUnsafeBufferPointer { rows[row].isSet(bit, in: $0) }
  }

  /// The share of bits that are set, and that of keys which were not added and are thought to be there all the same.
  package func load() -> (setBits: Double, falsePositives: Double) {
    var (set, denied) = (0.0, 1.0)
    for row in rows {
      let ones = bytes[row.offset..<row.offset + 8 * row.words].reduce(0) { $0 + $1.nonzeroBitCount }
      let share = Double(ones) / Double(bitsPerRow)
      set += share / Double(rows.count)
      denied *= 1 - (0..<BloomHead.hashFunctions).reduce(1.0) { product, _ in product * share }
    }
    return (set, 1 - denied)
  }
}

extension RFileReader {
  /// The file's filter; nil when it has none. Throws `FileError` and `SystemError`.
  package func bloomFilter(loader: BlockLoader) throws -> BloomFilter? {
    guard let bytes = try file.metaBlock(BloomFilter.blockName, loader: loader) else { return nil }
    return try FileError.locating(path, "block \(BloomFilter.blockName)") {
      var reader = ByteReader(bytes, limit: file.limit)
      return try BloomFilter(from: &reader)
    }
  }

  /// The file's filter; nil also when it is of a kind that cannot be asked: one of another version, or too large.
  package func usableBloomFilter(loader: BlockLoader) throws -> BloomFilter? {
    do {
      let filter = try bloomFilter(loader: loader)
      return filter?.functor == nil ? nil : filter
    } catch let error as FileError where error.kind == .unsupported {
      return nil
    }
  }

  /// Bytes of the file's filter when it is inflated; nil when it has none.
  package var bloomFilterSize: Int64? {
    file.metaBlocks.first { $0.name == BloomFilter.blockName }?.region.rawSize
  }
}
