import BlockFile

/// The meta block `accumulo.summaries.N`: what one summarizer counted. Accumulo: `SummarySerializer`.
///
///     byte 1                                               it would have been too large: nothing follows
///     byte 0 | VInt-W bytes that follow | VInt-W number of symbols | symbols (writeUTF) | VInt-W number of groups | groups
///
///     group    name (writeUTF), <DEFAULT> for the default group | first row | VInt-W number of summaries | summaries
///     summary  last row | VLong-W entries | VInt-W number of statistics | each: VInt-W symbol | VLong-W value
///     row      VInt-W length | bytes
///
/// Symbols are the names of the statistics. With one deletion among two entries of the row `a` it is
///
///     00 28  02  00 07 "deletes" 00 05 "total"  01  00 09 "<DEFAULT>" 01 'a'  01  01 'a' 02  02  00 01  01 02
struct SummaryBlock {
  /// Nil: they would have been too large.
  var groups: [SummaryGroup]?

  private static let defaultGroup = "<DEFAULT>"

  /// The block with as much as fits into `limit` bytes, its first byte and the length left out: neighbours are merged until
  /// they do, or nothing is left to merge.
  ///
  /// Accumulo's compaction fails where a group has nothing that waits for its end: no entries, or exactly as many as make a
  /// summary. Such a file gets here what all others get.
  static func bytes(of groups: [SummaryGroup], within limit: Int64, by summarizer: Summarizer) -> [UInt8] {
    var groups = groups
    var contents = Self.contents(groups)
    while contents.count > limit {
      var isMerged = false
      for i in groups.indices where groups[i].mergeNeighbours(by: summarizer) { isMerged = true }
      guard isMerged else { return [1] }
      contents = Self.contents(groups)
    }
    var bytes: [UInt8] = [0]
    bytes.appendWritableVLong(Int64(contents.count))
    return bytes + contents
  }

  private static func contents(_ groups: [SummaryGroup]) -> [UInt8] {
    var symbols: [String: Int64] = [:]
    var names: [UInt8] = []
    var body: [UInt8] = []
    for group in groups {
      body.appendJavaUTF(group.name ?? Self.defaultGroup)
      body.appendWritableText(group.firstRow)
      body.appendWritableVLong(Int64(group.summaries.count))
      for summary in group.summaries {
        body.appendWritableText(summary.lastRow)
        body.appendWritableVLong(summary.entries)
        body.appendWritableVLong(Int64(summary.statistics.count))
        for (name, value) in summary.statistics.sorted(by: { $0.key < $1.key }) {
          let known = symbols[name]
          if known == nil {
            names.appendJavaUTF(name)
            symbols[name] = Int64(symbols.count)
          }
          body.appendWritableVLong(known ?? Int64(symbols.count - 1))
          body.appendWritableVLong(value)
        }
      }
    }
    var contents: [UInt8] = []
    contents.appendWritableVLong(Int64(symbols.count))
    contents += names
    contents.appendWritableVLong(Int64(groups.count))
    return contents + body
  }

  /// Reads the whole block.
  init(from reader: inout ByteReader) throws(DecodeError) {
    guard try !reader.boolean("flag of a summary that is too large") else {
      groups = nil
      try reader.checkAtEnd("the summary")
      return
    }
    let at = reader.offset
    let size = try reader.writableLength("bytes of the summaries")
    guard size == reader.remaining else {
      throw DecodeError(at: at, expected: "the \(reader.remaining) bytes of the summaries", found: "\(size)")
    }
    var symbols: [String] = []
    let symbolCount = try reader.writableCount("names of statistics", ofSize: 2)
    try reader.reserve(symbolCount, ofSize: 64, "names of statistics")
    for _ in 0..<symbolCount { symbols.append(try reader.javaUTF("name of a statistic")) }
    let count = try reader.writableCount("groups of the summaries", ofSize: 4)
    try reader.reserve(count, ofSize: 128, "groups of the summaries")
    var groups: [SummaryGroup] = []
    for _ in 0..<count { groups.append(try Self.group(from: &reader, symbols)) }
    try reader.checkAtEnd("the summaries")
    self.groups = groups
  }

  private static func group(from reader: inout ByteReader, _ symbols: [String]) throws(DecodeError) -> SummaryGroup {
    let name = try reader.javaUTF("name of a group")
    var group = SummaryGroup(
      name: name == defaultGroup ? nil : name, firstRow: try reader.writableText("first row of a summary"))
    let count = try reader.writableCount("summaries of a group", ofSize: 3)
    try reader.reserve(count, ofSize: 128, "summaries of a group")
    for _ in 0..<count {
      var summary = Summary(
        lastRow: try reader.writableText("last row of a summary"),
        entries: try reader.writableVLong("entries of a summary"), statistics: [:])
      let statistics = try reader.writableCount("statistics of a summary", ofSize: 2)
      try reader.reserve(statistics, ofSize: 64, "statistics of a summary")
      for _ in 0..<statistics {
        let at = reader.offset
        let symbol = try reader.writableVLong("statistic of a summary")
        guard symbol >= 0, symbol < symbols.count else {
          throw DecodeError(at: at, expected: "one of \(symbols.count) names of statistics", found: "\(symbol)")
        }
        summary.statistics[symbols[Int(symbol)]] = try reader.writableVLong("value of a statistic")
      }
      group.summaries.append(summary)
    }
    return group
  }
}

extension ByteReader {
  /// A VInt-W that counts things of at least `size` bytes each, all of which must still follow.
  mutating func writableCount(_ what: String, ofSize size: Int) throws(DecodeError) -> Int {
    let at = offset
    let value = try writableVLong(what)
    guard value >= 0, value <= Int64(remaining / size) else {
      throw DecodeError(at: at, expected: "\(what) that fit in the \(remaining) bytes left", found: "\(value)")
    }
    return Int(value)
  }

  /// Hadoop's `Text`: VInt-W length, bytes.
  mutating func writableText(_ what: String) throws(DecodeError) -> [UInt8] {
    Array(try take(try writableLength(what), what))
  }
}

extension [UInt8] {
  fileprivate mutating func appendWritableText(_ text: [UInt8]) {
    appendWritableVLong(Int64(text.count))
    self += text
  }
}
