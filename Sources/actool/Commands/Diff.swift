internal import ArgumentParser
import BlockFile
import Compaction
import Entries
internal import RFile

/// `actool diff`
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compares RFiles, tablets or tables, entry by entry.",
    discussion: """
      Prints a record for each difference: missing, an entry that only A has; extra, an entry that only B has; changed, a key with \
      different values in A and B. The last record has counts and a sum of all entries of each side. Equal entries have equal sums, \
      whatever files, codecs and tablets they are in.

      Of tablets and tables it compares what a scan sees, or with --raw every entry of their rows. Of RFiles it compares every entry. \
      Several RFiles on a side are merged; several tablets are read as one table.

        actool diff tables/2 restored/2
        actool diff saved/*.rf --against merged.rf

      Status: 0 same; 1 different; 2 a side could not be read, is unsound, or has tablets that overlap or leave out rows.
      """)

  @Argument(
    help: ArgumentHelp("A and B: RFiles, tablet directories, table directories, exported tables.", valueName: "path"))
  var paths: [String]

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("The paths of B, when A or B has several.", valueName: "path"))
  var against: [String] = []

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

  @Flag(help: "Of tablets too, compare every entry of their rows, including delete markers and old versions.")
  var raw = false

  @Flag(help: "Print nothing and stop at the first difference: only the status tells.")
  var quiet = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Print at most N differences; count the others. Default: all.", valueName: "N"))
  var limit: Int?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var configurationOptions: ConfigurationOptions

  func validate() throws {
    if against.isEmpty, paths.count != 2 {
      throw ValidationError("expected two paths, or --against and the paths of B, found \(paths.count)")
    }
    if let limit, limit < 0 { throw ValidationError("expected at least 0 for --limit, found \(limit)") }
    // No setting of a table changes what its files hold.
    if raw { try OptionConflict.refuse(configurationOptions.given, beside: "--raw") }
    if quiet { try OptionConflict.refuse([("--limit", limit != nil)], beside: "--quiet") }
  }

  func run() throws {
    let printer = DifferencePrinter(limit: quiet ? 0 : limit ?? .max)
    do {
      let problems = try compare(printer)
      for problem in problems { Messages.write("actool diff: \(problem)") }
      // What was compared is not all of both sides, or not what it seems.
      guard problems.isEmpty else { throw ExitStatus.failed }
      if printer.hasDifferences { throw ExitStatus.found }
    } catch is ClosedOutput {
      // The reader has seen enough; the status still tells of differences.
      if printer.hasDifferences { throw ExitStatus.found }
    }
  }

  /// Returns what is wrong with the extents of the tablets and with unsound files, a line each.
  private func compare(_ printer: DifferencePrinter) throws -> [String] {
    let (pool, blockLimit) = (threads.makePool(), try limitOptions.limit())
    let scan = FileScan(
      rows: try .between(startRow?.bytes, and: endRow?.bytes),
      families: family.isEmpty ? .all : .only(Set(family.map(\.bytes))))
    let source = PathScan(
      scan, view: raw ? .rows : .scan, pool: pool, limit: blockLimit,
      access: try .ofThisProcess(map: mapOptions.mount(), limit: blockLimit),
      configuration: try configurationOptions.configuration())
    let sides = against.isEmpty ? ([paths[0]], [paths[1]]) : (paths, against)
    // A copy for each side: a tablet that is on both does not overlap with itself.
    var (left, right) = (source, source)
    try pool.occupy {
      let a = try left.entriesInKeyOrder(at: sides.0)
      let b = try right.entriesInKeyOrder(at: sides.1)
      let ahead = pool.threads > 1 ? StreamAhead(b, pool) : nil
      defer { ahead?.stop() }
      try printer.flushing {
        let report = try Comparison(sums: !quiet).run(a, ahead ?? b) {
          try printer.write($0)
          return !quiet
        }
        if !quiet { try printer.write(report) }
      }
    }
    let known = left.problems
    return known + right.problems.filter { !known.contains($0) }
  }
}
