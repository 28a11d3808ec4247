import ArgumentParser
import Entries

/// Bytes on the command line, in the text form of Accumulo's shell.
struct ByteArgument: ExpressibleByArgument {
  let bytes: [UInt8]

  init?(argument: String) {
    guard let bytes = ByteText.decode(argument) else { return nil }
    self.bytes = bytes
  }
}

extension RowRange {
  /// The rows of --start-row and --end-row, both inclusive.
  /// - Throws: `ValidationError` for a range that ends before it starts.
  static func between(_ start: [UInt8]?, and end: [UInt8]?) throws -> RowRange {
    let rows = RowRange(from: start, through: end)
    guard !rows.isEmpty else {
      throw ValidationError(
        "expected --end-row at or after --start-row, found '\(ByteText.encode(end ?? []))' after "
          + "'\(ByteText.encode(start ?? []))'")
    }
    return rows
  }
}
