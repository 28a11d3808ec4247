// table_config.txt: the properties of the table that are not defaults, a line each, split at the first `=`:
//
//     table.file.compress.type=zstd
//     table.custom.note=a=b \ # c         nothing is escaped, trimmed or a comment
//
// A later line with the same key wins. A line without `=`, an empty one too, ends the import with an exception.
// Accumulo: `WriteExportFiles.exportConfig`, `TableOperationsImpl.getExportedProps`.

/// The properties of an exported table.
package struct TableConfigText: Sendable {
  /// In the order of the text; a key may come twice.
  package internal(set) var lines: [(key: String, value: String)] = []

  static let fileName = "table_config.txt"
  /// In bytes.
  static let limit = 64 << 20

  /// - Throws: `ExportError` for a line without `=`.
  init(_ text: [UInt8], place: String) throws {
    for (number, line) in javaLines(text).enumerated() {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw ExportError(
          place: "\(place), line \(number + 1)", problem: "expected KEY=VALUE, found \"\(line.prefix(60))\"")
      }
      lines.append((String(parts[0]), String(parts[1])))
    }
  }

  package var properties: [String: String] { Dictionary(lines.map { ($0.key, $0.value) }) { $1 } }
}
