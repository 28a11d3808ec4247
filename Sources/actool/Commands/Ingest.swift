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
    abstract: "Makes a table of linked lists, as Accumulo's continuous ingest writes them.",
    discussion: """
      Lists of 25 nodes are written side by side, one node of each between two flushes, with random rows. Each points to the one \
      before it, so what is lost later leaves a reference to a row that is not there: actool verify finds it.

      --lose, --corrupt, --lose-flushes and --lose-file damage the table on purpose; --truth says what was done.

        actool ingest --output tables/2 --entries 10M --tablets 4 --files 3 --seed 1
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The table directory to make. It must not exist.", valueName: "DIR"))
  var output: String

  @OptionGroup var table: IngestOptions

  @Option(help: "The same seed gives the same bytes. Default: a random one.") var seed: UInt64?

  @Option(
    help: ArgumentHelp("Writes records of what was left out and damaged. Default: OUTPUT.truth.", valueName: "FILE"))
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
    if table.damage != IngestDamage() || truth != nil {
      let file = FilePath(truth ?? path.string + ".truth")
      try disk.replace(file, with: written.truth.bytes, temporary: FilePath(file.string + ".new"))
    }
    let result = written.result
    reporter.say("\(output): \(result.entries) entries in \(result.files) files, \(result.bytes) bytes, seed \(chosen)")
  }
}
