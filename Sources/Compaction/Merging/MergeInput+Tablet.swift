package import Entries
package import RFile
package import Records
package import SystemPackage

extension MergeInput {
  /// A file of a tablet as a scan or a compaction of some rows reads it: only its own range, with its set time.
  package init(_ file: TabletFile, at path: FilePath, rows: RowRange) {
    self.init(path.string, rows: file.range.map { rows.intersection($0.rows) } ?? rows, time: file.time)
  }
}
