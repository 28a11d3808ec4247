import BlockFile
import Entries

// Summaries on their way into a file. Accumulo: `SummaryWriter`, `SummarySerializer.Builder`.
//
// For each group and summarizer a list of summaries grows with the entries, and never beyond eleven: each is of as many
// entries as the cutoff says, 1000 at first; when there are twelve, neighbours are merged and the cutoff doubles.
//
//     entries 11,000     1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000
//             12,000     2000 2000 2000 2000 2000 2000                              cutoff 2000
//             14,000     2000 2000 2000 2000 2000 2000 2000

/// What the files of a table are summarized by. Accumulo: `table.summarizer.*`, `table.file.summary.maxSize`.
package struct SummarySettings: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    let configuration: SummarizerConfiguration
    let summarizer: Summarizer

    package init(_ configuration: SummarizerConfiguration, _ summarizer: Summarizer) {
      self.configuration = configuration
      self.summarizer = summarizer
    }
  }
  let members: [Member]
  /// Bytes of the summaries of one summarizer.
  let maxSize: Int64

  package init(_ members: [Member], maxSize: Int64) {
    self.members = members
    self.maxSize = maxSize
  }
}

/// Makes the summaries of a file.
final class SummaryWriter {
  private let settings: SummarySettings
  private let lists: [SummaryList]
  /// Of the last entry.
  private var row = PaddedBytes()
  private var lastRow: ByteView?

  init(_ settings: SummarySettings) {
    self.settings = settings
    lists = settings.members.map { SummaryList($0.summarizer) }
  }

  deinit { row.free() }

  /// Nil: the default group.
  func startGroup(_ name: String?) {
    lastRow = nil
    for list in lists { list.startGroup(name) }
  }

  func add(_ entry: EntryPointer) {
    if lastRow == nil {
      for list in lists { list.firstRow = entry.pointee.row.array }
    }
    lastRow = row.copy(padded: entry.pointee.row)
    for list in lists { list.add(entry) }
  }

  func finishGroup() {
    for list in lists { list.finishGroup(at: lastRow?.array ?? []) }
  }

  /// After the last group: the meta blocks in the order in which they are written.
  func blocks() -> [(name: String, contents: [UInt8])] {
    var index: [UInt8] = []
    SummaryIndex(settings.members.map(\.configuration)).encode(into: &index)
    var blocks = [(name: SummaryIndex.blockName, contents: index)]
    for (number, list) in lists.enumerated() {
      let block = SummaryBlock.bytes(
        of: list.groups, within: settings.maxSize, by: settings.members[number].summarizer)
      blocks.append((SummaryIndex.blockName(number), block))
    }
    return blocks
  }
}

/// The summaries of all groups by one summarizer.
private final class SummaryList {
  private let summarizer: Summarizer
  private(set) var groups: [SummaryGroup] = []
  private var collector: any SummaryCollector
  private var collected: Int64 = 0
  private var cutoff: Int64 = 1000
  private static let mostSummaries = 10

  init(_ summarizer: Summarizer) {
    self.summarizer = summarizer
    collector = summarizer.collector()
  }

  func startGroup(_ name: String?) {
    groups.append(SummaryGroup(name: name))
    cutoff = 1000
  }

  var firstRow: [UInt8] {
    get { groups[groups.count - 1].firstRow }
    set { groups[groups.count - 1].firstRow = newValue }
  }

  func add(_ entry: EntryPointer) {
    collector.accept(entry)
    collected += 1
    if collected >= cutoff { endSummary(at: entry.pointee.row.array) }
  }

  func finishGroup(at lastRow: [UInt8]) {
    if collected > 0 { endSummary(at: lastRow) }
  }

  private func endSummary(at lastRow: [UInt8]) {
    let last = groups.count - 1
    groups[last].summaries.append(
      Summary(lastRow: lastRow, entries: collected, statistics: collector.statistics))
    collector = summarizer.collector()
    collected = 0
    let count = groups[last].summaries.count
    if count % 2 == 0 && count > Self.mostSummaries {
      _ = groups[last].mergeNeighbours(by: summarizer)
      cutoff *= 2
    }
  }
}
