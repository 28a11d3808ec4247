internal import ArgumentParser
import BlockFile
import Compaction
import Entries
internal import RFile
import Records
import SystemPackage

/// `actool scan`
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Prints the entries of RFiles, tablets or tables.",
    discussion: """
      Of an RFile it prints every entry of all locality groups in key order, delete markers and old versions too. Of a tablet or a \
      table it prints what a scan in Accumulo would see: rows of the extent, without what was deleted, through the table's scan \
      iterators (the newest version, unless table.properties or options say otherwise). Several PATHs are printed one after the other.

      Formats: json, one record a line; text, as Accumulo's shell prints; hex, seven fields separated by one space: row, family, \
      qualifier, visibility in hex, timestamp, 1 for a delete marker or 0, value in hex.

        actool scan --format text --start-row a --end-row m tables/2
      """)

  @Argument(help: ArgumentHelp("An RFile, a tablet directory or a table directory.", valueName: "path"))
  var paths: [String]

  @Option(help: "json, text or hex. Default: text on a terminal, else json.")
  var format: EntryTextWriter.Format?

  @Option(help: ArgumentHelp("The first row, inclusive. Bytes as in the shell: a\\x00b.", valueName: "row"))
  var startRow: ByteArgument?

  @Option(help: ArgumentHelp("The last row, inclusive.", valueName: "row"))
  var endRow: ByteArgument?

  @Option(parsing: .singleValue, help: ArgumentHelp("Only this column family. Repeatable.", valueName: "family"))
  var family: [ByteArgument] = []

  @Flag(help: "Of tablets too, print every entry of every file, whatever extent, deletes and iterators hide.")
  var raw = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var configurationOptions: ConfigurationOptions

  func run() throws {
    let scan = FileScan(
      rows: RowRange(from: startRow?.bytes, through: endRow?.bytes),
      families: family.isEmpty ? .all : .only(Set(family.map(\.bytes))))
    let limit = try limitOptions.limit()
    let source = ScanSource(
      scan: scan, isRaw: raw, pool: threads.makePool(), limit: limit,
      access: try .ofThisProcess(map: mapOptions.map, limit: limit),
      configuration: try configurationOptions.configuration())
    let writer = EntryPrinter(format ?? (isTerminal(.standardOutput) ? .text : .json))
    try source.pool.occupy {
      for path in paths { try source.forEachStream(at: path) { try writer.write($0) } }
    }
  }
}

extension EntryTextWriter.Format: ExpressibleByArgument {}

/// Writes streams of entries to standard output.
private struct EntryPrinter {
  private let format: EntryTextWriter.Format
  private let output = StandardOutput()

  private static let pieceSize = 1 << 16

  init(_ format: EntryTextWriter.Format) { self.format = format }

  /// What came before an error is printed.
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
