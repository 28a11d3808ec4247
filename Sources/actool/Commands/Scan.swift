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
      For an RFile, prints every entry of all locality groups in key order, including delete markers and old versions. \
      For a tablet or a table, prints what a scan in Accumulo would return: the rows of its extent, without deleted \
      entries, through the table's scan iterators (only the newest version, unless table.properties or options say \
      otherwise). Several paths are printed one after the other.

      Formats: json, one record per line; text, as in Accumulo's shell; hex, seven fields separated by one space: row, \
      family, qualifier and visibility in hex, timestamp, 1 for a delete marker or 0, value in hex.

        actool scan --format text --start-row a --end-row m tables/2
        actool scan --rows wanted.txt tables/2

      Rows that are named one by one (--row, --rows) are looked up: a file whose Bloom filter denies a row is not read for it.
      --sample reads the samples that table.sampler puts beside the entries; every file must have one, taken in the same way.

      Exit status 1 when tablets leave holes between them, or overlap; overlapping tablets print their common rows twice.
      """)

  @Argument(
    help: ArgumentHelp("An RFile, a tablet directory, a table directory or an exported table.", valueName: "path"))
  var paths: [String]

  @Option(help: "json, text or hex. Default: text on a terminal, otherwise json.")
  var format: EntryTextWriter.Format?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The first row, inclusive. \\xHH is a byte, as in Accumulo's shell: a\\x00b.", valueName: "row"))
  var startRow: ByteArgument?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The last row, inclusive, written like --start-row.", valueName: "row"))
  var endRow: ByteArgument?

  @OptionGroup var lookupOptions: LookupOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Print only this column family. Repeatable.", valueName: "family"))
  var family: [ByteArgument] = []

  @Flag(
    help: "For tablets and tables, print every entry of every file, even those that extent, deletes or iterators hide.")
  var raw = false

  @Flag(help: "Of the files' samples, instead of their entries.")
  var sample = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var configurationOptions: ConfigurationOptions

  func validate() throws {
    // A table's settings do not change what its files hold.
    if raw { try OptionConflict.refuse(configurationOptions.given, beside: "--raw") }
    let range = [("--start-row", startRow != nil), ("--end-row", endRow != nil)]
    if let option = lookupOptions.given { try OptionConflict.refuse(range, beside: option) }
  }

  func run() throws {
    let scan = FileScan(
      rows: try .between(startRow?.bytes, and: endRow?.bytes),
      families: family.isEmpty ? .all : .only(Set(family.map(\.bytes))), lookups: try lookupOptions.lookups(),
      kind: sample ? .sample : .data)
    let (pool, limit) = (threads.makePool(), try limitOptions.limit())
    var source = PathScan(
      scan, view: raw ? .files : .scan, pool: pool, limit: limit,
      access: try .ofThisProcess(map: mapOptions.mount(), limit: limit),
      configuration: try configurationOptions.configuration())
    let writer = EntryPrinter(format ?? (StandardOutput.isTerminal ? .text : .json))
    try pool.occupy {
      for path in paths { try source.forEachStream(at: path) { try writer.write($0) } }
    }
    try ExitStatus.end(withProblems: source.problems, of: "scan")
  }
}

extension EntryTextWriter.Format: ExpressibleByArgument {}
