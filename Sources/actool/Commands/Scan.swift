internal import ArgumentParser
import BlockFile
import Compaction
import Entries
internal import RFile
import Records

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

      Status 1 when tablets overlap, so that entries were printed twice, or leave holes between them.
      """)

  @Argument(help: ArgumentHelp("An RFile, a tablet directory or a table directory.", valueName: "path"))
  var paths: [String]

  @Option(help: "json, text or hex. Default: text on a terminal, else json.")
  var format: EntryTextWriter.Format?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The first row, inclusive. Bytes as in the shell: a\\x00b.", valueName: "row"))
  var startRow: ByteArgument?

  @Option(parsing: .unconditional, help: ArgumentHelp("The last row, inclusive.", valueName: "row"))
  var endRow: ByteArgument?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Only this column family. Repeatable.", valueName: "family"))
  var family: [ByteArgument] = []

  @Flag(help: "Of tablets too, print every entry of every file, whatever extent, deletes and iterators hide.")
  var raw = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var configurationOptions: ConfigurationOptions

  func validate() throws {
    // No setting of a table changes what its files hold.
    if raw { try OptionConflict.refuse(configurationOptions.given, beside: "--raw") }
  }

  func run() throws {
    let scan = FileScan(
      rows: RowRange(from: startRow?.bytes, through: endRow?.bytes),
      families: family.isEmpty ? .all : .only(Set(family.map(\.bytes))))
    let (pool, limit) = (threads.makePool(), try limitOptions.limit())
    var source = PathScan(
      scan, view: raw ? .files : .scan, pool: pool, limit: limit,
      access: try .ofThisProcess(map: mapOptions.map, limit: limit),
      configuration: try configurationOptions.configuration())
    let writer = EntryPrinter(format ?? (StandardOutput.isTerminal ? .text : .json))
    try pool.occupy {
      for path in paths { try source.forEachStream(at: path) { try writer.write($0) } }
    }
    try ExitStatus.end(withProblems: source.problems, of: "scan")
  }
}

extension EntryTextWriter.Format: ExpressibleByArgument {}
