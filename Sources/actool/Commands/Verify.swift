internal import ArgumentParser
package import ContinuousIngest
import Files
import Glibc
import Records
import Settings
import SystemPackage

/// `actool verify`
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Proves that no entry of a continuous ingest table was lost, or tells which.",
    discussion: """
      Prints each row that entries refer to and that is not there, each corrupt entry, and a record of counts. Tablets are read \
      as a scan sees them. An answer is given only when everything could be looked at.

        actool verify tables/2
        actool verify --offline saved/*.rf
        actool verify --partition 3/8 tables/2 > piece3
        actool verify --merge piece1 piece2 ... piece8

      Status: 0 nothing is missing or corrupt; 1 something is; 2 it could not look at everything.
      """)

  @Argument(help: ArgumentHelp("RFiles, tablet directories, table directories.", valueName: "path"))
  var paths: [String]

  @Flag(help: "The paths are files and together one tablet.") var offline = false

  @Option(
    help: ArgumentHelp(
      "Memory; what does not fit goes to the scratch directory. Default: a quarter of the machine's.", valueName: "SIZE"
    ))
  var memory: String?

  @Option(help: ArgumentHelp("Where scratch files are made. Default: TMPDIR, or /tmp.", valueName: "DIR"))
  var scratch: String?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions

  @Option(help: ArgumentHelp("Verifies one of n slices of the row space; i from 1.", valueName: "i/n"))
  var partition: VerifyPartition?

  @Flag(help: "The paths are the records of all slices: adds them up.") var merge = false
  @Flag(help: "An entry on which Accumulo's own verify fails ends in status 2.") var strict = false
  @Flag(help: "Groups the holes and says what each group suggests.") var explain = false

  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    _ = try limitOptions.limit(memory: Int64(memoryBytes()))
    guard !merge || (!offline && partition == nil && !explain && !strict) else {
      throw ValidationError("--merge goes with none of --offline, --partition, --explain and --strict")
    }
    guard !explain || partition == nil else {
      throw ValidationError("--explain looks at all rows; it does not go with --partition")
    }
  }

  func run() throws {
    Signals.install()
    if merge { return try end(VerifyPieces(paths).merge(into: StandardOutput())) }
    let limit = try limitOptions.limit(memory: Int64(memoryBytes()))
    let input = VerifyInput(paths, isOffline: offline, access: try .ofThisProcess(map: mapOptions.map, limit: limit))
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let options = Verifier.Options(
      memory: try memoryBytes(), threads: threads.count,
      scratch: FilePath(scratch ?? temporary), partition: partition ?? VerifyPartition(), explains: explain,
      supply: TestFault.threads, limit: limit)
    let verifier = Verifier(input, options: options, stop: Signals.stop)
    let output = StandardOutput()
    let reporter = reporting.reporter(of: "verify")
    let start = steadyTime()
    let report: VerifyReport
    do {
      report = try Background.run {
        var line = JSONLine()
        let report = try verifier.run { finding in
          line.removeAll()
          finding.write(to: &line)
          try output.write(line.bytes)
        }
        if report.problems.isEmpty {
          line.removeAll()
          report.write(to: &line)
          try output.write(line.bytes)
        }
        try output.flush()
        return report
      } tick: {
        let progress = verifier.progress
        let seconds = (steadyTime() - start) / .seconds(1)
        let rate = Double(progress.done) / max(seconds, 0.001)
        let left = rate > 0 ? Double(max(0, progress.total - progress.done)) / rate : 0
        reporter.progress([
          (name: "entries", value: progress.done), (name: "of", value: progress.total),
          (name: "entries/s", value: Int64(rate)), (name: "seconds left", value: Int64(min(left, 1e9))),
        ])
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
      reporter.warn("not everything could be looked at, so nothing is said about holes")
    }
    if report.strayNULs > 0 {
      let all = report.strayNULs == report.entries ? "all values end" : "\(report.strayNULs) values end"
      reporter.warn(
        "\(all) in a stray NUL, as written by ingest with test.ci.ingest.zipfian.enabled=false; Accumulo's own verify fails on them"
      )
    }
    if report.scratchBytes > 0 { reporter.say("\(report.scratchBytes) bytes of scratch") }
    if strict, report.failingEntries > 0 {
      reporter.warn("\(report.failingEntries) entries are none that Accumulo's own verify can read (--strict)")
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
    do {
      let size = try ConfigurationValue.size(memory)
      guard size >= 1 << 20 else { throw ValidationError("expected at least 1M") }
      return Int(size)
    } catch { throw ValidationError("--memory: \(error)") }
  }
}

extension VerifyPartition: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
