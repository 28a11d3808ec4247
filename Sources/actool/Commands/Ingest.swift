internal import ArgumentParser
package import BlockFile
import Compaction
import ContinuousIngest
import Files
import Glibc
import Records
import Settings
import SystemPackage
import TabletStore

/// `actool ingest`
struct Ingest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Makes a table of linked lists, as Accumulo's continuous ingest writes them.",
    discussion: """
      Lists of 25 nodes are written side by side, one node of each between two flushes, with random rows. Each points to the one \
      before it, so what is lost later leaves a reference to a row that is not there: actool verify finds it.

      --lose, --corrupt, --lose-flushes and --lose-file damage the table on purpose; --truth says what was done.

        actool ingest --output tables/2 --entries 10M --tablets 4 --files 3 --seed 1
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The table directory to make. It must not exist.", valueName: "DIR"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Entries to write at least: whole flushes are written. K, M and G are thousands.", valueName: "N"))
  var entries: String

  @Option(help: ArgumentHelp("Tablets, split at equal distances.", valueName: "T"))
  var tablets = 1

  @Option(help: ArgumentHelp("Files of each tablet, each from its own time.", valueName: "F"))
  var files = 1

  @Option(
    help: ArgumentHelp(
      "Entries between two flushes of the client. Default: 1000000, or a 25th of --entries.", valueName: "N"))
  var flushEntries: Int64?

  @Option(help: ArgumentHelp("Visibilities to draw from, separated by commas.", valueName: "LIST"))
  var visibilities: String?

  @Option(help: ArgumentHelp("Column families are below it.", valueName: "N"))
  var maxCf = 32767

  @Option(help: ArgumentHelp("Column qualifiers are below it.", valueName: "N"))
  var maxCq = 32767

  @Option(help: ArgumentHelp("The lowest row, as a number.", valueName: "N"))
  var rowMin: UInt64 = 0

  @Option(help: ArgumentHelp("Rows are below it. Default: 2^63-1.", valueName: "N"))
  var rowMax: UInt64 = (1 << 63) - 1

  @Flag(inversion: .prefixedNo, help: "Checksums in the values.")
  var checksum = true

  @Option(help: ArgumentHelp("The chance that a cycle of lists is deleted when it is written.", valueName: "P"))
  var deleteProbability = 0.0

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Random bytes in values: MIN, MAX and EXPONENT of their number. Accumulo: 0 10000 1.5.", valueName: "NUMBER"))
  var zipfian: [Double] = []

  @Option(help: "none, gz or zstd.") var codec = Codec.zstd
  @Option(help: "The same seed gives the same bytes. Default: a random one.") var seed: UInt64?
  @OptionGroup var threads: ThreadOptions
  @Option(help: ArgumentHelp("Memory for what is sorted.", valueName: "SIZE")) var memory = "256M"
  @Option(help: ArgumentHelp("Leaves out so many entries.", valueName: "N")) var lose = 0
  @Option(help: ArgumentHelp("Changes a digit in the checksum of so many entries.", valueName: "N")) var corrupt = 0
  @Option(help: ArgumentHelp("Leaves out so many whole flushes of the client.", valueName: "N")) var loseFlushes = 0
  @Flag(help: "Leaves out a whole file.") var loseFile = false
  @Option(
    help: ArgumentHelp("Writes records of what was left out and damaged. Default: OUTPUT.truth.", valueName: "FILE"))
  var truth: String?

  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    guard zipfian.isEmpty || zipfian.count == 3 else {
      throw ValidationError("expected MIN MAX EXPONENT for --zipfian")
    }
    if let problem = try settings(seed: 0).problem { throw ValidationError(problem) }
    _ = try memoryBytes()
  }

  func run() throws {
    Signals.install()
    let reporter = reporting.reporter(of: "ingest")
    let path = FilePath(output).lexicallyNormalized()
    var options = TableWriter.Options()
    (options.tablets, options.files, options.codec) = (tablets, files, codec)
    (options.threads, options.supply) = (threads.count, TestFault.threads)
    options.memory = try memoryBytes()
    let chosen = seed ?? UInt64.random(in: 0..<1 << 53)
    let writer: TableWriter
    do {
      writer = try TableWriter(
        try settings(seed: chosen), options: options, damage: damage, access: try .ofThisProcess(map: FileMap()),
        stop: Signals.stop)
    } catch let error as IngestError { throw ValidationError("\(error)") }

    let written: (result: TableWriter.Result, truth: JSONLine)
    do {
      written = try Background.run {
        var line = JSONLine()
        let result = try writer.write(to: path) { $0.write(to: &line) }
        return (result, line)
      } tick: {
        reporter.progress([
          (name: "operations", value: writer.progress.done), (name: "of", value: writer.progress.total),
        ])
      }
    } catch is Stopped {
      throw ExitStatus.endedBySignal(Signals.stop.signal ?? SIGTERM)
    }
    if damage != IngestDamage() || truth != nil {
      let file = FilePath(truth ?? path.string + ".truth")
      try Disk().replace(file, with: written.truth.bytes, temporary: FilePath(file.string + ".new"))
    }
    let result = written.result
    reporter.say("\(output): \(result.entries) entries in \(result.files) files, \(result.bytes) bytes, seed \(chosen)")
  }

  private var damage: IngestDamage {
    var damage = IngestDamage()
    (damage.lost, damage.corrupted, damage.lostFlushes, damage.losesFile) = (lose, corrupt, loseFlushes, loseFile)
    return damage
  }

  private func settings(seed: UInt64) throws -> IngestSettings {
    guard let count = Self.count(entries) else {
      throw ValidationError("expected a number for --entries, perhaps with K, M or G, found '\(entries)'")
    }
    guard rowMin < rowMax, rowMax <= 1 << 63 else {
      throw ValidationError("expected --row-min below --row-max, and that at most 2^63")
    }
    var settings = IngestSettings(entries: count, flushEntries: flushEntries, seed: seed)
    settings.visibilities = IngestSettings.visibilities(visibilities)
    (settings.maxFamily, settings.maxQualifier, settings.hasChecksum) = (maxCf, maxCq, checksum)
    settings.deleteProbability = deleteProbability
    settings.rows = rowMin..<rowMax
    if zipfian.count == 3, let minimum = Int(exactly: zipfian[0]), let maximum = Int(exactly: zipfian[1]) {
      settings.zipfian = .init(minimum: minimum, maximum: maximum, exponent: zipfian[2])
    } else if !zipfian.isEmpty {
      throw ValidationError("expected whole numbers MIN and MAX and an EXPONENT for --zipfian")
    }
    return settings
  }

  /// `10M` is ten million.
  private static func count(_ text: String) -> Int64? {
    let factor: Int64? =
      switch text.last {
      case "K": 1000
      case "M": 1_000_000
      case "G": 1_000_000_000
      default: nil
      }
    guard let number = Int64(factor == nil ? text[...] : text.dropLast()), number > 0 else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor ?? 1)
    return overflow ? nil : product
  }

  private func memoryBytes() throws -> Int {
    do {
      let size = try ConfigurationValue.size(memory)
      guard size >= 1 << 20 else { throw ValidationError("expected at least 1M") }
      return Int(size)
    } catch { throw ValidationError("--memory: \(error)") }
  }
}

extension TableWriter.Truth {
  fileprivate func write(to line: inout JSONLine) {
    switch self {
    case .lost(let key, let count):
      line.record("lost") { line in
        line.fields(of: key)
        line.field("count", count)
      }
    case .corrupted(let key, let count, let file):
      line.record("corrupted") { line in
        line.fields(of: key)
        line.field("count", count)
        line.field("file", file)
      }
    case .lostFlush(let counts):
      line.record("lostFlush") { line in
        line.field("firstCount", counts.lowerBound)
        line.field("lastCount", counts.upperBound)
      }
    case .lostFile(let file, let entries):
      line.record("lostFile") { line in
        line.field("file", file)
        line.field("entries", entries)
      }
    }
  }
}

extension Codec: ExpressibleByArgument {}
