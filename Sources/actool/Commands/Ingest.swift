import ArgumentParser
import ContinuousIngest
import Files
import Glibc
import Records
import SystemPackage
import TabletStore

/// `actool ingest`
struct Ingest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Generates a table of linked lists, as Accumulo's continuous ingest writes them.",
    discussion: """
      Many lists of 25 nodes are written at the same time: one node of each list, with a random row, between two \
      flushes. Each node points to the one before it, so an entry lost later leaves a reference to a missing row, \
      which actool verify finds.

      --lose, --corrupt, --lose-flushes and --lose-file damage the table on purpose; the file of --truth lists the damage.

        actool ingest --output tables/2 --entries 10M --tablets 4 --files 3 --seed 1
      """)

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The table directory to create. It must not exist.", valueName: "DIR"))
  var output: String

  @OptionGroup var table: IngestOptions

  @Option(help: "Seed of the random numbers; the same seed gives the same bytes. Default: random.") var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Where to list the entries left out or damaged. Default: DIR.truth, if there is damage.", valueName: "FILE"))
  var truth: String?

  @OptionGroup var reporting: ReportingOptions

  func run() throws {
    Signals.install()
    let reporter = reporting.reporter(of: "ingest")
    let path = FilePath(output).lexicallyNormalized()
    let disk = TestFault.disk()
    let chosen = seed ?? UInt64.random(in: 0..<1 << 53)
    let writer: TableWriter
    do {
      writer = try TableWriter(
        try table.settings(seed: chosen), options: try table.writerOptions(), damage: table.damage,
        access: try .ofThisProcess(map: FileMap(), disk: disk), stop: Signals.stop)
    } catch let error as IngestError { throw ValidationError("\(error)") }

    let start = SystemClock.steady()
    let written: (result: TableWriter.Result, truth: JSONLine)
    do {
      written = try Background.run {
        var line = JSONLine()
        let result = try writer.write(to: path) { $0.write(to: &line) }
        return (result, line)
      } tick: {
        reporter.progress(
          WorkProgress(
            unit: "operations", done: writer.progress.done, total: writer.progress.total,
            elapsed: SystemClock.steady() - start))
      }
    } catch is Stopped {
      throw ExitStatus.endedBySignal(Signals.stop.signal ?? SIGTERM)
    }
    if table.damage != IngestDamage() || truth != nil {
      let file = FilePath(truth ?? path.string + ".truth")
      try disk.replace(file, with: written.truth.bytes, temporary: FilePath(file.string + ".new"))
    }
    let result = written.result
    reporter.say("\(output): \(result.entries) entries in \(result.files) files, \(result.bytes) bytes, seed \(chosen)")
  }
}
