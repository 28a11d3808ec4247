internal import BlockFile
internal import Compaction
import Entries
internal import Files
internal import RFile

// What a scan of a unit sees: its files merged, deletes applied, the newest version of each cell. Iterators that a table
// may have beyond these do not count: a node is what was written.

/// The entries of a unit in a range of rows. For one thread.
final class UnitStream {
  private let merge: MergeCursor
  private let top: any EntryCursor
  /// The file of each source of the merge.
  private let files: [Int]
  private let unit: VerifyUnit

  /// Opens the files. Throws `UnreadableUnit`.
  init(_ unit: VerifyUnit, rows: RowRange, loader: BlockLoader) throws {
    self.unit = unit
    var cursors: [GroupCursor] = []
    var files: [Int] = []
    let rows = rows.intersection(unit.rows)
    for (i, file) in unit.files.enumerated() where !rows.isEmpty {
      let added = try Self.reading(unit, file) {
        try RFileReader(path: file, loader: loader).cursors(rows: rows, loader: loader)
      }
      cursors += added
      files += added.map { _ in i }
    }
    self.files = files
    merge = MergeCursor(cursors)
    top = VersioningIterator(source: DeletingIterator(source: merge, propagateDeletes: false))
  }

  @inline(__always) func next() throws -> EntryPointer? {
    do { return try top.next() } catch { throw Self.blame(unit, nil, error) }
  }

  /// The path of the file that the last entry is from.
  var file: String { unit.files[files[merge.currentSource]] }

  static func reading<Result>(_ unit: VerifyUnit, _ file: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw blame(unit, file, error) }
  }

  private static func blame(_ unit: VerifyUnit, _ file: String?, _ error: any Error) -> any Error {
    if error is Stopped { return error }
    return UnreadableUnit(problem: unit.change() ?? "\(error)")
  }
}

/// A unit, or a part of one, that could not be read to its end.
struct UnreadableUnit: Error {
  var problem: String
}
