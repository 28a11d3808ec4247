import BlockFile
import RFile
internal import Settings

// `table.summarizer.*` as Accumulo reads it (`SummarizerConfigurationUtil`): sorted by name, a word starts a summarizer and
// what has an option's form belongs to the last one that was started, whatever its id:
//
//     table.summarizer.a = ..FamilySummarizer          summarizer a
//     table.summarizer.a.opt.maxCounters = 3           option of a
//     table.summarizer.b.opt.maxCounters = 4           option of a as well

extension SummarySettings {
  /// Nil when the table has no summarizers that are built in. Those that are not are left out, each with a warning: a
  /// summary is made from the data and can be made again; refusing the compaction would cost more.
  ///
  /// Throws `FileSettingsError` and `ConfigurationError` where Accumulo cannot read them.
  init?(_ settings: Settings, warnings: inout [String]) throws {
    var members: [Member] = []
    for configuration in try Self.configurations(settings.below("table.summarizer.")) {
      do {
        if let summarizer = try Summarizer(configuration) {
          members.append(Member(configuration, summarizer))
        } else {
          warnings.append(
            "table.summarizer.\(configuration.id): \(configuration.className) is not built in; the output has no "
              + "summary of it, which Accumulo reports as missing")
        }
      } catch let error as SummarizerOptionError {
        throw FileSettingsError(
          property: "table.summarizer.\(configuration.id).opt.\(error.option)", problem: error.problem)
      }
    }
    guard !members.isEmpty else { return nil }
    self.init(members, maxSize: try settings.size("table.file.summary.maxSize"))
  }

  private static func configurations(_ properties: [String: String]) throws -> [SummarizerConfiguration] {
    var configurations: [SummarizerConfiguration] = []
    for (name, value) in properties.sorted(by: { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }) {
      func error(_ problem: String) -> FileSettingsError {
        FileSettingsError(property: "table.summarizer.\(name)", problem: problem)
      }
      let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let isOption = words.count == 3 || words.count > 3 && words[1] == "opt"
      guard words.count == 1 || isOption else {
        throw error("expected table.summarizer.<id> or table.summarizer.<id>.opt.<option>")
      }
      let word = isOption ? words[2] : name
      guard !word.isEmpty, word.utf8.allSatisfy(isWordByte) else {
        throw error("expected letters, digits and underscores, found \"\(word.prefix(80))\"")
      }
      guard value.fitsJavaUTF, word.fitsJavaUTF else { throw error("expected a value of at most 65535 bytes") }
      if !isOption {
        configurations.append(SummarizerConfiguration(className: value, id: word))
      } else if configurations.isEmpty {
        throw error("no table.summarizer.<id> comes before this option")
      } else {
        configurations[configurations.count - 1].options[word] = value
      }
    }
    return configurations
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 95, 97...122: true
    default: false
    }
  }
}
