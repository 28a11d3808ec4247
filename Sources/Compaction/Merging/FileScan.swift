package import BlockFile
package import Entries
package import RFile
package import Settings

/// Selects entries of files and merges them in key order. Equal keys come in the order of the files.
package struct FileScan: Sendable {
  package var rows: RowRange
  package var families: FamilySelection
  /// Only these rows, sorted, each once; nil: all of the range.
  package var lookups: RowLookups?
  /// The entries, or what the files have as their sample.
  package var kind: GroupKind

  package init(
    rows: RowRange = .all, families: FamilySelection = .all, lookups: RowLookups? = nil, kind: GroupKind = .data
  ) {
    self.kind = kind
    self.rows = rows
    self.families = families
    self.lookups = lookups
  }

  /// All selected entries of the files, each in its own range of rows, including delete markers and old versions. All
  /// files are open on return.
  ///
  /// Both this and the cursor throw `FileError` and `SystemError`.
  package func entries(
    of files: [MergeInput], unsound: UnsoundInputs? = nil, loader: BlockLoader
  ) throws -> any EntryCursor {
    try lookUp(in: files, rows, unsound, loader) { $0 } ?? inputs(files, in: rows, unsound, loader)
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
    func stack(on inputs: MergeInputs) -> any EntryCursor {
      let layers = iterators.layers(in: MajcContext(propagateDeletes: false, now: now))
      return EntryStack(layers, deletes: deletes, propagateDeletes: false, on: inputs).entries
    }
    let rows = rows.intersection(extent)
    return try lookUp(in: files, rows, unsound, loader, stack)
      ?? stack(on: inputs(files, in: rows, unsound, loader))
  }

  /// Nil unless rows are looked up.
  private func lookUp(
    in files: [MergeInput], _ rows: RowRange, _ unsound: UnsoundInputs?, _ loader: BlockLoader,
    _ stack: @escaping (MergeInputs) -> any EntryCursor
  ) throws -> (any EntryCursor)? {
    guard let lookups = lookups?.within(rows) else { return nil }
    let open = try LookupFiles(files.map(\.path), for: lookups, loader: loader)
    return RowLookupCursor(lookups.rows) { row in
      let paths = Set(open.paths(thatMayHold: row, families))
      return stack(try inputs(files.filter { paths.contains($0.path) }, in: row, unsound, loader, open: open.reader))
    }
  }

  private func inputs(
    _ files: [MergeInput], in rows: RowRange, _ unsound: UnsoundInputs?, _ loader: BlockLoader,
    open: ((String) throws -> RFileReader)? = nil
  ) throws -> MergeInputs {
    var files = files
    for i in files.indices { files[i].rows = files[i].rows.intersection(rows) }
    // With an empty range of rows, no file is opened.
    files.removeAll(where: \.rows.isEmpty)
    return try MergeInputs(files, families: families, unsound: unsound, kind: kind, open: open, loader: loader)
  }
}
