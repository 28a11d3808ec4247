internal import Settings

// Whether a tablet has so many delete markers that all its files should become one. Accumulo: `TooManyDeletesSelector`,
// `table.compaction.selector`.
//
// Summaries of the files tell how many of their entries are markers; a file without one counts with all its entries as
// none. The threshold is the share of markers in what is not a marker:
//
//     F1.rf   summary: 30 markers of 100 entries
//     F2.rf   no summary, 50 entries                  30 / (150 - 30) = 0.25, which is the default threshold: all files

/// Selects all files of a tablet or none.
package struct TooManyDeletesSelector: Hashable, Sendable {
  /// A file, as far as its deletes are known.
  package struct File: Hashable, Sendable {
    /// As the tablet says; 0: not known.
    package var entries: Int64
    /// What a DeletesSummarizer without options counted; nil: the file has no summary of it, or more than one.
    package var counted: (total: Int64, deletes: Int64)? {
      get { summary.map { ($0.total, $0.deletes) } }
      set { summary = newValue.map { Counts(total: $0.total, deletes: $0.deletes) } }
    }
    private var summary: Counts?
    private struct Counts: Hashable { var total, deletes: Int64 }

    package init(entries: Int64, counted: (total: Int64, deletes: Int64)?) {
      self.entries = entries
      summary = counted.map { Counts(total: $0.total, deletes: $0.deletes) }
    }
  }

  package static let summarizer = "org.apache.accumulo.core.client.summary.summarizers.DeletesSummarizer"
  private static let property = "table.compaction.selector"
  private static let className = "org.apache.accumulo.core.client.admin.compaction.TooManyDeletesSelector"

  private let threshold: Double
  private let takesUnknown: Bool
  /// Without a summarizer for it the table says nothing about its deletes.
  private let isSummarized: Bool

  /// Nil when the table has no selector. Throws `PlanningError` for one that is not built in, and for a threshold that is not
  /// above 0 and at most 1.
  init?(_ settings: Settings) throws(PlanningError) {
    guard let className = settings[Self.property], !className.isEmpty else { return nil }
    guard className == Self.className else {
      throw PlanningError("\(Self.property): only \(Self.className) is known here, found \(className)")
    }
    let text = settings[Self.property + ".opts.threshold"] ?? ".25"
    let threshold: Double
    do throws(ConfigurationValueError) { threshold = try ConfigurationValue.double(text) } catch {
      throw PlanningError("\(Self.property).opts.threshold: \(error)")
    }
    // Accumulo takes NaN, with which nothing is ever selected.
    if threshold <= 0 || threshold > 1 {
      throw PlanningError(
        "\(Self.property).opts.threshold: expected a number above 0 and at most 1, found \(text.prefix(80))")
    }
    self.threshold = threshold
    takesUnknown = settings[Self.property + ".opts.proceed_zero_no_summary"]?.lowercased() == "true"
    isSummarized = settings.below("table.summarizer.").contains {
      !$0.key.contains(".") && $0.value == Self.summarizer
    }
  }

  /// Whether the files are to be compacted, all of them; and why, for people.
  package func selects(_ files: [File]) -> (all: Bool, reason: String) {
    guard isSummarized else { return (false, "the table has no DeletesSummarizer") }
    var (total, deletes): (Int64, Int64) = (0, 0)
    for file in files {
      if let counted = file.counted {
        total &+= counted.total
        deletes &+= counted.deletes
      } else {
        if file.entries == 0 && !takesUnknown {
          return (false, "a file has no summary of deletes and no known entries")
        }
        total &+= file.entries
      }
    }
    let others = total &- deletes
    let share = Double(deletes) / Double(others)
    let counts = "\(deletes) delete markers beside \(others) other entries, threshold \(threshold)"
    return (others >= 0 && share >= threshold, counts)
  }
}
