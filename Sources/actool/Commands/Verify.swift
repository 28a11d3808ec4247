internal import ArgumentParser
package import ContinuousIngest
import Files
import Glibc
import Records
import SystemPackage

/// `actool verify`
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Proves that no entry of a continuous ingest table was lost, or finds those that were.",
    discussion: """
      Prints each missing row that entries refer to, each corrupt entry, and a record of counts. Tablets are read as a \
      scan sees them. Counts are printed only when all of the input could be read.

        actool verify tables/2
        actool verify --offline saved/*.rf
        actool verify --partition 3/8 tables/2 > piece3
        actool verify --merge piece1 piece2 ... piece8

      Exit status: 0 nothing is missing or corrupt; 1 something is; 2 not everything could be read.
      """)

  @Argument(
    help: ArgumentHelp(
      "RFiles, tablet directories, table directories or exported tables. With --merge: the records of all pieces.",
      valueName: "path"))
  var paths: [String]

  @Flag(help: "The paths are RFiles that together form one tablet.") var offline = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Memory to use; what does not fit goes to the scratch directory. Default: a quarter of the machine's.",
      valueName: "SIZE"
    ))
  var memory: String?

  @Option(help: ArgumentHelp("The directory for scratch files. Default: TMPDIR, or /tmp.", valueName: "DIR"))
  var scratch: String?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions

  @Option(
    help: ArgumentHelp("Verify only slice i of n equal slices of the row space; i counts from 1.", valueName: "i/n"))
  var partition: VerifyPartition?

  @Flag(help: "Add up the records that --partition printed for each slice.") var merge = false
  @Flag(help: "Exit with status 2 if Accumulo's own verify would fail on an entry.") var strict = false
  @Flag(help: "Group the holes and say what each group suggests: a lost file, batch or range.") var explain = false

  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    _ = try limitOptions.limit(memory: Int64(memoryBytes()))
    if merge {
      let others = [
        ("--offline", offline), ("--partition", partition != nil), ("--explain", explain), ("--strict", strict),
        ("--memory", memory != nil), ("--scratch", scratch != nil), ("--threads", threads.threads != nil),
        ("--block-limit", limitOptions.size != nil),
      ]
      try OptionConflict.refuse(others + mapOptions.given + reporting.given, beside: "--merge")
    }
    if explain { try OptionConflict.refuse([("--partition", partition != nil)], beside: "--explain") }
  }

  func run() throws {
    Signals.install()
    merge ? try runMerge() : try runVerifier()
  }

  private func runMerge() throws {
    let output = RecordOutput()
    let report = try VerifyPieces(paths).merge { try output.write(line: $0) }
    try output.write { report.write(to: &$0) }
    try output.flush()
    try end(report)
  }

  private func runVerifier() throws {
    let limit = try limitOptions.limit(memory: Int64(memoryBytes()))
    let input = VerifyInput(paths, isOffline: offline, access: try .ofThisProcess(map: mapOptions.map, limit: limit))
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let verifier = Verifier(
      input,
      options: Verifier.Options(
        memory: try memoryBytes(), threads: threads.count, scratch: FilePath(scratch ?? temporary),
        partition: partition ?? VerifyPartition(), explains: explain, supply: TestFault.threads, limit: limit),
      stop: Signals.stop)
    let reporter = reporting.reporter(of: "verify")
    let start = SystemClock.steady()
    let report: VerifyReport
    do {
      report = try Background.run {
        let output = RecordOutput()
        let report = try verifier.run { finding in try output.write { finding.write(to: &$0) } }
        if report.problems.isEmpty { try output.write { report.write(to: &$0) } }
        try output.flush()
        return report
      } tick: {
        reporter.progress(
          WorkProgress(
            unit: "entries", done: verifier.progress.done, total: verifier.progress.total,
            elapsed: SystemClock.steady() - start))
      }
    } catch is Stopped {
      reporter.endProgress()
      throw ExitStatus.endedBySignal(Signals.stop.signal ?? SIGTERM)
    }
    try tell(report, reporter)
  }

  private func tell(_ report: VerifyReport, _ reporter: Reporter) throws {
    reporter.endProgress()
    for problem in report.problems { reporter.warn(problem) }
    if !report.problems.isEmpty {
      reporter.warn("not everything could be read, so nothing can be said about holes")
    }
    if report.strayNULs > 0 {
      let all = report.strayNULs == report.entries ? "all values end" : "\(report.strayNULs) values end"
      reporter.warn(
        "\(all) in a stray NUL, as written by ingest with test.ci.ingest.zipfian.enabled=false; Accumulo's own verify fails on them"
      )
    }
    if report.scratchBytes > 0 { reporter.say("\(report.scratchBytes) bytes of scratch") }
    if strict, report.failingEntries > 0 {
      reporter.warn("\(report.failingEntries) entries cannot be read by Accumulo's own verify (--strict)")
      throw ExitStatus.failed
    }
    try end(report)
  }

  private func end(_ report: VerifyReport) throws {
    if !report.problems.isEmpty { throw ExitStatus.failed }
    if !report.isHealthy { throw ExitStatus.found }
  }

  private func memoryBytes() throws -> Int {
    guard let memory else {
      let pages = max(sysconf(Int32(_SC_PHYS_PAGES)), 1 << 16)
      var limit = rlimit()
      let isLimited = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur < Int.max
      return min(pages * max(sysconf(Int32(_SC_PAGESIZE)), 4096), isLimited ? Int(limit.rlim_cur) : .max) / 4
    }
    return Int(try SizeArgument.bytes(memory, for: "--memory", atLeast: 1 << 20))
  }
}

extension VerifyPartition: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
