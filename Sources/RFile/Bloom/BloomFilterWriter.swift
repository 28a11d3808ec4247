import BlockFile
import Entries
internal import Glibc

/// What kind of filter the files of a table get. Accumulo: `table.bloom.*`.
package struct BloomSettings: Hashable, Sendable {
  let functor: KeyFunctor
  let head: BloomHead
  let keysPerRow: Int

  /// - Parameters:
  ///   - keysPerRow: `table.bloom.size`
  ///   - errorRate: `table.bloom.error.rate`, as a share: which keys that a row does not hold it may claim to hold.
  ///
  /// Nil when such rows have no bits: no keys, a rate of nothing or of all.
  package init?(functor: KeyFunctor, hash: BloomHash, keysPerRow: Int, errorRate: Double) {
    let functions = Double(BloomHead.hashFunctions)
    // In the order in which Accumulo calculates.
    let bits = (-functions * Double(keysPerRow) / log(1 - pow(errorRate, 1 / functions))).rounded(.up)
    guard 1...Int(Int32.max) ~= keysPerRow, bits >= 1 else { return nil }
    self.functor = functor
    // As Java makes an int of a double.
    head = BloomHead(hash: hash, bits: Int(min(bits, Double(Int32.max))))
    self.keysPerRow = keysPerRow
  }

  /// Bytes of a row. A file has one for each `keysPerRow` of its keys.
  var rowSize: Int { BloomRow.size(head) }

  /// The most memory that the filter of so many keys takes, in bytes. It grows by doubling, which takes the old and the
  /// new bytes at once; and it is not larger than a block can be.
  package func memory(forKeys keys: Int64) -> Int {
    let rows = max(0, keys - 1) / Int64(keysPerRow) + 1
    let (size, isTooLarge) = rows.multipliedReportingOverflow(by: Int64(rowSize))
    return 3 * (isTooLarge ? BlockSizes.largest : Int(min(size, Int64(BlockSizes.largest))))
  }
}

/// Makes the filter of a file out of its keys. Accumulo: `BloomFilterLayer.Writer`, `DynamicBloomFilter.add`.
///
/// Rows are filled one after the other. A key counts when at least one of its bits was clear, so one that comes again
/// changes nothing, unless the row is full: then it begins the next one.
final class BloomFilterWriter {
  private let settings: BloomSettings
  private var key: KeyFunctorBuffer
  /// The block as it will be written, but for the counts.
  private var bytes: [UInt8] = []
  private let countsOffset: Int
  private var row: BloomRow
  private var rowCount = 1
  private var keysInRow = 0

  init(_ settings: BloomSettings) {
    self.settings = settings
    key = KeyFunctorBuffer(settings.functor)
    bytes.appendJavaUTF(settings.functor.className)
    settings.head.encode(into: &bytes)
    bytes.appendBigEndian(Int32(settings.keysPerRow))
    countsOffset = bytes.count
    bytes.appendBigEndian(Int64(0))
    row = BloomRow(appending: settings.head, to: &bytes)
  }

  deinit { key.free() }

  /// Throws `RFileWriteError` when the filter would be larger than a block can be.
  func add(_ entry: EntryPointer) throws {
    let (bytes, isRepeated) = key.next(entry)
    let isFull = keysInRow >= settings.keysPerRow
    if isRepeated && !isFull || bytes.count == 0 { return }
    if isFull { try beginRow() }
    if setBits(of: bytes) { keysInRow += 1 }
  }

  /// Whether one of them was clear.
  private func setBits(of key: ByteView) -> Bool {
    let positions = settings.head.positions(of: key)
    let offset = row.offset
    return bytes.withUnsafeMutableBufferPointer { bytes in
      let words = bytes.baseAddress! + offset
      var clear: UInt8 = 0
      for i in 0..<BloomHead.hashFunctions {
        let (byte, mask) = BloomRow.place(positions[i])
        clear |= ~words[byte] & mask
        words[byte] |= mask
      }
      return clear != 0
    }
  }

  private func beginRow() throws {
    guard bytes.count + settings.rowSize <= BlockSizes.largest else { throw RFileWriteError.filterTooLarge(rowCount) }
    row = BloomRow(appending: settings.head, to: &bytes)
    rowCount += 1
    keysInRow = 0
  }

  /// The contents of the meta block.
  func finish() -> [UInt8] {
    var counts: [UInt8] = []
    counts.appendBigEndian(Int32(truncatingIfNeeded: keysInRow))
    counts.appendBigEndian(Int32(rowCount))
    bytes.replaceSubrange(countsOffset..<countsOffset + 8, with: counts)
    return bytes
  }
}
