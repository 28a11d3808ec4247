import TestSupport
import Testing

@testable import BlockFile
@testable import Entries
@testable import RFile

@Suite("Summaries") struct SummaryTests {
  private static let package = "org.apache.accumulo.core.client.summary.summarizers."

  private static func member(_ name: String, _ options: [String: String] = [:]) throws -> SummarySettings.Member {
    let configuration = SummarizerConfiguration(className: package + name, id: name, options: options)
    return SummarySettings.Member(configuration, try #require(try Summarizer(configuration)))
  }

  private static func reader(
    _ entries: [Entry], _ members: [SummarySettings.Member], maxSize: Int64 = 1 << 18
  ) throws -> RFileReader {
    var options = RFileWriter.Options(codec: .none)
    options.summaries = SummarySettings(members, maxSize: maxSize)
    let sink = ByteSink(memory: "summarized.rf")
    let writer = try RFileWriter(sink, options: options)
    try writer.startLocalityGroup("g", families: [[97]])
    try writer.append(contentsOf: ArrayCursor(entries.filter { $0.key.family == [97] }))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries.filter { $0.key.family != [97] }))
    _ = try writer.finish()
    return try RFileReader(ByteSource(bytes: sink.memory, name: "summarized.rf"))
  }

  private static func groups(
    _ entries: [Entry], _ name: String, _ options: [String: String] = [:], maxSize: Int64 = 1 << 18
  ) throws -> [SummaryGroup]? {
    let reader = try reader(entries, [member(name, options)], maxSize: maxSize)
    _ = try reader.check()
    return try #require(try reader.summaries(loader: BlockLoader())).first?.groups
  }

  private static func entry(
    _ row: Int, _ family: [UInt8] = [98], visibility: String = "", deleted: Bool = false
  ) -> Entry {
    Entry(
      key: Key(
        row: [UInt8(row >> 16 & 0xff), UInt8(row >> 8 & 0xff), UInt8(row & 0xff)], family: family,
        visibility: Array(visibility.utf8), timestamp: 1, deleted: deleted), value: [])
  }

  @Test("the example of the format")
  func example() throws {
    let list = [
      SummaryGroup(
        name: nil, firstRow: [97],
        summaries: [Summary(lastRow: [97], entries: 2, statistics: ["deletes": 1, "total": 2])])
    ]
    let bytes = SummaryBlock.bytes(of: list, within: 100, by: .deletes)
    #expect(
      bytes
        == Fixtures.hex(
          "00280200" + "0764656c65746573" + "0005746f74616c" + "01" + "00093c44454641554c543e" + "0161"
            + "01" + "0161" + "02" + "02" + "0001" + "0102"))
    var reader = ByteReader(bytes)
    #expect(try SummaryBlock(from: &reader).groups == list)
  }

  @Test(
    "a list of summaries never has more than eleven, and all entries are in it",
    arguments: [0, 1, 999, 1000, 1001, 11_000, 12_000, 12_001, 25_970])
  func lists(_ count: Int) throws {
    let groups = try #require(try Self.groups((0..<count).map { Self.entry($0) }, "DeletesSummarizer"))
    #expect(groups.map(\.name) == ["g", nil] && groups[0] == SummaryGroup(name: "g"))
    let summaries = groups[1].summaries
    #expect(summaries.count <= 11 && summaries.reduce(0) { $0 + $1.entries } == count)
    let counts: [Int: [Int64]] = [
      999: [999], 1001: [1000, 1], 12_000: Array(repeating: 2000, count: 6),
      12_001: Array(repeating: 2000, count: 6) + [1], 25_970: Array(repeating: 4000, count: 6) + [1970],
    ]
    if let expected = counts[count] { #expect(summaries.map(\.entries) == expected) }
    var past: Int64 = 0
    for summary in summaries {
      past += summary.entries
      #expect(summary.lastRow == Self.entry(Int(past) - 1).key.row && summary.statistics["total"] == summary.entries)
    }
    #expect(groups[1].firstRow == (count == 0 ? [] : [0, 0, 0]))
  }

  @Test("counters that are too many, too long, and of deletes")
  func counters() throws {
    let families: [[UInt8]] = [[98], [98], [99], [100, 100, 100], [101], [0xff], [0xfe], [0], []]
    let entries = families.enumerated().map { Self.entry($0, $1) } + [Self.entry(90, [98], deleted: true)]
    func statistics(_ options: [String: String]) throws -> [String: Int64]? {
      try Self.groups(entries, "FamilySummarizer", options)?[1].summaries.first?.statistics
    }
    let fixed: [String: Int64] = ["seen": 10, "deletesIgnored": 1, "emitted": 9]
    let all: [String: Int64] = [
      "c:b": 2, "c:c": 1, "c:ddd": 1, "c:e": 1, "c:\u{fffd}": 2, "c:\0": 1, "c:": 1, "tooMany": 0, "tooLong": 0,
    ]
    #expect(try statistics([:]) == fixed.merging(all) { $1 })
    #expect(
      try statistics(["maxCounters": "2", "maxCounterLen": "3"])
        == fixed.merging(["c:b": 2, "c:c": 1, "tooMany": 6, "tooLong": 0]) { $1 })
    #expect(try statistics(["maxCounterLen": "3"])?["tooLong"] == 1)
    #expect(try statistics(["maxCounterLen": "0"])?["tooLong"] == 9)
    #expect(try statistics(["maxCounters": "-1"])?["tooMany"] == 9)
    #expect(try statistics(["ignoreDeletes": "no"])?["c:b"] == 3)
    #expect(throws: SummarizerOptionError.self) { try Self.member("FamilySummarizer", ["maxCounters": "x"]) }
    // Names as long as Java can write them, and longer.
    let long = [21_842, 21_843, 21_844].enumerated().map { Self.entry($0, Array(repeating: 98, count: $1)) }
    let found = try Self.groups(long, "FamilySummarizer", ["maxCounterLen": "99999"])?[1].summaries.first?.statistics
    #expect(found?["tooLong"] == 1 && found?.count == 7)
  }

  @Test("terms of visibilities count once each; what does not parse has none")
  func terms() throws {
    let visibilities = ["", "A", "A&B", "(A|\"x y\")&B", "A&(A)", "\"q\\\"\"", "A&|B"]
    let entries = visibilities.enumerated().map { Self.entry($0, visibility: $1) }
    let terms = try Self.groups(entries, "AuthorizationSummarizer")?[1].summaries.first?.statistics
    #expect(
      terms == [
        "c:A": 4, "c:B": 2, "c:x y": 1, "c:q\\\"": 1, "emitted": 8, "seen": 7, "tooMany": 0, "tooLong": 0,
        "deletesIgnored": 0,
      ])
    let whole = try Self.groups(entries, "VisibilitySummarizer")?[1].summaries.first?.statistics
    #expect(whole?.count == 12 && whole?["c:A&|B"] == 1 && whole?["c:"] == 1)
  }

  @Test("lengths fall into classes by the logarithm, rounded")
  func lengths() {
    func rounded(_ n: Int) -> Int {
      (0...40).first { k in n == 0 ? k == 0 : Double(n) < 1.4142135623730951 * Double(1 << k) }!
    }
    for n in [0, 1, 2, 3, 5, 6, 11, 12, 22, 23, 45, 46, 90, 91, 181, 182, 1 << 20, (1 << 31) - 200] + Array(0..<3000) {
      #expect(EntryLengthCollector.classOf(n) == rounded(n), "\(n)")
    }
  }

  @Test("merging keeps sums, extremes, and the largest counters")
  func merging() throws {
    var lengths: [String: Int64] = ["row.min": 3, "row.max": 9, "row.sum": 12, "row.logHist.2": 1, "total": 2]
    Summarizer.entryLength.merge(
      ["row.min": 2, "row.max": 8, "row.sum": 10, "row.logHist.1": 1, "row.logHist.2": 4, "total": 3], into: &lengths)
    #expect(
      lengths == ["row.min": 2, "row.max": 9, "row.sum": 22, "row.logHist.1": 1, "row.logHist.2": 5, "total": 5])
    let counting = try Self.member("FamilySummarizer", ["maxCounters": "2"]).summarizer
    var counters: [String: Int64] = ["c:a": 5, "c:b": 1, "tooMany": 1, "seen": 7]
    counting.merge(["c:b": 2, "c:c": 4, "c:d": 3, "tooMany": 1, "seen": 10], into: &counters)
    #expect(counters == ["c:a": 5, "c:c": 4, "tooMany": 8, "seen": 17])
  }

  @Test("summaries that are too large are merged, then left out")
  func sizes() throws {
    let entries = (0..<8000).map { Self.entry($0) }
    let whole = try #require(try Self.groups(entries, "DeletesSummarizer"))
    #expect(whole[1].summaries.count == 8)
    var found: [Int] = []
    for maxSize in stride(from: Int64(160), through: 0, by: -1) {
      var reader = ByteReader(SummaryBlock.bytes(of: whole, within: maxSize, by: .deletes))
      let groups = try SummaryBlock(from: &reader).groups
      let count = groups?[1].summaries.count ?? 0
      if found.last != count { found.append(count) }
      if let groups { #expect(groups[1].summaries.reduce(0) { $0 + $1.entries } == 8000) }
    }
    #expect(found == [8, 4, 2, 1, 0])
  }

  @Test("several files are gathered by their configuration")
  func gathering() throws {
    let members = [try Self.member("DeletesSummarizer"), try Self.member("FamilySummarizer", ["maxCounters": "1"])]
    let one = try Self.reader([Self.entry(1), Self.entry(2, deleted: true)], members).summaries(loader: BlockLoader())
    let two = try Self.reader((0..<2500).map { Self.entry($0, [97]) }, [members[0]]).summaries(loader: BlockLoader())
    let large = try Self.reader([Self.entry(1)], [members[0]], maxSize: 1).summaries(loader: BlockLoader())
    let foreign = [
      FileSummary(configuration: SummarizerConfiguration(className: "org.example.S", id: "s"), groups: [])
    ]
    let gathered = GatheredSummary.gather([one, two, nil, large, foreign])
    #expect(gathered.map(\.files) == [3, 1] && gathered.map(\.missing) == [2, 4])
    #expect(gathered.map(\.tooLarge) == [1, 0] && gathered.map(\.entries) == [2502, 2])
    #expect(gathered[0].statistics == ["deletes": 1, "total": 2502])
  }

  // MARK: Damage

  @Test("every bit of a summary and its index flipped, every length cut: an error or an answer")
  func damage() throws {
    let member = try Self.member("FamilySummarizer")
    let list = SummaryGroup(
      name: "g", firstRow: [1], summaries: [Summary(lastRow: [2], entries: 3, statistics: ["c:a": 1, "seen": 3])])
    let block = SummaryBlock.bytes(of: [list], within: 1000, by: .deletes)
    var index: [UInt8] = []
    SummaryIndex([member.configuration]).encode(into: &index)
    func decode(_ bytes: [UInt8], isIndex: Bool) throws {
      var reader = ByteReader(bytes, limit: BlockLimit(bytes: 1 << 16))
      if isIndex { _ = try SummaryIndex(from: &reader) } else { _ = try SummaryBlock(from: &reader) }
    }
    for (bytes, isIndex) in [(index, true), (block, false)] {
      try decode(bytes, isIndex: isIndex)
      for i in bytes.indices {
        #expect(throws: (any Error).self) { try decode(Array(bytes[..<i]), isIndex: isIndex) }
        for bit in 0..<8 {
          var damaged = bytes
          damaged[i] ^= 1 << bit
          do { try decode(damaged, isIndex: isIndex) } catch is DecodeError {} catch is UnsupportedFormat {}
        }
      }
    }
  }

  @Test("a summary of a billion counters is refused without memory for it")
  func hostile() throws {
    // One symbol, one group, one summary, and a billion statistics of which none follows.
    var contents: [UInt8] = [1]
    contents.appendJavaUTF("x")
    contents.append(1)
    contents.appendJavaUTF("<DEFAULT>")
    contents += [0, 1, 0, 1]
    contents.appendWritableVLong(1_000_000_000)
    func error(_ contents: [UInt8], limit: Int64 = 1 << 30) -> DecodeError? {
      var bytes: [UInt8] = [0]
      bytes.appendWritableVLong(Int64(contents.count))
      return #expect(throws: DecodeError.self) {
        var reader = ByteReader(bytes + contents, limit: BlockLimit(bytes: limit))
        _ = try SummaryBlock(from: &reader)
      }
    }
    #expect(error(contents)?.expected.hasPrefix("statistics of a summary that fit") == true)
    // They are all there: then they want more memory than the limit.
    var there = Array(contents.dropLast(5))
    there.appendWritableVLong(100_000)
    there += Array(repeating: 0, count: 200_000)
    #expect(error(there, limit: 1 << 20)?.isTooLarge == true)
  }
}
