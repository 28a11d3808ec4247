internal import ArgumentParser
package import BlockFile
import ContinuousIngest

/// What table to make, and what is to be wrong with it.
struct IngestOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Entries to write at least: whole flushes are written. K, M and G are thousands.", valueName: "N"))
  var entries: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Tablets, split at equal distances.", valueName: "T"))
  var tablets = 1

  @Option(parsing: .unconditional, help: ArgumentHelp("Files of each tablet, each from its own time.", valueName: "F"))
  var files = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Entries between two flushes of the client. Default: 1000000, or a 25th of --entries.", valueName: "N"))
  var flushEntries: Int64?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Visibilities to draw from, separated by commas.", valueName: "LIST"))
  var visibilities: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Column families are below it.", valueName: "N"))
  var maxCf = 32767

  @Option(parsing: .unconditional, help: ArgumentHelp("Column qualifiers are below it.", valueName: "N"))
  var maxCq = 32767

  @Option(parsing: .unconditional, help: ArgumentHelp("The lowest row, as a number.", valueName: "N"))
  var rowMin: UInt64 = 0

  @Option(parsing: .unconditional, help: ArgumentHelp("Rows are below it. Default: 2^63-1.", valueName: "N"))
  var rowMax: UInt64 = (1 << 63) - 1

  @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Checksums in the values.")
  var checksum = true

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The chance that a cycle of lists is deleted when it is written.", valueName: "P"))
  var deleteProbability = 0.0

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Random bytes in values: MIN, MAX and EXPONENT of their number. Accumulo: 0 10000 1.5.", valueName: "NUMBER"))
  var zipfian: [Double] = []

  @Option(help: "Codec of the files.") var codec = Codec.zstd
  @OptionGroup var threads: ThreadOptions
  @Option(parsing: .unconditional, help: ArgumentHelp("Memory for what is sorted.", valueName: "SIZE")) var memory =
    "256M"
  @Option(parsing: .unconditional, help: ArgumentHelp("Leaves out so many entries.", valueName: "N")) var lose = 0
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Changes a digit in the checksum of so many entries.", valueName: "N"))
  var corrupt = 0
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Leaves out so many whole flushes of the client.", valueName: "N"))
  var loseFlushes = 0
  @Flag(help: "Leaves out a whole file.") var loseFile = false

  func validate() throws {
    guard zipfian.isEmpty || zipfian.count == 3 else {
      throw ValidationError("expected MIN MAX EXPONENT for --zipfian")
    }
    if let problem = try settings(seed: 0).problem { throw ValidationError(problem) }
    _ = try memoryBytes()
  }

  func writerOptions() throws -> TableWriter.Options {
    var options = TableWriter.Options()
    (options.tablets, options.files, options.codec) = (tablets, files, codec)
    (options.threads, options.supply, options.memory) = (threads.count, TestFault.threads, try memoryBytes())
    return options
  }

  var damage: IngestDamage {
    var damage = IngestDamage()
    (damage.lost, damage.corrupted, damage.lostFlushes, damage.losesFile) = (lose, corrupt, loseFlushes, loseFile)
    return damage
  }

  func settings(seed: UInt64) throws -> IngestSettings {
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
    Int(try SizeArgument.bytes(memory, for: "--memory", atLeast: 1 << 20))
  }
}

extension Codec: ExpressibleByArgument {}
