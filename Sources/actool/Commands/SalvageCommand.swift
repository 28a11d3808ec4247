import ArgumentParser
import BlockFile
import Compaction
import Files
import RFile
import Records
import Settings
import SystemPackage
import TabletStore

/// `actool salvage`
struct SalvageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "salvage",
    abstract: "Saves the entries of a damaged RFile.",
    discussion: """
      Writes every entry of every block that can be read to a new file, delete markers and old versions too. Blocks \
      are found by the index, as far as it can be read, and by what their codec writes: so a lost end, a hole of zeros \
      or a wrong block costs what lies there, and no more. The damaged file is never changed.

        actool salvage --output good.rf bad.rf
        actool salvage --output good.rf --manifest losses.json bad.rf
        actool salvage --in-place tables/2/t-0000001 F0000001.rf

      Prints a record for each part of the file that is lost, with the surviving keys around it, then one of all. The \
      new file has the codec of the damaged one if no setting says otherwise, and only the locality groups that a \
      setting asks for; Accumulo reads it as any other.

      With --in-place the new file takes the place of the damaged one in tablet.json, under a name of its own, and the \
      damaged one is kept as FILE.damaged.

      Exit status 0 when nothing was lost, 1 when something was, 2 when there is nothing to save.
      """)

  @Argument(help: ArgumentHelp("The damaged RFile; with --in-place its name in the tablet.", valueName: "file"))
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The new RFile.", valueName: "GOOD.rf"))
  var output: String?

  @Option(
    help: ArgumentHelp("Put the new file into the damaged one's place in this tablet directory.", valueName: "DIR"))
  var inPlace: String?

  @Option(
    help: ArgumentHelp(
      "Write the records of losses to this file, which is replaced, instead of printing them.", valueName: "FILE"))
  var manifest: String?

  @Flag(help: "With --in-place: also where a live Accumulo may own the tablet.")
  var force = false

  @OptionGroup var levelOption: LevelOption

  @Flag(help: "Print only errors to standard error.")
  var quiet = false

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var limitOptions: BlockLimitOptions
  @OptionGroup(title: "Settings") var settings: ConfigurationOptions

  func validate() throws {
    guard (output == nil) != (inPlace == nil) else {
      throw ValidationError("expected one of --output and --in-place")
    }
    guard !force || inPlace != nil else { throw ValidationError("--force goes with --in-place") }
    guard inPlace == nil || FileName.isDataFile(file) else {
      throw ValidationError("expected the name of an .rf file of the tablet with --in-place, found '\(file)'")
    }
  }

  func run() throws {
    Signals.install()
    let limit = try limitOptions.limit()
    let disk = TestFault.disk()
    let access = try DirectoryAccess.ofThisProcess(map: FileMap(), limit: limit, disk: disk)
    let conditions = RunConditions(
      access: access, stop: Signals.stop, isForced: force, clock: SystemClock.steady)
    let start = SystemClock.steady()
    do {
      let done = try LevelOption.checking { try save(conditions, limit) }
      try report(done, after: ((SystemClock.steady() - start) / .milliseconds(1)).rounded() / 1000)
    } catch let stopped as Stopped {
      throw ExitStatus.endedBySignal(stopped.signal)
    }
  }

  private func save(_ conditions: RunConditions, _ limit: BlockLimit) throws -> Salvage.Replacement {
    let configuration = try settings.configuration()
    if let inPlace {
      var random = RandomSource(seed: nil)
      return try Salvage.replace(
        file, in: FilePath(inPlace), by: FileName.make(.compaction, random.next()), configuration,
        level: levelOption.level, limit: limit, conditions: conditions, pool: threads.makePool()
      ) { try writeManifest($0, conditions.access.disk) }
    }
    let salvage = try Salvage(of: FilePath(file), limit: limit, stop: conditions.stop)
    guard let output, salvage.survey.entries > 0 else { return Salvage.Replacement(salvage: salvage) }
    let written = try salvage.write(
      configuration, level: levelOption.level, to: FilePath(output), conditions: conditions, pool: threads.makePool()
    ) { try writeManifest(salvage, conditions.access.disk) }
    return Salvage.Replacement(salvage: salvage, output: (FilePath(output), written))
  }

  /// Before the output has its name: where there is an output, there is its manifest.
  private func writeManifest(_ salvage: Salvage, _ disk: Disk) throws {
    guard let manifest else { return }
    let temporary = FilePath("\(manifest).\(try ProcessIdentity.current().mark).tmp")
    try disk.replace(
      FilePath(manifest), with: SalvageRecords(file: file, survey: salvage.survey).losses(), temporary: temporary)
  }

  private func report(_ done: Salvage.Replacement, after seconds: Double) throws {
    let records = SalvageRecords(file: file, survey: done.salvage.survey)
    let reporter = Reporter(command: "salvage", isQuiet: quiet, progress: .none)
    for warning in done.output?.1.file.warnings ?? [] { reporter.warn(warning) }
    if done.salvage.survey.metLimit {
      reporter.warn("a block larger than the limit was left out; --block-limit SIZE allows more")
    }
    let output = StandardOutput()
    if manifest == nil { try output.write(records.losses()) }
    try output.write(records.total(done.output.map { ($0.name.string, $0.1) }, kept: done.kept))
    try output.flush()
    guard let (path, saved) = done.output else {
      reporter.warn("\(file): there is nothing to save: no block of it can be read")
      throw ExitStatus.failed
    }
    reporter.say(records.text(saved, at: path.string, after: seconds))
    if !done.salvage.survey.losses.isEmpty { throw ExitStatus.found }
  }
}
