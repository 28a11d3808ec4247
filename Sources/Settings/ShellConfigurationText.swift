// The output of `config -t TABLE` in Accumulo's shell:
//
//     -----------+------------------------------+--------------------------
//     SCOPE      | NAME                         | VALUE
//     -----------+------------------------------+--------------------------
//     default    | table.file.max ............. | 15
//     table      |    @override ............... | 30
//     table      | table.iterator.majc.vers ... | 20,org.apache.accumulo.core.iterators.user.VersioningIterator
//     table      | table.custom.note .......... | first line
//                |                              | second line
//     -----------+------------------------------+--------------------------
//
// Accumulo: `org.apache.accumulo.shell.commands.ConfigCommand`.

enum ShellConfigurationText {
  /// Whether the text is a listing: it has the line of column heads. Prompts and blank lines may come before it.
  static func isListing(_ text: String) -> Bool {
    text.split(whereSeparator: isLineEnd).contains { columns($0).map(isHead) ?? false }
  }

  /// The settings that were set, and separately those of scope `default`, which show what the cluster's Accumulo does
  /// when nothing is set.
  static func parse(_ text: String) throws(ConfigurationTextError) -> (
    set: [String: String], defaults: [String: String]
  ) {
    var set: [String: String] = [:]
    var defaults: [String: String] = [:]
    var last: (key: String, isDefault: Bool)?
    var isBody = false
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: isLineEnd).enumerated() {
      guard let (scope, name, value) = columns(line) else {
        // A rule begins or ends the body. The shell's prompt and its paging message are not settings.
        guard !isBody || isRule(line) || isNoise(line) else {
          throw ConfigurationTextError(
            line: index + 1, problem: "expected SCOPE | NAME | VALUE, found \"\(line.prefix(60))\"")
        }
        continue
      }
      if isHead((scope, name, value)) {
        isBody = true
        continue
      }
      guard isBody else { continue }
      if scope.isEmpty, name.isEmpty, let key = last?.key {
        if last?.isDefault == true { defaults[key]? += "\n" + value } else { set[key]? += "\n" + value }
        continue
      }
      guard ["default", "site", "system", "namespace", "table"].contains(scope) else {
        throw ConfigurationTextError(
          line: index + 1,
          problem: "expected the scope default, site, system, namespace or table, found \"\(scope.prefix(40))\"")
      }
      var key = name
      if name == "@override" {
        guard let previous = last?.key else {
          throw ConfigurationTextError(line: index + 1, problem: "expected a setting before the first @override")
        }
        key = previous
      }
      last = (key, scope == "default")
      if scope == "default" { defaults[key] = value } else { set[key] = value }
    }
    return (set, defaults)
  }

  /// Whether these are all settings of a table and not a filtered few. If so, what is not listed does not exist.
  static func isWhole(_ settings: some Sequence<String>) -> Bool {
    Set(["table.balancer", "table.bloom.enabled", "table.file.max", "table.split.threshold", "table.walog.enabled"])
      .isSubset(of: settings)
  }

  private static func columns(_ line: Substring) -> (scope: String, name: String, value: String)? {
    guard let first = line.firstRange(of: " | "), let second = line[first.upperBound...].firstRange(of: " |") else {
      return nil
    }
    var name = trim(line[first.upperBound..<second.lowerBound])
    // `table.file.max ........`
    if name.hasSuffix("."), let blank = name.lastIndex(of: " "), name[blank...].dropFirst().allSatisfy({ $0 == "." }) {
      name = trim(name[..<blank])
    }
    let value = line[second.upperBound...]
    return (trim(line[..<first.lowerBound]), name, String(value.hasPrefix(" ") ? value.dropFirst() : value))
  }

  private static func isLineEnd(_ character: Character) -> Bool { character == "\n" || character == "\r\n" }

  private static func isHead(_ columns: (scope: String, name: String, value: String)) -> Bool {
    columns.scope == "SCOPE" && columns.name == "NAME"
  }

  private static func isRule(_ line: Substring) -> Bool {
    line.contains("-") && line.allSatisfy { $0 == "-" || $0 == "+" || $0 == " " }
  }

  private static func isNoise(_ line: Substring) -> Bool {
    line.allSatisfy(\.isWhitespace) || line.contains("hit any key") || line.contains("> ") || line.hasSuffix(">")
  }

  private static func trim(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension Substring {
  /// Where a short text first occurs.
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
