package import Entries

/// A slice of the row space: the `number`th of `count` equal ones, from 1.
package struct VerifyPartition: Hashable, Sendable, CustomStringConvertible {
  package var number: Int
  package var count: Int

  /// `3/8`; nil when the text is something else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), 1...1_000_000 ~= count,
      1...count ~= number
    else { return nil }
    self.number = number
    self.count = count
  }

  package init() {
    number = 1
    count = 1
  }

  package var description: String { "\(number)/\(count)" }

  /// The numbers of its rows.
  var rows: Range<UInt64> { Self.border(number - 1, count)..<Self.border(number, count) }

  private static func border(_ i: Int, _ count: Int) -> UInt64 {
    let product = RowNumber.end.multipliedFullWidth(by: UInt64(i))
    return UInt64(count).dividingFullWidth(product).quotient
  }
}

/// An entry that is no sound node.
package struct CorruptEntry: Hashable, Sendable {
  package var key: Key
  /// The path of the file that it is in.
  package var file: String
  package var fault: NodeFault
}

extension CorruptEntry: Comparable {
  package static func < (a: CorruptEntry, b: CorruptEntry) -> Bool {
    if a.key != b.key { return a.key < b.key }
    return a.file != b.file ? a.file < b.file : a.fault.rawValue < b.fault.rawValue
  }
}

/// What a run tells, in this order: undefined rows by number, corrupt entries by key, then perhaps groups of holes.
package enum VerifyFinding: Sendable {
  /// A row that entries refer to and that is not there, and the rows of those entries, sorted, doubles left in.
  case undefined(row: UInt64, references: [UInt64])
  case corrupt(CorruptEntry)
  case holes(HoleGroup)
}

/// The answer of a run. Accumulo: the counters of ContinuousVerify.
package struct VerifyReport: Hashable, Sendable {
  /// Distinct rows that are defined and referred to.
  package var referenced: Int64 = 0
  /// Distinct rows that are defined only.
  package var unreferenced: Int64 = 0
  /// Distinct rows that are referred to only: lost.
  package var undefined: Int64 = 0
  /// Entries.
  package var corrupt: Int64 = 0
  /// Entries that a scan sees, corrupt ones too.
  package var entries: Int64 = 0
  package var tablets: Int
  package var files: Int
  package var partition: VerifyPartition
  /// See `VerifyInput.digest`.
  package var inputDigest: UInt64
  /// Entries whose values end in a stray NUL: `NodeFault.strayNUL`.
  package var strayNULs: Int64 = 0
  /// Entries on which Accumulo's own verify fails.
  package var failingEntries: Int64 = 0
  /// What could not be looked at, each with its name. Not empty: the counts of rows are not known and all 0.
  package var problems: [String] = []
  /// Bytes written to the scratch file.
  package var scratchBytes: Int64 = 0

  package init(tablets: Int, files: Int, partition: VerifyPartition, inputDigest: UInt64) {
    self.tablets = tablets
    self.files = files
    self.partition = partition
    self.inputDigest = inputDigest
  }

  package var isHealthy: Bool { undefined == 0 && corrupt == 0 }
}
