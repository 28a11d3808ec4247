import Compaction
import Records
import SystemPackage

/// Prints the parts of files.
enum SplitRecords {
  /// Proposed parts: a record for each, or the rows that split them.
  /// - Throws: `NoPlainRow` for a row that has no plain text.
  static func write(_ parts: [RowPart], asRows: Bool, isBase64: Bool) throws {
    let output = RecordOutput()
    try output.flushing {
      for part in parts {
        guard asRows else {
          try output.write { line in line.record("part") { part.write(to: &$0) } }
          continue
        }
        guard let row = part.endRow else { continue }
        guard let text = SplitsFile.line(row, isBase64: isBase64) else { throw NoPlainRow(row: row) }
        try output.write(text + "\n")
      }
    }
  }

  /// Parts that were written to a directory.
  static func write(_ parts: [FileSplitter.Output], in directory: FilePath) throws {
    let output = RecordOutput()
    try output.flushing {
      for found in parts {
        try output.write { line in
          line.record("part") { line in
            found.part.write(to: &line)
            guard let name = found.name else { return }
            line.field("file", directory.appending(name).string)
            line.field("blocks", found.blocks)
            line.field("blocksReused", found.blocksReused)
          }
        }
      }
    }
  }
}

extension RowPart {
  fileprivate func write(to line: inout JSONLine) {
    if let prevEndRow { line.field("prevEndRow", bytes: prevEndRow) }
    if let endRow { line.field("endRow", bytes: endRow) }
    line.field("size", size)
    line.field("entries", entries)
  }
}

/// A row that Accumulo's shell cannot read from a line of plain text.
struct NoPlainRow: Error, CustomStringConvertible {
  var row: [UInt8]

  var description: String {
    var line = JSONLine()
    line.object { $0.field("row", bytes: row.prefix(64)) }
    return "a split file cannot hold this row as plain text: \(line.text): use --base64, and -b64 in Accumulo's shell"
  }
}
