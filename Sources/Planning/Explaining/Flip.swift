/// One change after which a tablet that compacts does not, or the other way round.
package enum Flip: Hashable, Sendable {
  /// `table.compaction.major.ratio`
  case ratio(RatioFlip)
  /// So many more files of this many bytes; with one fewer nothing changes.
  case moreFiles(count: Int, size: Int64)
  /// `table.file.max`: at `to` and beyond, seen from `from`.
  case fileLimit(from: Int, to: Int)
  /// The running jobs end, each with an output as large as its inputs.
  case runningJobsEnd
}

package struct RatioFlip: Hashable, Sendable {
  /// The ratio now.
  package var from: Double
  /// The nearest ratio that flips the decision: the next double towards `from` does not.
  package var to: Double
  /// The same with as few digits as still flip the decision, at least two behind the point.
  package var short: Double
  /// Every ratio beyond flips it too. It need not while jobs run: their outputs can join other sets there.
  package var andBeyond: Bool
}

extension Flip {
  /// `at a ratio of 2.41 or less (now 3.0)`
  var text: String {
    switch self {
    case .ratio(let flip):
      let beyond = flip.andBeyond ? (flip.to < flip.from ? " or less" : " or more") : ""
      return "at a ratio of \(flip.short)\(beyond) (now \(flip.from))"
    case .moreFiles(let count, let size): return "with \(count) more file\(count == 1 ? "" : "s") of \(size) bytes"
    case .fileLimit(let from, let to):
      return "with table.file.max at \(to) or \(to < from ? "less" : "more") (now \(from))"
    case .runningJobsEnd: return "when the running jobs have ended"
    }
  }
}
