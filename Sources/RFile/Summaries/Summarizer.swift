import Java

// The five classes that Accumulo brings along, `org.apache.accumulo.core.client.summary.summarizers`:
//
//     DeletesSummarizer         deletes, total
//     FamilySummarizer          c:<family> ..       ┐
//     VisibilitySummarizer      c:<visibility> ..   ├ and tooMany, tooLong, emitted, seen, deletesIgnored
//     AuthorizationSummarizer   c:<term> ..         ┘
//     EntryLengthSummarizer     key.min, key.max, key.sum, key.logHist.3 .. and so for row .. value; total

/// What is counted over the entries of a file.
package enum Summarizer: Hashable, Sendable {
  case deletes
  case counting(CountingSummarizer)
  case entryLength

  private static let package = "org.apache.accumulo.core.client.summary.summarizers."

  /// Nil for a class that is not built in. Throws `SummarizerOptionError`.
  package init?(_ configuration: SummarizerConfiguration) throws {
    guard configuration.className.hasPrefix(Self.package) else { return nil }
    switch configuration.className.dropFirst(Self.package.count) {
    case "DeletesSummarizer": self = .deletes
    case "EntryLengthSummarizer": self = .entryLength
    case "FamilySummarizer": self = .counting(try CountingSummarizer(.family, configuration.options))
    case "VisibilitySummarizer": self = .counting(try CountingSummarizer(.visibility, configuration.options))
    case "AuthorizationSummarizer": self = .counting(try CountingSummarizer(.authorization, configuration.options))
    default: return nil
    }
  }

  func collector() -> any SummaryCollector {
    switch self {
    case .deletes: DeletesCollector()
    case .counting(let summarizer): CountingCollector(summarizer)
    case .entryLength: EntryLengthCollector()
    }
  }

  /// Takes in the statistics of more entries. Accumulo: `Summarizer.Combiner`.
  package func merge(_ other: [String: Int64], into statistics: inout [String: Int64]) {
    switch self {
    case .deletes: statistics.merge(other) { $0 &+ $1 }
    case .counting(let summarizer):
      statistics.merge(other) { $0 &+ $1 }
      summarizer.limitCounters(of: &statistics)
    case .entryLength:
      for (name, value) in other {
        guard let known = statistics[name] else {
          statistics[name] = value
          continue
        }
        statistics[name] =
          name.hasSuffix(".min") ? min(known, value) : name.hasSuffix(".max") ? max(known, value) : known &+ value
      }
    }
  }
}

/// An option of a summarizer that Accumulo cannot read either.
package struct SummarizerOptionError: Error, Hashable {
  package var option: String
  package var problem: String
}

/// Counts how often something occurs. Accumulo: `CountingSummarizer`.
package struct CountingSummarizer: Hashable, Sendable {
  enum Subject { case family, visibility, authorization }
  let subject: Subject
  let maxCounters: Int
  /// In UTF-16 units; a name of so many is too long.
  let maxCounterLength: Int
  let ignoresDeletes: Bool

  static let counter = "c:"
  static let (tooMany, tooLong, emitted) = ("tooMany", "tooLong", "emitted")
  static let (seen, deletesIgnored) = ("seen", "deletesIgnored")

  init(_ subject: Subject, _ options: [String: String]) throws {
    func number(_ option: String, default value: Int) throws -> Int {
      guard let text = options[option] else { return value }
      guard let number = JavaNumber.int(text) else {
        throw SummarizerOptionError(option: option, problem: "expected a whole number, found \"\(text.prefix(80))\"")
      }
      return Int(number)
    }
    self.subject = subject
    maxCounters = try number("maxCounters", default: 1024)
    maxCounterLength = try number("maxCounterLen", default: 128)
    ignoresDeletes = options["ignoreDeletes"].map { $0.lowercased() == "true" } ?? true
  }

  /// Keeps the largest counters. Accumulo lets its hash order decide among equal ones; here names do.
  func limitCounters(of statistics: inout [String: Int64]) {
    let counters = statistics.filter { $0.key.hasPrefix(Self.counter) }
    guard counters.count > maxCounters else { return }
    let sorted = counters.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    for (name, value) in sorted.dropFirst(max(maxCounters, 0)) {
      statistics[name] = nil
      statistics[Self.tooMany, default: 0] &+= value
    }
  }
}
