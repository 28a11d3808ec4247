import ArgumentParser
import BlockFile
import Compaction
import Entries
import Files
import Records
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

  @Flag(help: "With --executor and --queue: status 0 even when there are jobs, and none of them is for these.")
  var allowEmpty = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Memory for all running jobs together; one job runs whatever it needs. Default: 256M.", valueName: "SIZE"))
  var memory: String?

  @Option(
    name: .customLong("rate-limit"), parsing: .unconditional,
    help: ArgumentHelp("Bytes per second to read, and as many to write, for all jobs together.", valueName: "SIZE"))
  var rateLimit: String?

  @Flag(
    name: .customLong("no-reuse"),
    help: "Compresses every block again, also those of an input that nothing would change. So does --level.")
  var noReuse = false

  enum Certify: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }
  @Option(
    help: ArgumentHelp(
      "Sums a hash of every entry that is read, dropped and written, compares the sums with each other and with what the "
        + "output holds, and prints them in the result as its certificate. Default: on."))
  var certify: Certify?

  @Flag(
    help: ArgumentHelp(
      "Merges damaged files that can still be read, with a warning: their families are not those of their lists. Without it "
        + "such a job fails and its inputs stay."))
  var acceptUnsound = false

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
    _ = try (memoryBytes(), bytesPerSecond())
    guard !allowEmpty || !executors.isEmpty || !queues.isEmpty else {
      throw ValidationError("--allow-empty goes with --executor or --queue")
    }
  }

  var certifies: Bool { certify != .off }

  func limit() throws -> BlockLimit { try limitOptions.limit(memory: memoryBytes()) }

  /// What is given of the options that are about jobs and tablets.
  var givenForJobs: [(name: String, isGiven: Bool)] {
    [
      ("--executor", !executors.isEmpty), ("--queue", !queues.isEmpty), ("--allow-empty", allowEmpty),
      ("--dry-run", dryRun), ("--keep-inputs", keepInputs), ("--default-properties", defaultProperties),
      ("--force", force),
    ]
  }

  /// What is given of the options that are about any merge.
  var givenForMerges: [(name: String, isGiven: Bool)] {
    [
      ("--threads", threads.threads != nil), ("--memory", memory != nil), ("--block-limit", limitOptions.size != nil),
      ("--rate-limit", rateLimit != nil), ("--no-reuse", noReuse), ("--certify", certify != nil),
      ("--accept-unsound", acceptUnsound),
      ("--summary", summary),
    ]
  }

  var selection: JobSelection { JobSelection(executors: executors, queues: queues) }

  /// The jobs of `all` that are asked for; with a message when there are some and none is.
  func select(from all: [CompactionJob]) -> (jobs: [CompactionJob], problem: String?) {
    let selected = all.filter(selection.contains)
    guard selected.isEmpty, !all.isEmpty, !allowEmpty else { return (selected, nil) }
    let wanted = (executors.map { "--executor \($0)" } + queues.map { "--queue \($0)" }).joined(separator: " or ")
    let named = Set(all.map { $0.executor.isEmpty ? "none" : $0.executor }).sorted().joined(separator: ", ")
    return ([], "none of \(all.count) jobs is for \(wanted); the jobs name \(named)")
  }

  func conditions(_ access: DirectoryAccess) throws -> RunConditions {
    RunConditions(
      access: access, stop: Signals.stop, limit: try bytesPerSecond().map { RateLimit(bytesPerSecond: $0) },
      keepsInputs: keepInputs, isForced: force,
      supply: TestFault.threads, clock: SystemClock.steady)
  }

  /// As many jobs at once as there are threads.
  func runner(_ conditions: RunConditions) throws -> JobRunner {
    JobRunner(conditions, threads: threads.count, memory: try memoryBytes())
  }

  private func memoryBytes() throws -> Int64 { try SizeArgument.bytes(memory ?? "256M", for: "--memory") }

  private func bytesPerSecond() throws -> Int64? {
    try rateLimit.map { try SizeArgument.bytes($0, for: "--rate-limit") }
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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --output: the first row to take, as Accumulo's shell prints it.", valueName: "ROW"))
  var startRow: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("With --output: the last row to take.", valueName: "ROW"))
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
