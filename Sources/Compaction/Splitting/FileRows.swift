package import BlockFile
package import Entries
import RFile

/// The rows of a file, found with its index and as few of its blocks as possible.
package struct FileRows {
  private let reader: RFileReader
  private let loader: BlockLoader
  /// The first and the last row; nil for a file without entries.
  package let ends: (first: [UInt8], last: [UInt8])?

  /// Reads the index. Throws `FileError` and `SystemError`.
  package init(of path: String, loader: BlockLoader) throws {
    reader = try RFileReader(path: path, loader: loader)
    self.loader = loader
    let summary = try reader.summary(loader: loader)
    if let first = summary.firstKey?.row, let last = summary.lastKey?.row { ends = (first, last) } else { ends = nil }
  }

  /// The tablets that have entries of the file, among those between these split points; each as the row before it and its
  /// last row. Accumulo: `LoadPlan.compute`.
  ///
  /// - Parameter splits: rising.
  package func tablets(between splits: [[UInt8]]) throws -> [(prevEndRow: [UInt8]?, endRow: [UInt8]?)] {
    var tablets: [(prevEndRow: [UInt8]?, endRow: [UInt8]?)] = []
    var row = try first(in: .all)
    while let found = row {
      // The first split that is not before the row ends its tablet.
      var (low, high) = (0, splits.count)
      while low < high {
        let middle = (low + high) / 2
        if splits[middle].lexicographicallyPrecedes(found) { low = middle + 1 } else { high = middle }
      }
      let end = low < splits.count ? splits[low] : nil
      tablets.append((prevEndRow: low > 0 ? splits[low - 1] : nil, endRow: end))
      guard let end else { break }
      row = try first(in: RowRange(after: end, through: nil))
    }
    return tablets
  }

  /// How many entries lie in the range. Reads all of its blocks.
  package func entries(in rows: RowRange) throws -> Int64 {
    guard !rows.isEmpty else { return 0 }
    let cursor = try reader.merged(rows: rows, loader: loader)
    var count: Int64 = 0
    while try cursor.next() != nil { count += 1 }
    return count
  }

  private func first(in rows: RowRange) throws -> [UInt8]? {
    let cursor = try reader.merged(rows: rows, loader: loader)
    // The entry is the cursor's.
    return try withExtendedLifetime(cursor) { try cursor.next()?.pointee.row.array }
  }
}
