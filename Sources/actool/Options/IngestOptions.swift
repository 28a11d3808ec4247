internal import ArgumentParser
package import BlockFile
import ContinuousIngest

/// The table to generate, and the damage to do to it.
struct IngestOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The least number of entries; they are written in whole flushes. K, M and G are powers of 1000.", valueName: "N"))
  var entries: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Number of tablets, split at equal distances.", valueName: "T"))
  var tablets = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of files in each tablet, each from a time of its own.", valueName: "F"))
  var files = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Entries between two flushes of the client. Default: 1000000, or a 25th of --entries if that is less.",
      valueName: "N"))
  var flushEntries: Int64?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Visibilities to draw from, separated by commas.", valueName: "LIST"))
  var visibilities: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Upper bound of the column families, exclusive.", valueName: "N"))
  var maxCf = 32767

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Upper bound of the column qualifiers, exclusive.", valueName: "N"))
  var maxCq = 32767

  @Option(parsing: .unconditional, help: ArgumentHelp("The lowest row, as a number.", valueName: "N"))
  var rowMin: UInt64 = 0

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Upper bound of the rows, exclusive; at most 2^63.", valueName: "N"))
  var rowMax: UInt64 = (1 << 63) - 1

  @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Write checksums into the values.")
  var checksum = true

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The probability, 0 to 1, that the lists written together are deleted when they are complete.", valueName: "P"))
  var deleteProbability = 0.0

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Random bytes in values, from MIN to MAX of them, with a zipfian EXPONENT. Accumulo uses 0 10000 1.5.",
      valueName: "NUMBER"))
  var zipfian: [Double] = []

  @Option(help: "Codec of the files.") var codec = Codec.zstd
  @OptionGroup var threads: ThreadOptions
  @Option(parsing: .unconditional, help: ArgumentHelp("Memory for sorting.", valueName: "SIZE")) var memory =
    "256M"
  @Option(parsing: .unconditional, help: ArgumentHelp("Leave out N entries.", valueName: "N")) var lose = 0
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Change a digit in the checksum of N entries.", valueName: "N"))
  var corrupt = 0
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Leave out N whole flushes of the client.", valueName: "N"))
  var loseFlushes = 0
  @Flag(help: "Leave out a whole file.") var loseFile = false

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
      throw ValidationError("expected a number for --entries, with or without K, M or G, found '\(entries)'")
    }
    guard rowMin < rowMax, rowMax <= 1 << 63 else {
      throw ValidationError("expected --row-min below --row-max, and --row-max at most 2^63")
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
