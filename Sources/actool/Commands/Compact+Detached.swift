import ArgumentParser
import Compaction
import ExportedTable
import Files
import Records
import Settings
import SystemPackage
import TabletStore

extension Compact {
  /// `--into`
  func validateDetached() throws {
    let others = [
      ("--output", merge.output != nil), ("--dry-run", jobs.dryRun), ("--keep-inputs", jobs.keepInputs),
      ("--force", jobs.force), ("--wait", jobs.wait != nil), ("--lease", directories.lease != nil),
    ]
    try OptionConflict.refuse(others, beside: "--into")
    guard detached.export != nil else { return }
    let ofJobs = [
      ("jobs", !inputs.isEmpty), ("--executor", !jobs.executors.isEmpty), ("--queue", !jobs.queues.isEmpty),
      ("--default-properties", jobs.defaultProperties), ("--config", !settings.files.isEmpty),
    ]
    try OptionConflict.refuse(ofJobs, beside: "--export")
  }

  /// `--into`: runs jobs whose outputs go to a directory of their own.
  func runDetached(into path: String) throws {
    var conditions = try jobs.conditions(directories.access(disk: TestFault.disk()))
    let file = try progressFile(&conditions)
    let directory = try FileName.isURI(path) ? conditions.access.map.path(of: path) : absolutePath(FilePath(path))
    let isOnServer = RemotePath.url(of: directory) != nil
    if let source = detached.export {
      guard !isOnServer else {
        throw ValidationError(
          "--export makes a table on this machine: expected a directory for --into, found '\(path)'")
      }
      return try runExport(source, into: directory, conditions, file)
    }
    guard isOnServer || detached.scratch == nil else {
      throw ValidationError("--scratch is for outputs that go to a server: expected a URL for --into, found '\(path)'")
    }
    try refuseTerminal()
    let work = try JobInput(reading: inputs.isEmpty ? ["-"] : inputs)
    let (wanted, mismatch) = jobs.select(from: work.jobs)
    let reporter = reporting.reporter(of: "compact")
    let selected: [CompactionJob]
    do { selected = try wanted.withOwnOutputs() } catch {
      reporter.warn("\(error)")
      throw ExitStatus.found
    }
    let execution = try execution(conditions, settings.configuration())
    Signals.install()
    if let mismatch { reporter.warn(mismatch) }
    var report = RunReport(of: selected, reporter: reporter, file: file)
    let isClean: Bool
    if isOnServer {
      let outputs = try RemoteOutputs(
        path, scratch: FilePath(detached.scratch ?? Environment.temporaryDirectory), access: conditions.access,
        stop: Signals.stop)
      defer { outputs.end() }
      let runner = try jobs.runner(conditions).publishing(to: outputs)
      isClean = try report.run { try runner.run(selected, with: execution, report: $0) }
    } else {
      let journal = try JobJournal(in: directory, access: conditions.access)
      if journal.count > 0 { reporter.say("\(directory): \(journal.count) jobs were done before") }
      isClean = try report.run {
        try DetachedRun(jobs.runner(conditions), journal).run(selected, with: execution, report: $0)
      }
      try journal.sync()
    }
    try end(report, isClean: isClean)
    if mismatch != nil { throw ExitStatus.found }
  }

  /// `--export`
  private func runExport(
    _ source: String, into directory: FilePath, _ conditions: RunConditions, _ file: ProgressFile?
  ) throws {
    let export = try ExportDirectory(absolutePath(FilePath(source)), map: conditions.access.map)
    let compaction = try ExportCompaction(
      export, changes: PropertyChanges(settings.properties, dropped: detached.dropped),
      splits: try detached.splits.map(RowLines.read), level: levelOption.level)
    let execution = try execution(conditions, Configuration())
    Signals.install()
    let reporter = reporting.reporter(of: "compact")
    let count = try compaction.check(with: execution)
    let journal = try JobJournal(in: directory, access: conditions.access)
    try compaction.check(journal)
    if journal.count > 0 { reporter.say("\(directory): \(journal.count) tablets were done before") }
    var report = RunReport(total: count, bytes: 0, reporter: reporter, file: file)
    var made: ExportAssembly.Report?
    let isClean = try report.run { tell in
      made = try compaction.run(
        into: journal, jobs.runner(conditions), with: execution, now: SystemClock.milliseconds(), report: tell)
      return made != nil
    }
    if let made { reporter.say("\(directory): \(made.tablets) tablets, \(made.files) files") }
    try end(report, isClean: isClean)
  }

  private func end(_ report: RunReport, isClean: Bool) throws {
    try report.end(summarizes: jobs.summary)
    if let signal = Signals.stop.signal { throw ExitStatus.endedBySignal(signal) }
    if !isClean { throw report.status }
  }
}
