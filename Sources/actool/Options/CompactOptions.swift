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
      "Run only the jobs of this executor: i.cs1.small, e.DCQ1, only the last part, or in 4.0 the group. Repeatable. Default: all jobs.",
      valueName: "NAME"))
  var executors: [String] = []

  @Option(
    name: .customLong("queue"), parsing: .singleValue,
    help: ArgumentHelp(
      "Run only the jobs of this external queue, in 4.0 of this group. Repeatable; adds to --executor.",
      valueName: "NAME"))
  var queues: [String] = []

  @Flag(help: "With --executor or --queue: exit status 0 even when none of the jobs is for them.")
  var allowEmpty = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Memory for all running jobs together; a job that needs more runs alone. Default: 256M.", valueName: "SIZE"))
  var memory: String?

  @Option(
    name: .customLong("rate-limit"), parsing: .unconditional,
    help: ArgumentHelp(
      "Limit in bytes per second for all jobs together, for reading and for writing each. Default: no limit.",
      valueName: "SIZE"))
  var rateLimit: String?

  @Flag(
    name: .customLong("no-reuse"),
    help: "Compress every block again, even input blocks that would not change. A number for --level implies it.")
  var noReuse = false

  enum Certify: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }
  @Option(
    help: ArgumentHelp(
      "Sum a hash of every entry read, dropped and written, compare the sums with each other and with what the output "
        + "holds, and print them in the result as its certificate. Default: on."))
  var certify: Certify?

  @Flag(
    help: ArgumentHelp(
      "Merge damaged files whose column families are not those of their lists, with a warning; else such a job fails and "
        + "its inputs stay. Keys out of order always fail a job."))
  var acceptUnsound = false

  @Flag(help: "Print the jobs that would run, in order, and change nothing.")
  var dryRun = false

  @Flag(help: "Leave replaced files in their directories; they are no longer part of the tablet.")
  var keepInputs = false

  @Flag(help: "Use Accumulo's defaults for tables whose properties are not given.")
  var defaultProperties = false

  @Flag(
    help: ArgumentHelp(
      "Compact tablets even in a directory that a live Accumulo may own, or on a mount whose locks do not hold between "
        + "hosts (NFS with nolock, Lustre without flock)."))
  var force = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long a job waits for files that another process is compacting, before it fails. Default: 0s.",
      valueName: "TIME"))
  var wait: String?

  @Flag(
    help: "Begin jobs although their inputs have more bytes than are free on the disk: the outputs will be smaller.")
  var noSpaceCheck = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Make checkpoints, so that of a killed job at most so many bytes of the output, and about 30 s, are lost: the same "
        + "job goes on from the last one. off: none is made or used. Default: 64M.", valueName: "SIZE|off"))
  var checkpoint: String?

  @Flag(help: "Begin every job at its start, even where a killed process left a checkpoint.")
  var noResume = false

  @Flag(help: "Print a summary record at the end.")
  var summary = false

  func validate() throws {
    _ = try (memoryBytes(), bytesPerSecond(), waitingTime(), checkpointPlan())
    for (name, values) in [("--executor", executors), ("--queue", queues)] where values.contains("") {
      throw ValidationError("expected a name for \(name), found nothing")
    }
    guard !allowEmpty || !executors.isEmpty || !queues.isEmpty else {
      throw ValidationError("--allow-empty goes with --executor or --queue")
    }
  }

  var certifies: Bool { certify != .off }

  func limit() throws -> BlockLimit { try limitOptions.limit(memory: memoryBytes()) }

  /// The options about jobs and tablets, and whether each was given.
  var givenForJobs: [(name: String, isGiven: Bool)] {
    [
      ("--executor", !executors.isEmpty), ("--queue", !queues.isEmpty), ("--allow-empty", allowEmpty),
      ("--dry-run", dryRun), ("--keep-inputs", keepInputs), ("--default-properties", defaultProperties),
      ("--force", force), ("--wait", wait != nil), ("--no-space-check", noSpaceCheck),
      ("--checkpoint", checkpoint != nil), ("--no-resume", noResume),
    ]
  }

  /// The options about any merge, and whether each was given.
  var givenForMerges: [(name: String, isGiven: Bool)] {
    [
      ("--threads", threads.threads != nil), ("--memory", memory != nil), ("--block-limit", limitOptions.size != nil),
      ("--rate-limit", rateLimit != nil), ("--no-reuse", noReuse), ("--certify", certify != nil),
      ("--accept-unsound", acceptUnsound),
      ("--summary", summary),
    ]
  }

  var selection: JobSelection { JobSelection(executors: executors, queues: queues) }

  /// The jobs of `all` that were asked for; with a message when `all` has jobs but none was.
  func select(from all: [CompactionJob]) -> (jobs: [CompactionJob], problem: String?) {
    let selected = all.filter(selection.contains)
    guard selected.isEmpty, !all.isEmpty, !allowEmpty else { return (selected, nil) }
    let wanted = (executors.map { "--executor \($0)" } + queues.map { "--queue \($0)" }).joined(separator: " or ")
    let named = Set(all.map { $0.group ?? ($0.executor.isEmpty ? "none" : $0.executor) }).sorted().joined(
      separator: ", ")
    return ([], "none of \(all.count) jobs is for \(wanted); the jobs name \(named)")
  }

  func conditions(_ access: DirectoryAccess) throws -> RunConditions {
    var conditions = RunConditions(
      access: access, stop: Signals.stop, limit: try bytesPerSecond().map { RateLimit(bytesPerSecond: $0) },
      keepsInputs: keepInputs, isForced: force, wait: try waitingTime(), checksSpace: !noSpaceCheck,
      supply: TestFault.threads, clock: SystemClock.steady)
    conditions.checkpoints = try checkpointPlan()
    return conditions
  }

  private func checkpointPlan() throws -> CheckpointPlan? {
    guard checkpoint != "off" else { return nil }
    let bytes = try checkpoint.map { try SizeArgument.bytes($0, for: "--checkpoint") }
    return CheckpointPlan(bytes: bytes ?? CheckpointPlan.defaultBytes, resumes: !noResume)
  }

  /// Runs as many jobs at the same time as there are threads.
  func runner(_ conditions: RunConditions) throws -> JobRunner {
    JobRunner(conditions, threads: threads.count, memory: try memoryBytes())
  }

  private func waitingTime() throws -> Duration {
    .milliseconds(try wait.map { try TimeArgument.milliseconds($0, for: "--wait", atLeast: 0) } ?? 0)
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
      "Merge the files into this new file, without a tablet or a plan; the inputs stay.", valueName: "OUT.rf"))
  var output: String?

  @Flag(help: "With --output: keep delete markers.")
  var propagateDeletes = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --output: the first row to keep, inclusive, as Accumulo's shell prints it.", valueName: "ROW"))
  var startRow: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("With --output: the last row to keep, inclusive.", valueName: "ROW"))
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
    _ = try RowRange.between(rows.start, and: rows.end)
  }

  var rows: RowRange {
    RowRange(from: startRow.flatMap { ByteText.decode($0) }, through: endRow.flatMap { ByteText.decode($0) })
  }
}
