// Versions of a cell become one, as org.apache.accumulo.core.iterators.Combiner and LongCombiner do:
//
//     f:q time 9  = 3            f:q time 9  = 8      the newest key, the sum of all values down to
//     f:q time 7  = 5     ->     f:q time 5  marker   the next marker or cell
//     f:q time 5  marker
//
// A marker passes unchanged. Versions after a marker in the same cell would be combined separately (but
// `DeletingIterator` leaves none). A single version is also decoded and encoded, so `+7` becomes `7`.
//
// In a compaction of only some files, a marker in another file can delete versions that are combined here.
// `reduceOnFullCompactionOnly` exists to prevent that. Without it, Accumulo combines and logs an error; we combine.

import Entries

/// SummingCombiner, MinCombiner and MaxCombiner of org.apache.accumulo.core.iterators.user.
///
/// Options: `type` (required, see `LongEncoding`), `all` or `columns` (comma-separated, see `Column`; other columns
/// pass unchanged), `lossy` (default false: a value that cannot be decoded fails the compaction; true: it is left out),
/// `reduceOnFullCompactionOnly` (default false).
struct LongCombiner: Sendable {
  enum Reduction: String, Sendable {
    case sum = "SummingCombiner"
    case min = "MinCombiner"
    case max = "MaxCombiner"

    /// The result for no values.
    var initial: Int64 {
      switch self {
      case .sum: 0
      case .min: .max
      case .max: .min
      }
    }

    /// Sums saturate at the limits of 64 bits: LongCombiner.safeAdd.
    @inline(__always) func combine(_ a: Int64, _ b: Int64) -> Int64 {
      switch self {
      case .sum:
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (a < 0 ? .min : .max) : sum
      case .min: return Swift.min(a, b)
      case .max: return Swift.max(a, b)
      }
    }
  }

  let property: String
  let reduction: Reduction
  let encoding: LongEncoding
  /// nil for all columns.
  let columns: [Column]?
  let isLossy: Bool
  let reduceOnFullCompactionOnly: Bool

  init(_ reduction: Reduction, _ options: IteratorOptions) throws {
    property = options.property
    self.reduction = reduction
    guard let type = options["type"] else { throw options.missing("type", of: reduction.rawValue) }
    guard let encoding = LongEncoding(type: type) else {
      throw options.error("type", "expected STRING, FIXEDLEN or VARLEN; other encoders are not built in")
    }
    self.encoding = encoding
    columns = options.bool("all") ? nil : try Self.columns(options, reduction)
    isLossy = options.bool("lossy")
    reduceOnFullCompactionOnly = options.bool("reduceOnFullCompactionOnly")
  }

  private static func columns(_ options: IteratorOptions, _ reduction: Reduction) throws -> [Column] {
    guard let names = options["columns"] else {
      throw options.error("columns", "missing; \(reduction.rawValue) needs it, or all=true")
    }
    guard !names.isEmpty else { throw options.error("columns", "expected columns separated by commas") }
    do {
      return try names.split(separator: ",", omittingEmptySubsequences: false).map { try Column(encoded: $0) }
    } catch let invalid as Column.Invalid {
      throw options.error("columns", invalid.reason)
    }
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    if reduceOnFullCompactionOnly, !context.isFullMajorCompaction { return nil }
    return .combiner(name: "", spares: columns == nil ? nil : { !combines($0) }) {
      LongCombinerCursor(source: $0, merge: $1, combiner: self, accounts: $2)
    }
  }

  /// Whether an entry that is not a delete marker is combined: it and all other versions of its cell, or none of them.
  func combines(_ entry: EntryPointer) -> Bool {
    guard let columns else { return true }
    for column in columns where column.contains(entry) { return true }
    return false
  }
}

struct SummingCombiner: MajcIterator {
  private let combiner: LongCombiner

  init(_ options: IteratorOptions) throws { combiner = try LongCombiner(.sum, options) }

  func layer(in context: MajcContext) -> IteratorLayer? { combiner.layer(in: context) }
}

struct MinCombiner: MajcIterator {
  private let combiner: LongCombiner

  init(_ options: IteratorOptions) throws { combiner = try LongCombiner(.min, options) }

  func layer(in context: MajcContext) -> IteratorLayer? { combiner.layer(in: context) }
}

struct MaxCombiner: MajcIterator {
  private let combiner: LongCombiner

  init(_ options: IteratorOptions) throws { combiner = try LongCombiner(.max, options) }

  func layer(in context: MajcContext) -> IteratorLayer? { combiner.layer(in: context) }
}
