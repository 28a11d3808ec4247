package import Entries

/// A slice of the row space: number `number` of `count` equal ones, from 1.
package struct VerifyPartition: Hashable, Sendable, CustomStringConvertible {
  package var number: Int
  package var count: Int

  /// Parses text like `3/8`; nil for anything else.
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

  /// The row numbers of the slice.
  var rows: Range<UInt64> { Self.border(number - 1, count)..<Self.border(number, count) }

  private static func border(_ i: Int, _ count: Int) -> UInt64 {
    let product = RowNumber.end.multipliedFullWidth(by: UInt64(i))
    return UInt64(count).dividingFullWidth(product).quotient
  }
}

/// An entry that is not a sound node.
package struct CorruptEntry: Hashable, Sendable {
  package var key: Key
  /// The path of the file that contains it.
  package var file: String
  package var fault: NodeFault
}

extension CorruptEntry: Comparable {
  package static func < (a: CorruptEntry, b: CorruptEntry) -> Bool {
    if a.key != b.key { return a.key < b.key }
    return a.file != b.file ? a.file < b.file : a.fault.rawValue < b.fault.rawValue
  }
}

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
  package var partition: VerifyPartition
  /// See `VerifyInput.digest`.
  package var inputDigest: UInt64
  /// The number of entries whose values end in a stray NUL: `NodeFault.strayNUL`.
  package var strayNULs: Int64 = 0
  /// The number of entries on which Accumulo's own verify fails.
  package var failingEntries: Int64 = 0
  /// Inputs that could not be read, each with its name. Unless this is empty, the counts of rows are unknown and all 0.
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
