/// The findings of a run, in this order: undefined rows by number, corrupt entries by key, and groups of holes if
/// requested.
package enum VerifyFinding: Sendable {
  /// A row that entries refer to but that does not exist, with the rows of those entries, sorted, including duplicates.
  case undefined(row: UInt64, references: [UInt64])
  case corrupt(CorruptEntry)
  case holes(HoleGroup)
}

/// The result of a run. Accumulo: the counters of ContinuousVerify.
package struct VerifyReport: Hashable, Sendable {
  /// The number of distinct rows that are defined and referred to.
  package var referenced: Int64 = 0
  /// The number of distinct rows that are only defined.
  package var unreferenced: Int64 = 0
  /// The number of distinct rows that are only referred to: lost.
  package var undefined: Int64 = 0
  /// The number of corrupt entries.
  package var corrupt: Int64 = 0
  /// The number of entries that a scan sees, including corrupt ones.
  package var entries: Int64 = 0
  package var tablets: Int
  package var files: Int
  /// The number of entries whose values end in a stray NUL: `NodeFault.strayNUL`.
  package var strayNULs: Int64 = 0
  /// The number of entries on which Accumulo's own verify fails.
  package var failingEntries: Int64 = 0
  /// Inputs that could not be read, each with its name. Unless this is empty, the counts of rows are unknown and all 0.
  package var problems: [String] = []
  /// Bytes written to the scratch file.
  package var scratchBytes: Int64 = 0

  package init(tablets: Int, files: Int) {
    self.tablets = tablets
    self.files = files
  }

  package var isHealthy: Bool { undefined == 0 && corrupt == 0 }
}
