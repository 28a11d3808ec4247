// Split points as Accumulo's shell reads them (`createtable -sf`, `addsplits -sf`): one row a line, empty lines skipped.
// Accumulo: `ShellUtil.scanFile`.
//
//     plain          alpha          the row is the text itself: no escapes
//     base64 (-b64)  YWxwaGE=       any row
//
// Java reads the file as UTF-8 and puts U+FFFD for what is not; it also ends a line at a carriage return and at three
// characters beyond ASCII. Rows that would not come through that are refused in plain text.

/// The text of a file of split points.
package enum SplitsFile {
  /// Java's `Scanner` ends lines there, besides at a line feed.
  private static let lineEnds: Set<Unicode.Scalar> = ["\r", "\u{85}", "\u{2028}", "\u{2029}"]

  /// The rows, sorted, each once.
  /// - Parameter source: the name for errors.
  package static func rows(in text: [UInt8], isBase64: Bool, source: String) throws(RecordError) -> [[UInt8]] {
    var rows: Set<[UInt8]> = []
    var number = 0
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty { continue }
      guard let row = row(of: line, isBase64) else {
        let expected =
          isBase64
          ? "a row in base64" : "a row of plain text in UTF-8, as Accumulo's shell reads it; others go into base64"
        let found = String(decoding: line.prefix(60).map { 32...126 ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        throw RecordError(source: source, line: number, problem: "expected \(expected), found \"\(found)\"")
      }
      rows.insert(row)
    }
    return rows.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The line of a row, without a line feed; nil for a row that has no plain form.
  package static func line(_ row: [UInt8], isBase64: Bool) -> String? {
    if isBase64 { return Base64.encode(row) }
    return isPlain(row[...]) ? String(decoding: row, as: UTF8.self) : nil
  }

  private static func row(of line: ArraySlice<UInt8>, _ isBase64: Bool) -> [UInt8]? {
    guard isBase64 else { return isPlain(line) ? Array(line) : nil }
    // Java's decoder for this file knows no URL-safe letters.
    guard !line.contains(UInt8(ascii: "-")), !line.contains(UInt8(ascii: "_")),
      let text = String(validating: line, as: UTF8.self)
    else { return nil }
    return Base64.decode(text)
  }

  private static func isPlain(_ row: ArraySlice<UInt8>) -> Bool {
    guard !row.isEmpty, let text = String(validating: row, as: UTF8.self) else { return false }
    return !text.unicodeScalars.contains { $0 == "\n" || lineEnds.contains($0) }
  }
}
