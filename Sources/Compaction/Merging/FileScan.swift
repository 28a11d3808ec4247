package import BlockFile
package import Entries
package import RFile
package import Settings

/// Which entries of some files to give, in key order. Equal keys come in the order of the files.
package struct FileScan: Sendable {
  package var rows: RowRange
  package var families: FamilySelection

  package init(rows: RowRange = .all, families: FamilySelection = .all) {
    self.rows = rows
    self.families = families
  }

  /// Every entry of the files, delete markers and old versions too. All files are open when it returns.
  ///
  /// Throws `FileError` and `SystemError`, as the cursor does.
  package func entries(of files: [String], loader: BlockLoader) throws -> any EntryCursor {
    try entries(of: files, in: rows, loader: loader)
  }

  /// What a scan of a tablet sees: its rows, without what delete markers hide, through the scan iterators of its table.
  ///
  /// `now` is the time for iterators that ask for it, ms since 1970. Throws `IteratorConfigurationError`, too.
  package func entries(
    of files: [String], in extent: RowRange, settings: Settings, now: Int64, loader: BlockLoader
  ) throws -> any EntryCursor {
    let iterators = try MajcStack(settings, scope: .scan)
    let deletes = try DeleteBehavior(settings)
    let all = try entries(of: files, in: rows.intersection(extent), loader: loader)
    return iterators.build(
      on: deletes.cursor(on: all, propagateDeletes: false), context: MajcContext(propagateDeletes: false, now: now))
  }

  private func entries(of files: [String], in rows: RowRange, loader: BlockLoader) throws -> any EntryCursor {
    guard !rows.isEmpty else { return MergeCursor([]) }
    var cursors: [GroupCursor] = []
    var needsFilter = false
    for file in files {
      let reader = try RFileReader(path: file, loader: loader)
      cursors += try reader.cursors(rows: rows, families: families, loader: loader)
      needsFilter = needsFilter || reader.exceeds(families)
    }
    let merged = MergeCursor(cursors)
    return needsFilter ? FileCompactor.filter(merged, families) : merged
  }
}
