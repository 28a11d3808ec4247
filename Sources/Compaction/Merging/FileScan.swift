package import BlockFile
package import Entries
package import RFile
package import Settings

/// Selects entries of files and merges them in key order. Equal keys come in the order of the files.
package struct FileScan: Sendable {
  package var rows: RowRange
  package var families: FamilySelection

  package init(rows: RowRange = .all, families: FamilySelection = .all) {
    self.rows = rows
    self.families = families
  }

  /// All selected entries of the files, each in its own range of rows, including delete markers and old versions. All files are open on return.
  ///
  /// Both this and the cursor throw `FileError` and `SystemError`.
  package func entries(
    of files: [MergeInput], unsound: UnsoundInputs? = nil, loader: BlockLoader
  ) throws -> any EntryCursor {
    try inputs(files, in: rows, unsound, loader)
  }

  /// What a scan of a tablet sees: its rows, without deleted entries, through the scan iterators of its table.
  ///
  /// `now` is the current time for iterators that need it, in ms since 1970. Also throws `IteratorConfigurationError`.
  package func entries(
    of files: [MergeInput], in extent: RowRange, settings: Settings, now: Int64, unsound: UnsoundInputs? = nil,
    loader: BlockLoader
  ) throws -> any EntryCursor {
    let iterators = try MajcStack(settings, scope: .scan)
    let deletes = try DeleteBehavior(settings)
    let all = try inputs(files, in: rows.intersection(extent), unsound, loader)
    let layers = iterators.layers(in: MajcContext(propagateDeletes: false, now: now))
    return EntryStack(layers, deletes: deletes, propagateDeletes: false, on: all).entries
  }

  private func inputs(
    _ files: [MergeInput], in rows: RowRange, _ unsound: UnsoundInputs?, _ loader: BlockLoader
  ) throws -> MergeInputs {
    var files = files
    for i in files.indices { files[i].rows = files[i].rows.intersection(rows) }
    // With an empty range of rows, no file is opened.
    files.removeAll(where: \.rows.isEmpty)
    return try MergeInputs(files, families: families, unsound: unsound, loader: loader)
  }
}
