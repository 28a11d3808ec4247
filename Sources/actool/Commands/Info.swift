import ArgumentParser
import BlockFile

/// `actool info`
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tells what RFiles hold.",
    discussion: """
      Versions, codec, locality groups with their column families, first and last key, entries, blocks and their sizes, index levels, \
      meta blocks. With --check every block is read and compared with all that the file says of itself: status 1 when a file is not \
      sound, and the others are looked at all the same.

        actool info --check tables/2/*/*.rf
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case json
    case text
  }

  @Argument(help: ArgumentHelp("RFiles.", valueName: "file"))
  var files: [String]

  @Flag(help: "Read every block and tell whether the file is sound.")
  var check = false

  @Flag(help: "List the entries of the index: one for each data block and index block.")
  var index = false

  @Option(help: "json or text. Default: text on a terminal, else json.")
  var format: Format?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions

  func run() throws {
    let output = StandardOutput()
    let format = format ?? (StandardOutput.isTerminal ? .text : .json)
    var status = ExitStatus.done
    let pool = threads.makePool()
    let limit = try limitOptions.limit()
    for (number, file) in files.enumerated() {
      let report = pool.occupy {
        FileReport(of: file, map: mapOptions.map, check: check, index: index, pool: pool, limit: limit)
      }
      if let problem = report.problem { Messages.write("actool info: \(problem.text)") }
      switch format {
      case .json: try output.write(report.json)
      case .text: try output.write(((number > 0 ? "\n" : "") + report.text).utf8)
      }
      try output.flush()
      // A file that could not be looked at outweighs one that is not sound.
      if report.status.code > status.code { status = report.status }
    }
    if status != .done { throw status }
  }
}
