package import BlockFile

/// What a file says by one of its summarizers.
package struct FileSummary: Sendable {
  package var configuration: SummarizerConfiguration
  /// Nil: they would have been larger than the table allows.
  package var groups: [SummaryGroup]?
}

extension RFileReader {
  /// The file's summaries, in the order of its index; nil when it was written without any.
  ///
  /// Throws `FileError` and `SystemError`.
  package func summaries(loader: BlockLoader) throws -> [FileSummary]? {
    guard let bytes = try file.metaBlock(SummaryIndex.blockName, loader: loader) else { return nil }
    let index = try FileError.locating(path, "block \(SummaryIndex.blockName)") {
      var reader = ByteReader(bytes, limit: file.limit)
      return try SummaryIndex(from: &reader)
    }
    return try index.summarizers.map { configuration, block in
      let name = SummaryIndex.blockName(block)
      guard let bytes = try file.metaBlock(name, loader: loader) else {
        throw FileError(
          path: path, place: "block \(SummaryIndex.blockName)", cause: "it names the block \(name), which is not there")
      }
      let summary = try FileError.locating(path, "block \(name)") {
        var reader = ByteReader(bytes, limit: file.limit)
        return try SummaryBlock(from: &reader)
      }
      return FileSummary(configuration: configuration, groups: summary.groups)
    }
  }
}

/// The summaries of some files by one summarizer, merged. Accumulo: `SummaryCollection`.
package struct GatheredSummary: Sendable {
  package let configuration: SummarizerConfiguration
  /// For all groups of all files.
  package private(set) var statistics: [String: Int64] = [:]
  package private(set) var entries: Int64 = 0
  /// Files that have it, files where it would have been too large, and files without it.
  package private(set) var files = 0
  package private(set) var tooLarge = 0
  package private(set) var missing = 0
  private let summarizer: Summarizer

  /// Nil for a class that is not built in: nobody knows how its statistics are merged.
  private init?(_ configuration: SummarizerConfiguration) {
    guard let summarizer = try? Summarizer(configuration) else { return nil }
    self.configuration = configuration
    self.summarizer = summarizer
  }

  private mutating func add(_ groups: [SummaryGroup]?) {
    files += 1
    guard let groups else {
      tooLarge += 1
      return
    }
    for summary in groups.flatMap(\.summaries) {
      entries &+= summary.entries
      summarizer.merge(summary.statistics, into: &statistics)
    }
  }

  /// The summaries of files in their order; those with the same class, id and options are one. Nil stands for a file
  /// without summaries. Summarizers that are not built in are left out.
  package static func gather(_ files: [[FileSummary]?]) -> [GatheredSummary] {
    var gathered: [GatheredSummary] = []
    for summary in files.flatMap({ $0 ?? [] }) {
      if let known = gathered.firstIndex(where: { $0.configuration == summary.configuration }) {
        gathered[known].add(summary.groups)
      } else if var new = GatheredSummary(summary.configuration) {
        new.add(summary.groups)
        gathered.append(new)
      }
    }
    for i in gathered.indices { gathered[i].missing = files.count - gathered[i].files }
    return gathered
  }
}
