import ArgumentParser
import BlockFile
import RFile

/// `actool info`
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Shows what RFiles hold, and checks them.",
    discussion: """
      Shows versions, codec, locality groups with their column families, first and last key, entries, blocks and their \
      sizes in bytes, index levels, meta blocks and the load of a Bloom filter. With --check it also reads every block \
      and compares it with what the file says about itself.

        actool info --check tables/2/*/*.rf

      A file on a server is read by ranges; what that took is said on standard error:

        actool info s3://bucket/accumulo/tables/2/t-0001/A0001.rf

      With --extents it lists the files of tablets that have rows outside those of their tablet: what a split leaves \
      behind, and what a merge would bring back. The tablets at the end are to be compacted before that.

        actool info --extents tables/2
        actool info --extents --metadata metadata.txt --table 2 --map hdfs://nn1/accumulo=/mnt/accumulo

      Exit status 1 when --check finds a file that is not sound, or --extents rows outside, 2 when a file cannot be read; the other files are \
      still shown.
      """)

  @Argument(help: ArgumentHelp("RFiles. With --extents: directories and files of tablet records.", valueName: "file"))
  var files: [String] = []

  @Flag(help: "Read every block and say whether the file is sound.")
  var check = false

  @Flag(help: "List the entries of the index, one for each data block and index block.")
  var index = false

  @Flag(help: "List what the table's summarizers counted: for each file, then for all files together.")
  var summaries = false

  @Option(help: "json or text. Default: text on a terminal, otherwise json.")
  var format: OutputFormat?

  @OptionGroup(title: "Extents") var extentOptions: ExtentOptions

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions

  func validate() throws {
    guard files.isEmpty == (extentOptions.metadata != nil) else {
      throw ValidationError(
        files.isEmpty ? "expected at least one file" : "--metadata does not go with directories and files")
    }
    guard extentOptions.extents else { return }
    try OptionConflict.refuse(
      [
        ("--check", check), ("--index", index), ("--summaries", summaries), ("--format", format != nil),
        ("--threads", threads.threads != nil),
      ], beside: "--extents")
  }

  func run() throws {
    if extentOptions.extents { return try runExtents() }
    let output = StandardOutput()
    let format = format ?? (StandardOutput.isTerminal ? .text : .json)
    var status = ExitStatus.done
    let pool = threads.makePool()
    let limit = try limitOptions.limit()
    var gathered: [[FileSummary]?] = []
    let map = mapOptions.mount()
    for (number, file) in files.enumerated() {
      let report = pool.occupy {
        FileReport(
          of: file, map: map, check: check, index: index, summaries: summaries, pool: pool, limit: limit)
      }
      if let traffic = report.traffic { Messages.write("actool info: \(report.file): \(traffic)") }
      if let problem = report.problem { Messages.write("actool info: \(problem.text)") }
      switch format {
      case .json: try output.write(report.json)
      case .text: try output.write(((number > 0 ? "\n" : "") + report.text).utf8)
      }
      try output.flush()
      if report.summary != nil { gathered.append(report.summaries) }
      // A file that could not be read outweighs one that is not sound.
      if report.status.code > status.code { status = report.status }
    }
    if summaries {
      let all = GatheredSummary.gather(gathered)
      try output.write(format == .json ? SummaryRecords.json(all) : Array(SummaryRecords.text(all).utf8))
      try output.flush()
    }
    if status != .done { throw status }
  }
}
