import BlockFile
import Entries
import RFile

// Looking up rows: for each of them the files that may hold it are merged, one row after the other.
//
//     rows     a        k        t
//     A.rf     merged   no       merged        "no": its Bloom filter denies the row, and no block of it is read
//     B.rf     no       no       merged
//
// Files stay open from row to row. A filter is worth reading when it is smaller than the blocks that it can save: one for
// each row. The default filter of Accumulo has 1.5 MB for a million keys, a block some 100 kB.

/// Rows to be looked up.
package struct RowLookups: Sendable {
  /// Sorted, each once.
  package let rows: [[UInt8]]
  /// Asks the files' Bloom filters, where that is worth it.
  package let usesBloom: Bool

  package init(_ rows: [[UInt8]], usesBloom: Bool = true) {
    self.rows = Set(rows).sorted { $0.lexicographicallyPrecedes($1) }
    self.usesBloom = usesBloom
  }

  private init(sorted rows: [[UInt8]], usesBloom: Bool) {
    self.rows = rows
    self.usesBloom = usesBloom
  }

  /// Those in a range.
  func within(_ range: RowRange) -> RowLookups {
    RowLookups(
      sorted: rows.filter { !range.intersection(RowRange(from: $0, through: $0)).isEmpty }, usesBloom: usesBloom)
  }
}

/// Files that stay open, with those of their filters that are worth it.
final class LookupFiles {
  private let paths: [String]
  private let readers: [String: RFileReader]
  private let filters: [String: BloomFilter]

  /// What a filter saves when it denies a row: the least that a block takes.
  private static let blockSize: Int64 = 100 << 10

  /// Opens all files, unless there is nothing to look up. Throws `FileError` and `SystemError`.
  init(_ paths: [String], for lookups: RowLookups, loader: BlockLoader) throws {
    self.paths = paths
    var readers: [String: RFileReader] = [:]
    var filters: [String: BloomFilter] = [:]
    for path in lookups.rows.isEmpty ? [] : paths where readers[path] == nil {
      let reader = try RFileReader(path: path, loader: loader)
      readers[path] = reader
      if lookups.usesBloom, let size = reader.bloomFilterSize, size <= Int64(lookups.rows.count) * Self.blockSize {
        filters[path] = try reader.usableBloomFilter(loader: loader)
      }
    }
    self.readers = readers
    self.filters = filters
  }

  /// A file that was opened.
  func reader(_ path: String) throws -> RFileReader {
    guard let reader = readers[path] else { preconditionFailure("only these files are looked at") }
    return reader
  }

  /// The files, in their order, that may hold an entry of these families in the one row of a range.
  func paths(thatMayHold row: RowRange, _ families: FamilySelection) -> [String] {
    guard let key = row.start else { return paths }
    let ranges = families.ranges(inRow: key)
    return paths.filter { path in
      guard let filter = filters[path] else { return true }
      return ranges.contains { filter.mayHold(from: $0.start, to: $0.end, includingEnd: false) }
    }
  }
}

extension FamilySelection {
  /// The keys of a row that are wanted, as ranges of which the end does not belong to them.
  fileprivate func ranges(inRow row: [UInt8]) -> [(start: Key, end: Key)] {
    guard case .only(let families) = self else { return [(Key(row: row), Key(row: row + [0]))] }
    return families.map { (Key(row: row, family: $0), Key(row: row, family: $0 + [0])) }
  }
}

/// The entries of one row after the other.
final class RowLookupCursor: EntryCursor {
  private let rows: [[UInt8]]
  private let entries: (RowRange) throws -> any EntryCursor
  private var position = 0
  private var current: (any EntryCursor)?

  /// - Parameter entries: gives the entries of a range of one row.
  init(_ rows: [[UInt8]], entries: @escaping (RowRange) throws -> any EntryCursor) {
    self.rows = rows
    self.entries = entries
  }

  func next() throws -> EntryPointer? {
    while true {
      if let entry = try current?.next() { return entry }
      guard position < rows.count else {
        current = nil
        return nil
      }
      current = try entries(RowRange(from: rows[position], through: rows[position]))
      position += 1
    }
  }
}
