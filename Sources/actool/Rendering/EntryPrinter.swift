import Entries
import Records

/// Writes streams of entries to standard output.
struct EntryPrinter {
  private let format: EntryTextWriter.Format
  private let output = StandardOutput()

  private static let pieceSize = 1 << 16

  init(_ format: EntryTextWriter.Format) { self.format = format }

  /// Writes all entries. The entries before an error are still printed.
  func write(_ entries: any EntryCursor) throws {
    var writer = EntryTextWriter(format)
    var failure: (any Error)?
    do {
      while let entry = try entries.next() {
        writer.append(entry)
        if writer.count >= Self.pieceSize {
          try output.write(writer.bytes)
          writer.removeAll()
        }
      }
    } catch let error as ClosedOutput {
      throw error
    } catch {
      failure = error
    }
    try output.write(writer.bytes)
    try output.flush()
    if let failure { throw failure }
  }
}
