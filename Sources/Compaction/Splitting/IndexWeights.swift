package import BlockFile
package import Entries
import RFile

// Where to split files, from their indexes alone. An index has for each data block a row that none of its rows exceeds,
// its bytes and its entries:
//
//     F1   ..c 100   ..h 100   ..p 100           by row    c 100   f 50   h 100   p 100   z 50       all 400
//     F2   ..f 50    ..z 50                      sums        100    150     250     350     400
//
//     2 parts   the sum next to 200 that is not the last: 150 or 250, of two equals the first  ->  split at f
//
// So a block counts for the part in which it ends, and a split is exact to one block of each file.
//
// Many index keys are made up: a row of the block and FF behind it (`KeyShortener`). That is the right place to cut
// files, between two blocks, but no row for a list that people read and shells parse. Without FF it lies in the block.

/// Rows after `prevEndRow`, up to `endRow` (nil at the ends of a table), and how much data they have.
package struct RowPart: Hashable, Sendable {
  package var prevEndRow: [UInt8]?
  package var endRow: [UInt8]?
  /// Bytes of the data blocks, as stored.
  package var size: Int64
  package var entries: Int64

  package var rows: RowRange { RowRange(after: prevEndRow, through: endRow) }
}

/// How the data of files is spread over rows.
package struct IndexWeights: Sendable {
  private struct Weight {
    /// No row that counts here is greater.
    var row: [UInt8]
    var size: Int64
    var entries: Int64
  }

  /// After `init`: by row, each row once.
  private var weights: [Weight] = []
  private var rowBytes = 0

  /// Beyond either, neighbours become one: a split is then less exact, by one part in many thousands.
  private static let mostWeights = 1 << 20
  private static let mostRowBytes = 64 << 20

  /// Reads the indexes of all files, no data. Throws `FileError` and `SystemError`.
  package init(of files: [String], loader: BlockLoader) throws {
    for file in files {
      let reader = try RFileReader(path: file, loader: loader)
      for group in reader.groups.indices {
        try reader.forEachDataBlock(ofGroup: group, loader: loader) { entry, region in
          add(Weight(row: entry.key.row, size: region.compressedSize, entries: Int64(entry.entryCount)))
        }
      }
    }
    sort()
  }

  /// Bytes of all data blocks, as stored.
  package var size: Int64 { weights.reduce(0) { $0 &+ $1.size } }

  /// So many parts of about the same size, fewer when there are too few rows to split at. The first part has no start and
  /// the last no end.
  /// - Parameter readable: proposes rows without the FF of made-up index keys.
  package func parts(_ count: Int, readable: Bool = false) -> [RowPart] {
    let total = Double(size)
    var parts = [RowPart(size: 0, entries: 0)]
    var sum: Int64 = 0
    var number = 1
    for (place, weight) in weights.enumerated() {
      sum &+= weight.size
      parts[parts.count - 1].size &+= weight.size
      parts[parts.count - 1].entries &+= weight.entries
      guard place + 1 < weights.count, number < count else { continue }
      let target = total * Double(number) / Double(count)
      // Here, unless the next sum is nearer.
      guard Double(sum) >= target || Double(sum &+ weights[place + 1].size) - target > target - Double(sum) else {
        continue
      }
      let row = readable ? Self.readable(weight.row, after: parts[parts.count - 1].prevEndRow) : weight.row
      parts[parts.count - 1].endRow = row
      parts.append(RowPart(prevEndRow: row, size: 0, entries: 0))
      // A block may be larger than a part.
      repeat { number += 1 } while number < count && Double(sum) >= total * Double(number) / Double(count)
    }
    return parts
  }

  private static func readable(_ row: [UInt8], after start: [UInt8]?) -> [UInt8] {
    guard row.last == 0xff, row.count > 1, (start ?? []).lexicographicallyPrecedes(row.dropLast()) else { return row }
    return row.dropLast()
  }

  private mutating func add(_ weight: Weight) {
    weights.append(weight)
    rowBytes += weight.row.count
    if weights.count > Self.mostWeights || rowBytes > Self.mostRowBytes { halve() }
  }

  /// Sorts by row and adds up what has the same row.
  private mutating func sort() {
    weights.sort { $0.row.lexicographicallyPrecedes($1.row) }
    merge { $0.row == $1.row }
  }

  private mutating func halve() {
    sort()
    var isSecond = true
    merge { _, _ in
      isSecond.toggle()
      return !isSecond
    }
  }

  /// Adds up neighbours that belong together; the later row stays.
  private mutating func merge(_ belong: (Weight, Weight) -> Bool) {
    var merged: [Weight] = []
    for weight in weights {
      if let last = merged.last, belong(last, weight) {
        merged[merged.count - 1] = Weight(
          row: weight.row, size: last.size &+ weight.size, entries: last.entries &+ weight.entries)
      } else {
        merged.append(weight)
      }
    }
    weights = merged
    rowBytes = merged.reduce(0) { $0 + $1.row.count }
  }
}
