/// What a summarizer counted over some entries of a group that lie side by side. Accumulo: `SummarySerializer.SummaryInfo`.
package struct Summary: Hashable, Sendable {
  /// The row of the last of them.
  package var lastRow: [UInt8]
  package var entries: Int64
  /// By name. Accumulo has an order of its own, which means nothing.
  package var statistics: [String: Int64]

  package init(lastRow: [UInt8], entries: Int64, statistics: [String: Int64]) {
    self.lastRow = lastRow
    self.entries = entries
    self.statistics = statistics
  }

  /// Takes in the summary of the entries behind these. Sums wrap, as in Java.
  package mutating func merge(_ other: Summary, by summarizer: Summarizer) {
    lastRow = other.lastRow
    entries &+= other.entries
    summarizer.merge(other.statistics, into: &statistics)
  }
}

/// The summaries of one locality group by one summarizer, in the order of their entries.
package struct SummaryGroup: Hashable, Sendable {
  /// Nil: the default group.
  package var name: String?
  /// Empty when the group has no entries.
  package var firstRow: [UInt8]
  package var summaries: [Summary]

  package init(name: String?, firstRow: [UInt8] = [], summaries: [Summary] = []) {
    self.name = name
    self.firstRow = firstRow
    self.summaries = summaries
  }

  /// Merges each two neighbours; the last one stays alone when they are odd. False when there was nothing to merge.
  mutating func mergeNeighbours(by summarizer: Summarizer) -> Bool {
    guard summaries.count > 1 else { return false }
    summaries = stride(from: 0, to: summaries.count, by: 2).map { i in
      var merged = summaries[i]
      if i + 1 < summaries.count { merged.merge(summaries[i + 1], by: summarizer) }
      return merged
    }
    return true
  }
}
