import ArgumentParser
import BlockFile
import Compaction
import Files
import Records
import Settings
import SystemPackage
import TabletStore

/// `actool split`
struct Split: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Cuts RFiles at rows into one file for each tablet, or proposes where to split.",
    discussion: """
      --rows and --size write one file for each part of the rows that has entries. Several files become one for each \
      part. Every entry is written as it is; blocks that need no cutting are copied. A row belongs to the part that it \
      ends, as in a tablet. The output directory appears whole or not at all.

      --propose reads only the indexes, and prints parts of about the same size; with --format text the rows as \
      createtable -sf and addsplits -sf read them in Accumulo's shell, with --base64 for their -b64.

        actool split --propose 16 --format text F*.rf > splits.txt
        actool split --rows splits.txt --output parts F*.rf
        actool split --size 1G --output parts F*.rf
      """)

  @Argument(help: ArgumentHelp("RFiles.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp("Cut at the rows in a file, one a line, as Accumulo's shell reads them.", valueName: "FILE"))
  var rows: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Cut into parts of about this size; bytes of data blocks, as stored.", valueName: "SIZE"))
  var size: String?

  @Option(help: ArgumentHelp("Write no file: propose rows that split the files into this many parts.", valueName: "N"))
  var propose: Int?

  @Option(name: .shortAndLong, help: ArgumentHelp("The new directory for the parts.", valueName: "DIR"))
  var output: String?

  @Option(help: "With --propose: json, a record for each part, or text, the rows. Default: json.")
  var format: OutputFormat?

  @Flag(help: "Rows in base64, in the file of --rows or as --format text prints them.")
  var base64 = false

  @OptionGroup var levelOption: LevelOption

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup(title: "Settings") var settings: ConfigurationOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("expected the RFiles to split") }
    let ways = [("--rows", rows != nil), ("--size", size != nil), ("--propose", propose != nil)].filter(\.1)
    guard ways.count == 1 else { throw ValidationError("expected one of --rows, --size and --propose") }
    if let propose {
      guard 1...1_000_000 ~= propose else {
        throw ValidationError("expected 1 to 1000000 for --propose, found \(propose)")
      }
      try OptionConflict.refuse(
        [("--output", output != nil), ("--level", levelOption.given != nil)] + settings.given, beside: "--propose")
    } else {
      guard output != nil else { throw ValidationError("\(ways[0].0) needs --output") }
      try OptionConflict.refuse([("--format", format != nil)], beside: ways[0].0)
    }
    guard !base64 || rows != nil || format == .text else {
      throw ValidationError("--base64 goes with --rows or with --format text")
    }
    _ = try partSize()
  }

  private func partSize() throws -> Int64? { try size.map { try SizeArgument.bytes($0, for: "--size") } }

  func run() throws {
    let limit = try limitOptions.limit()
    let map = mapOptions.mount()
    let paths = try files.map { try map.path(of: $0) }
    if let propose {
      let weights = try IndexWeights(of: paths.map(\.string), loader: BlockLoader(limit: limit))
      let parts = weights.parts(propose, readable: true)
      if parts.count < propose { Messages.write("actool split: there are rows for \(parts.count) parts only") }
      return try SplitRecords.write(parts, asRows: format == .text, isBase64: base64)
    }
    let rows = try rows.map { try SplitsFile.rows(in: FileText.bytes($0), isBase64: base64, source: $0) }
    let access = try DirectoryAccess.ofThisProcess(map: map, disk: TestFault.disk())
    try cut(paths, at: rows ?? proposal(for: paths, limit), limit, access)
  }

  /// Rows that make parts of `--size`.
  private func proposal(for paths: [FilePath], _ limit: BlockLimit) throws -> [[UInt8]] {
    guard let size = try partSize() else { return [] }
    let weights = try IndexWeights(of: paths.map(\.string), loader: BlockLoader(limit: limit))
    let count = min((weights.size - 1) / size + 1, 1_000_000)
    return weights.parts(Int(max(count, 1))).compactMap(\.endRow)
  }

  private func cut(_ paths: [FilePath], at rows: [[UInt8]], _ limit: BlockLimit, _ access: DirectoryAccess) throws {
    guard let output else { return }
    Signals.install()
    let splitter = try LevelOption.checking {
      try FileSplitter(
        settings.configuration().settings(), files: paths.count, level: levelOption.level, disk: access.disk,
        pool: threads.makePool(), limit: limit)
    }
    let conditions = RunConditions(access: access, stop: Signals.stop, clock: SystemClock.steady)
    do {
      let parts = try OutputMerge(conditions: conditions).make(FilePath(output)) { directory, pulse in
        try splitter.split(paths, at: rows, into: directory, pulse: pulse) { Messages.write("actool split: \($0)") }
      }
      try SplitRecords.write(parts, in: FilePath(output))
    } catch let stopped as Stopped {
      throw ExitStatus.endedBySignal(stopped.signal)
    }
  }
}
