import Entries
import Java

/// One of Accumulo's iterators, with parsed and checked options.
protocol MajcIterator: Sendable {
  /// - Throws: `IteratorConfigurationError`.
  init(_ options: IteratorOptions) throws

  /// The effect of the iterator in a compaction; nil if it has none.
  func layer(in context: MajcContext) -> IteratorLayer?
}

struct VersioningOptions: MajcIterator {
  private let maxVersions: Int

  init(_ options: IteratorOptions) throws {
    guard let text = options["maxVersions"] else {
      maxVersions = 1
      return
    }
    guard let value = JavaNumber.int(text), value >= 1 else {
      throw options.error("maxVersions", "expected a whole number of at least 1")
    }
    maxVersions = Int(value)
  }

  func layer(in context: MajcContext) -> IteratorLayer? { .versions(maxVersions) }
}
