import ArgumentParser
import Compaction
import Entries
import Records

/// Rows to be looked up.
struct LookupOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Only this row. Bytes as in the shell. Repeatable.", valueName: "row"))
  var row: [ByteArgument] = []

  @Option(help: ArgumentHelp("Only the rows in a file, one a line; adds to --row.", valueName: "FILE"))
  var rows: String?

  @Flag(help: "Looks rows up without the files' Bloom filters.")
  var noBloom = false

  /// The option that asks for lookups; nil: none does.
  var given: String? { !row.isEmpty ? "--row" : rows != nil ? "--rows" : nil }

  func validate() throws {
    if noBloom && given == nil {
      throw ValidationError("--no-bloom goes with --row or --rows: only lookups ask filters")
    }
  }

  /// Nil when all rows are wanted. Throws `SystemError` and `RecordError`.
  func lookups() throws -> RowLookups? {
    guard given != nil else { return nil }
    return RowLookups(row.map(\.bytes) + (try rows.map(RowLines.read) ?? []), usesBloom: !noBloom)
  }
}

/// A file of rows, one a line, in the text form of Accumulo's shell.
enum RowLines {
  /// Empty lines are left out. Throws `SystemError` and `RecordError`.
  static func read(_ path: String) throws -> [[UInt8]] {
    let lines = try FileText.bytes(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return try lines.enumerated().filter { !$1.isEmpty }.map { number, line in
      guard let row = ByteText.decode(String(decoding: line, as: UTF8.self)) else {
        throw RecordError(
          source: path, line: number + 1,
          problem: "expected a row, with \\\\ or \\xHH after a backslash, found \"\(ByteText.encode(line.prefix(80)))\""
        )
      }
      return row
    }
  }
}
