import BlockFile
import Compaction
import Files
import Records
import Settings
import SystemPackage
import TabletStore

extension Compact {
  /// `--output`: files into a file.
  func runMerge(into output: String) throws {
    Signals.install()
    let disk = TestFault.disk()
    let access = try directories.access(disk: disk)
    let job = try RFileJob(
      settings.configuration().settings(), level: level, inputs: inputs.count, propagateDeletes: merge.propagateDeletes,
      now: currentMilliseconds(), disk: disk, pool: jobs.threads.makePool(), limit: try jobs.limit(),
      reusesBlocks: !jobs.noReuse)
    let runner = try jobs.runner(access)
    let start = steadyTime()
    let result: JobOutput
    do {
      result = try OutputMerge(conditions: runner.conditions).run(
        job, inputs: inputs.map { try directories.map.path(of: $0) }, rows: merge.rows, to: FilePath(output))
    } catch let stopped as Stopped {
      throw ExitStatus.endedBySignal(stopped.signal)
    }
    let reporter = reporting.reporter(of: "compact")
    for warning in result.warnings { reporter.warn(warning) }
    let seconds = ((steadyTime() - start) / .milliseconds(1)).rounded() / 1000
    reporter.say(
      "\(output): \(result.entries) of \(result.entriesRead) entries from \(inputs.count) files, \(result.size) bytes, "
        + "\(result.blocksReused) of \(result.blocks) blocks reused, \(seconds) s")
    guard jobs.summary else { return }
    try reporter.write(
      Summary(
        command: "compact",
        counts: [
          ("files", Int64(inputs.count)), ("entriesRead", result.entriesRead), ("entries", result.entries),
          ("fileSize", result.size), ("blocks", Int64(result.blocks)), ("blocksReused", Int64(result.blocksReused)),
        ]))
    try reporter.flush()
  }
}
