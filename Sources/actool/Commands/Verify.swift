internal import ArgumentParser
import BlockFile
import ContinuousIngest
import Files
import Glibc
import Records
import SystemPackage
import TabletStore

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

      On many machines that share a disk, in two rounds and an end, which prints what one run would print if everything \
      could be read:

        actool verify --shard 1/8 --buckets 4 --links-into links tables/2    for each shard, 1/8 to 8/8
        actool verify --join 1/4 links                                       then for each bucket, 1/4 to 4/4
        actool verify --merge links tables/2

      Exit status: 0 nothing is missing or corrupt; 1 something is; 2 not everything could be read. --shard and --join \
      end with 0 when they are done.
      """)

  @Argument(
    help: ArgumentHelp(
      "RFiles, tablet directories, table directories or exported tables. With --join: the directory of the links.",
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
  @OptionGroup var rounds: VerifyRoundOptions

  @Flag(help: "Exit with status 2 if Accumulo's own verify would fail on an entry.") var strict = false
  @Flag(help: "Group the holes and say what each group suggests: a lost file, batch or range.") var explain = false

  @OptionGroup var mapOptions: FileMapOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    _ = try limit()
    let ofAnswers = [("--strict", strict), ("--explain", explain)]
    if rounds.shard != nil { try OptionConflict.refuse(ofAnswers, beside: "--shard") }
    guard rounds.join != nil else { return }
    let others = [
      ("--offline", offline), ("--memory", memory != nil), ("--scratch", scratch != nil),
      ("--threads", threads.threads != nil), ("--block-limit", limitOptions.size != nil),
    ]
    try OptionConflict.refuse(others + mapOptions.given + ofAnswers + reporting.given, beside: "--join")
    guard paths.count == 1 else { throw ValidationError("expected one directory of links for --join") }
  }

  func run() throws {
    Signals.install()
    if let bucket = rounds.join { return try runJoin(bucket) }
    let access = try access()
    let verifier = try makeVerifier(access)
    let reporter = reporting.reporter(of: "verify")
    if let shard = rounds.shard, let directory = rounds.linksInto {
      return try runShard(shard, verifier, LinkDirectory(FilePath(directory), access: access), reporter)
    }
    let merged = rounds.merge.map { LinkDirectory(FilePath($0), access: access) }
    let report = try watched(verifier, reporter) {
      let output = RecordOutput()
      func tell(_ finding: VerifyFinding) throws { try output.write { finding.write(to: &$0) } }
      let report = try merged.map { try verifier.merge($0, tell) } ?? verifier.run(tell)
      if report.problems.isEmpty { try output.write { report.write(to: &$0) } }
      try output.flush()
      return report
    }
    try tell(report, reporter)
  }

  private func runShard(
    _ shard: PartNumber, _ verifier: Verifier, _ directory: LinkDirectory, _ reporter: Reporter
  ) throws {
    let buckets = rounds.buckets ?? 1
    let report = try watched(verifier, reporter) { try verifier.leaveLinks(of: shard, buckets: buckets, in: directory) }
    reporter.endProgress()
    for problem in report.problems { reporter.warn(problem) }
    guard report.problems.isEmpty else {
      reporter.warn("not everything could be read, so no links were left")
      throw ExitStatus.failed
    }
    let output = RecordOutput()
    try output.write { report.write(to: &$0) }
    try output.flush()
  }

  private func runJoin(_ bucket: PartNumber) throws {
    let directory = LinkDirectory(FilePath(paths[0]), access: try access())
    do {
      let report = try BucketJoin(bucket, in: directory, stop: Signals.stop).run()
      let output = RecordOutput()
      try output.write { report.write(to: &$0) }
      try output.flush()
    } catch is Stopped {
      throw ExitStatus.endedBySignal(Signals.stop.signal ?? SIGTERM)
    }
  }

  private func makeVerifier(_ access: DirectoryAccess) throws -> Verifier {
    Verifier(
      VerifyInput(paths, isOffline: offline, access: access),
      options: Verifier.Options(
        memory: try memoryBytes(), threads: threads.count, scratch: FilePath(scratch ?? Environment.temporaryDirectory),
        explains: explain, supply: TestFault.threads,
        limit: try limit()),
      stop: Signals.stop)
  }

  private func limit() throws -> BlockLimit { try limitOptions.limit(memory: Int64(memoryBytes())) }

  private func access() throws -> DirectoryAccess {
    try .ofThisProcess(map: mapOptions.mount(), limit: limit(), disk: TestFault.disk())
  }

  /// Runs `body` while progress is drawn.
  private func watched<Report: Sendable>(
    _ verifier: Verifier, _ reporter: Reporter, _ body: @escaping @Sendable () throws -> Report
  ) throws -> Report {
    let start = SystemClock.steady()
    do {
      return try Background.run(body) {
        reporter.progress(
          WorkProgress(
            unit: "entries", done: verifier.progress.done, total: verifier.progress.total,
            elapsed: SystemClock.steady() - start))
      }
    } catch is Stopped {
      reporter.endProgress()
      throw ExitStatus.endedBySignal(Signals.stop.signal ?? SIGTERM)
    }
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
