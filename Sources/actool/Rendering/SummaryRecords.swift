import Entries
import RFile
import Records

// {"type":"statistics","file":"F0001.rf","id":"f","class":"..FamilySummarizer","options":{},"group":"lg1","firstRow":"a",
//  "lastRow":"m","entries":1000,"statistics":[{"name":"c:cf","value":900},..]}          one for each stored summary
// {"type":"statistics","file":"F0001.rf","id":"f","class":..,"options":{},"tooLarge":true}
// {"type":"gathered","id":"f","class":..,"options":{},"files":2,"tooLarge":0,"missing":1,"entries":2000,"statistics":[..]}

/// What summarizers counted, as records and as text.
enum SummaryRecords {
  /// A record for each summary, or one that there is none because it would have been too large.
  static func write(_ summary: FileSummary, of file: String, to line: inout JSONLine) {
    func record(_ fields: (inout JSONLine) -> Void) {
      line.record("statistics") { line in
        line.field("file", file)
        write(summary.configuration, to: &line)
        fields(&line)
      }
    }
    guard let groups = summary.groups else { return record { $0.field("tooLarge", true) } }
    for group in groups {
      for summary in group.summaries {
        record { line in
          line.field("group", group.name)
          line.field("firstRow", bytes: group.firstRow)
          line.field("lastRow", bytes: summary.lastRow)
          line.field("entries", summary.entries)
          write(summary.statistics, to: &line)
        }
      }
    }
  }

  static func json(_ gathered: [GatheredSummary]) -> [UInt8] {
    var line = JSONLine()
    for summary in gathered {
      line.record("gathered") { line in
        write(summary.configuration, to: &line)
        line.field("files", summary.files)
        line.field("tooLarge", summary.tooLarge)
        line.field("missing", summary.missing)
        line.field("entries", summary.entries)
        write(summary.statistics, to: &line)
      }
    }
    return line.bytes
  }

  private static func write(_ configuration: SummarizerConfiguration, to line: inout JSONLine) {
    line.field("id", configuration.id)
    line.field("class", configuration.className)
    line.field("options", configuration.options)
  }

  private static func write(_ statistics: [String: Int64], to line: inout JSONLine) {
    line.array("statistics", sorted(statistics)) { line, statistic in
      line.object { line in
        line.field("name", statistic.key)
        line.field("value", statistic.value)
      }
    }
  }

  private static func sorted(_ statistics: [String: Int64]) -> [(key: String, value: Int64)] {
    statistics.sorted { $0.key < $1.key }
  }

  /// For people:
  ///
  ///       summary f FamilySummarizer maxCounters=3
  ///         default group, row a to m, 1000 entries: c:cf 900, c:cq 100, deletesIgnored 0 ..
  static func lines(of summary: FileSummary) -> [String] {
    let title = "  summary \(text(summary.configuration))"
    guard let groups = summary.groups else { return [title, "    too large for table.file.summary.maxSize"] }
    let lines = groups.flatMap { group in
      group.summaries.map { summary in
        "    \(group.name.map { "group " + plain($0) } ?? "default group"), rows \(plain(group.firstRow)) to "
          + "\(plain(summary.lastRow)), \(summary.entries) entries: \(text(summary.statistics))"
      }
    }
    return [title] + (lines.isEmpty ? ["    no entries"] : lines)
  }

  static func text(_ gathered: [GatheredSummary]) -> String {
    gathered.map { summary in
      let files =
        "\(summary.files) files"
        + (summary.tooLarge > 0 ? ", too large in \(summary.tooLarge)" : "")
        + (summary.missing > 0 ? ", missing in \(summary.missing)" : "")
      return "\nall of \(text(summary.configuration)): \(files), \(summary.entries) entries\n"
        + "  \(text(summary.statistics))\n"
    }.joined()
  }

  private static func text(_ configuration: SummarizerConfiguration) -> String {
    let name = configuration.className.split(separator: ".").last.map(String.init) ?? ""
    let options = configuration.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([configuration.id, name] + options).map(plain).joined(separator: " ")
  }

  private static func text(_ statistics: [String: Int64]) -> String {
    sorted(statistics).map { "\(plain($0.key)) \($0.value)" }.joined(separator: ", ")
  }

  private static func plain(_ bytes: [UInt8]) -> String { ByteText.encode(bytes) }
  private static func plain(_ text: String) -> String { ByteText.encode(text.utf8) }
}
