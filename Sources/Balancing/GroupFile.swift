import Entries
import Records

/// A file of groups: on each line an end row, in the text form of Accumulo's shell, a tab, and its group.
package enum GroupFile {
  /// - Throws: `RecordError` for a line that is none, or that says another group of a row.
  package static func groups(_ text: String, named file: String) throws -> [[UInt8]: String] {
    var groups: [[UInt8]: String] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts.count == 2, let row = ByteText.decode(parts[0]) else {
        throw RecordError(
          source: file, line: index + 1,
          problem: "expected END-ROW, a tab and GROUP, found \"\(line.prefix(80))\"")
      }
      let group = String(parts[1])
      guard groups.updateValue(group, forKey: row).map({ $0 == group }) ?? true else {
        throw RecordError(source: file, line: index + 1, problem: "a second group for the end row \(parts[0])")
      }
    }
    return groups
  }
}
