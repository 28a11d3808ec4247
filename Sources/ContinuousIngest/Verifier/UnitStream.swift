internal import BlockFile
internal import Compaction
import Entries
internal import Files
internal import RFile

// What a scan of a unit sees: its files merged, deletes applied, the newest version of each cell. Other iterators of
// the table are ignored, because a node must be read as it was written.

/// The entries of a unit in a range of rows. Not thread-safe.
final class UnitStream {
  private let inputs: MergeInputs
  private let top: any EntryCursor
  private let unit: VerifyUnit

  /// Opens the files. Throws `UnreadableUnit`.
  init(_ unit: VerifyUnit, rows: RowRange, loader: BlockLoader) throws {
    self.unit = unit
    let rows = rows.intersection(unit.rows)
    inputs = try Self.reading(unit) {
      // With an empty range of rows, no file is opened.
      try MergeInputs(rows.isEmpty ? [] : unit.inputs(in: rows), loader: loader)
    }
    top = EntryStack([.versions(1)], propagateDeletes: false, on: inputs).entries
  }

  @inline(__always) func next() throws -> EntryPointer? {
    do { return try top.next() } catch { throw Self.blame(unit, error) }
  }

  /// The path of the file that the last entry came from.
  var file: String { unit.files[inputs.currentInput] }

  static func reading<Result>(_ unit: VerifyUnit, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw blame(unit, error) }
  }

  private static func blame(_ unit: VerifyUnit, _ error: any Error) -> any Error {
    if error is Stopped { return error }
    return UnreadableUnit(problem: unit.change() ?? "\(error)")
  }
}

/// A unit, or a part of one, that could not be read to its end.
struct UnreadableUnit: Error {
  var problem: String
}
