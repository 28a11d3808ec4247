import ArgumentParser
import BlockFile
import Compaction
import Files
import Records
import Settings
import SystemPackage
import TabletStore

/// `actool write`
struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Writes entries, one a line, to a new RFile.",
    discussion: """
      Reads what actool scan prints, as JSON or in hex, and writes every entry, delete markers and old versions too, with \
      the table's settings: codec, block sizes, locality groups, Bloom filter, sample, summaries. A file that actool or \
      Accumulo wrote comes back byte for byte, if codec and settings are the same.

        actool scan F1.rf | sed s/example.com/example.org/ | actool write --sort --output new.rf
        actool write --format hex --output F2.rf -p table.file.compress.type=zstd entries.txt

      Entries must be in the order of their keys, or be sorted with --sort. The output appears whole or not at all; it \
      is read back and compared with the lines before it gets its name. A file of that name is never replaced.
      """)

  @Argument(help: ArgumentHelp("A file of entries. Default: - (standard input).", valueName: "file"))
  var input = "-"

  @Option(name: .shortAndLong, help: ArgumentHelp("The new RFile.", valueName: "OUT.rf"))
  var output: String

  @Option(help: "json, or hex as actool scan --format hex prints it. Default: json.")
  var format = EntryTextReader.Format.json

  @Flag(
    help: "Sort the entries, any number of them; what does not fit into memory is kept beside the output meanwhile.")
  var sort = false

  @Option(
    parsing: .unconditional, help: ArgumentHelp("With --sort: the memory for it. Default: 256M.", valueName: "SIZE"))
  var memory: String?

  @OptionGroup var levelOption: LevelOption

  @Flag(help: "Print a summary record at the end.")
  var summary = false

  @Flag(help: "Print only errors to standard error.")
  var quiet = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup(title: "Settings") var settings: ConfigurationOptions

  func validate() throws {
    guard memory == nil || sort else { throw ValidationError("--memory goes with --sort") }
    _ = try memoryBytes()
  }

  private func memoryBytes() throws -> Int64 {
    try SizeArgument.bytes(memory ?? "256M", for: "--memory", atLeast: 1 << 20)
  }

  func run() throws {
    Signals.install()
    let access = try DirectoryAccess.ofThisProcess(map: FileMap(), disk: TestFault.disk())
    let conditions = RunConditions(access: access, stop: Signals.stop, clock: SystemClock.steady)
    let file = try LevelOption.checking {
      try EntryFile(
        settings.configuration().settings(), level: levelOption.level, sortMemory: sort ? try memoryBytes() : nil,
        disk: access.disk, pool: threads.makePool())
    }
    let start = SystemClock.steady()
    var result: JobOutput?
    do {
      try RecordInput.withFile(input) { descriptor in
        let name = input == "-" ? RecordInput.standardInput : input
        let entries = EntryTextReader(
          format, source: name, read: InterruptibleInput.reading(descriptor, named: name, stop: Signals.stop))
        result = try OutputMerge(conditions: conditions).make(FilePath(output)) { temporary, pulse in
          try file.write(entries, to: temporary, pulse: pulse)
        }
      }
    } catch let stopped as Stopped {
      throw ExitStatus.endedBySignal(stopped.signal)
    }
    if let result { try report(result, after: SystemClock.steady() - start) }
  }

  private func report(_ result: JobOutput, after elapsed: Duration) throws {
    let reporter = Reporter(command: "write", isQuiet: quiet, progress: .none)
    for warning in result.warnings { reporter.warn(warning) }
    let seconds = (elapsed / .milliseconds(1)).rounded() / 1000
    reporter.say("\(output): \(result.entries) entries, \(result.size) bytes, \(result.blocks) blocks, \(seconds) s")
    guard summary else { return }
    try reporter.write(
      Summary(
        command: "write",
        counts: [("entries", result.entries), ("fileSize", result.size), ("blocks", Int64(result.blocks))]))
    try reporter.flush()
  }
}

extension EntryTextReader.Format: ExpressibleByArgument {}
