import ArgumentParser
import BlockFile
import Compaction
import Entries
import Settings
import TabletStore

/// Which jobs to run, and how.
struct JobOptions: ParsableArguments {
  @Option(
    name: .customLong("executor"), parsing: .singleValue,
    help: ArgumentHelp(
      "Runs only jobs of this executor: i.cs1.small, e.DCQ1, or the last part. Repeatable; default: all jobs.",
      valueName: "NAME"))
  var executors: [String] = []

  @Option(
    name: .customLong("queue"), parsing: .singleValue,
    help: ArgumentHelp("Runs only jobs of this external queue. Repeatable, adds to --executor.", valueName: "NAME"))
  var queues: [String] = []

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions

  @Option(
    help: ArgumentHelp("Memory for all running jobs together; one job runs whatever it needs.", valueName: "SIZE"))
  var memory = "256M"

  @Option(
    name: .customLong("rate-limit"),
    help: ArgumentHelp("Bytes per second to read, and as many to write, for all jobs together.", valueName: "SIZE"))
  var rateLimit: String?

  @Flag(
    name: .customLong("no-reuse"),
    help: "Compresses every block again, also those of an input that nothing would change. So does --level.")
  var noReuse = false

  @Flag(help: "Tells what would be done, and does nothing: prints the jobs that would run, in their order.")
  var dryRun = false

  @Flag(help: "Leaves replaced files in their directories; they are no longer part of the tablet.")
  var keepInputs = false

  @Flag(help: "Accepts Accumulo's defaults for tables whose properties nobody gave.")
  var defaultProperties = false

  @Flag(help: "Compacts tablets in a directory that a live Accumulo may own.")
  var force = false

  @Flag(help: "Prints a summary record at the end.")
  var summary = false

  func validate() throws {
    for (name, text) in [("--memory", memory), ("--rate-limit", rateLimit ?? "1")] {
      do {
        guard try ConfigurationValue.size(text) > 0 else { throw ValidationError("expected more than 0") }
      } catch { throw ValidationError("\(name): \(error)") }
    }
  }

  func limit() throws -> BlockLimit { try limitOptions.limit(memory: try ConfigurationValue.size(memory)) }

  var selection: JobSelection { JobSelection(executors: executors, queues: queues) }

  /// As many jobs at once as there are threads.
  func runner(_ access: DirectoryAccess) throws -> JobRunner {
    let limit = try rateLimit.map { RateLimit(bytesPerSecond: try ConfigurationValue.size($0)) }
    return JobRunner(
      RunConditions(
        access: access, stop: Signals.stop, limit: limit, keepsInputs: keepInputs, isForced: force,
        supply: TestFault.threads, clock: steadyTime),
      threads: threads.count,
      memory: try ConfigurationValue.size(memory))
  }
}

/// Merging files into one, without a tablet.
struct MergeOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Merges the files into a new one of this name: no tablet, no plan, inputs stay.", valueName: "OUT.rf"))
  var output: String?

  @Flag(help: "With --output: keeps delete markers.")
  var propagateDeletes = false

  @Option(help: ArgumentHelp("With --output: the first row to take, as Accumulo's shell prints it.", valueName: "ROW"))
  var startRow: String?

  @Option(help: ArgumentHelp("With --output: the last row to take.", valueName: "ROW"))
  var endRow: String?

  func validate() throws {
    guard output != nil || (!propagateDeletes && startRow == nil && endRow == nil) else {
      throw ValidationError("--propagate-deletes, --start-row and --end-row go with --output")
    }
    for (name, row) in [("--start-row", startRow), ("--end-row", endRow)] {
      if let row, ByteText.decode(row) == nil {
        throw ValidationError("expected \\\\ or \\xHH after a backslash in \(name), found '\(row)'")
      }
    }
  }

  var rows: RowRange {
    RowRange(from: startRow.flatMap { ByteText.decode($0) }, through: endRow.flatMap { ByteText.decode($0) })
  }
}
