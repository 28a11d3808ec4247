package import Records

/// The entries of one row of the metadata table: a tablet, and what the tablet alone does not tell.
package struct MetadataRow: Hashable, Sendable {
  package var tablet: Tablet
  /// False: only its compactions are left of a tablet that is gone. Accumulo: a row without `~tab:~pr`.
  package var isTablet = true
  /// The external compactions that run on it.
  package var jobs: [ExternalJob] = []
  /// 4.0: the user compaction that has selected files.
  var selectedBy: String?
}
