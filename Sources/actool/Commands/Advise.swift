import ArgumentParser
import BlockFile
import Compaction
import Files
import SystemPackage
import TabletStore

/// `actool advise`
struct Advise: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Says which codec, level and block size suit the data of RFiles, from a sample of their blocks.",
    discussion: """
      Takes runs of blocks from everywhere in the files, writes their entries with every codec, level and size of data \
      blocks, and reads them back, all in memory and on one core. Prints for each what all files together would come to: \
      bytes, CPU time to write and to read, and what the lookup of one row reads. Then it names the choice for each use, \
      with the lines for Accumulo's shell:

        smallest   the fewest bytes
        scan       the least time to read everything, from the disks and in CPU time
        lookup     the least time to read one data block and decode half of it
        ingest     the least time to write everything once and to compact it once

      The bytes are the same on every run; times vary by a few percent. What a compaction would drop (old versions, \
      deletes) is counted as if it stayed, and so is what overlapping files would save by being merged.

        actool advise tables/2/*/*.rf
        actool advise --codecs gz,zstd --levels auto,3,19 --block-sizes 64K,256K --sample 64M F1.rf
        actool advise --format json F*.rf | grep '"use":"smallest"'
      """)

  @Argument(help: ArgumentHelp("RFiles.", valueName: "file"))
  var files: [String]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Bytes of data, uncompressed, to take from the files; the command uses about four times as much memory. Default: "
        + "16M.", valueName: "SIZE"))
  var sample = "16M"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Codecs to try, separated by commas. Default: \(Codec.names).", valueName: "NAMES"))
  var codecs: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Levels to try, separated by commas, as for compact --level; each codec is tried with those that it has, or with "
        + "auto. Default: auto,9.", valueName: "LEVELS"))
  var levels = "auto,9"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sizes of data blocks to try, in bytes before compression, separated by commas. Default: 32K,100K,256K,1M; "
        + "Accumulo's own is 100K.", valueName: "SIZES"))
  var blockSizes = "32K,100K,256K,1M"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Bytes a second that one reader or writer gets from the disks: what weighs bytes against CPU time. Default: 200M.",
      valueName: "RATE"))
  var diskRate = "200M"

  @Option(
    help: "json, a record for each choice and use, or text, a table. Default: text on a terminal, otherwise json.")
  var format: OutputFormat?

  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("expected the RFiles to look at") }
    _ = try (choices(), sampleSize(), rate())
  }

  func run() throws {
    let map = mapOptions.mount()
    let paths = try files.map { try map.path(of: $0).string }
    let reporter = reporting.reporter(of: "advise")
    let start = SystemClock.steady()
    defer { reporter.endProgress() }
    let advice = try StorageAdvice(
      on: paths, choices: choices(), sampleSize: sampleSize(), diskRate: Double(rate()),
      loader: BlockLoader(limit: limitOptions.limit()), clock: SystemClock.threadTime
    ) { done, all in
      reporter.progress(
        WorkProgress(
          unit: "trials", done: Int64(done), total: Int64(all), elapsed: SystemClock.steady() - start))
    }
    reporter.endProgress()
    let output = RecordOutput()
    try output.flushing {
      switch format ?? (StandardOutput.isTerminal ? .text : .json) {
      case .json: try AdviceRecords.write(advice, to: output)
      case .text: try output.write(AdviceTable(advice: advice, paths: paths).text)
      }
    }
  }

  private func sampleSize() throws -> Int64 { try SizeArgument.bytes(sample, for: "--sample") }

  private func rate() throws -> Int64 { try SizeArgument.bytes(diskRate, for: "--disk-rate") }

  private func choices() throws -> [StorageChoice] {
    let codecs = try codecs.map { try Self.list($0, of: "--codecs", Self.codec) } ?? Codec.allCases
    let levels = try Self.list(levels, of: "--levels") { text in
      guard let level = CompressionLevel(text), Codec.allCases.contains(where: { level.problem(with: $0) == nil })
      else {
        throw ValidationError("expected auto, fast or a number for --levels, found '\(text)'")
      }
      return level
    }
    let sizes = try Self.list(blockSizes, of: "--block-sizes") { text in
      let size = try SizeArgument.bytes(text, for: "--block-sizes")
      guard size < Int64(Int32.max) else {
        throw ValidationError("--block-sizes: expected less than \(Int32.max) bytes, found \"\(text)\"")
      }
      return Int(size)
    }
    return StorageChoice.all(codecs: codecs, levels: levels, blockSizes: sizes)
  }

  private static func codec(_ name: String) throws -> Codec {
    guard let codec = Codec(rawValue: name) else { throw ValidationError("--codecs: \(Codec.refusal(of: name))") }
    return codec
  }

  /// Each value once, in the order given.
  private static func list<Value: Hashable>(
    _ text: String, of option: String, _ parse: (String) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard !part.isEmpty else {
        throw ValidationError("\(option): expected values separated by commas, found '\(text)'")
      }
      let value = try parse(String(part))
      if !values.contains(value) { values.append(value) }
    }
    return values
  }
}
