import Planning
import Records

extension FoundTablet {
  /// Hands out the jobs that can go on. They get the settings that the planner has now; with other ones they will begin
  /// afresh.
  /// - Returns: the tablet with these jobs as running ones, so that nobody else gets their files.
  func resuming(with planner: TablePlanner, _ take: (CompactionJob) throws -> Void) rethrows -> FoundTablet {
    var found = self
    for var job in unfinished {
      job.directory = tablet.directory
      (job.properties, job.hasProperties) = (planner.properties, planner.hasProperties)
      try take(job)
      found.tablet.running.append(
        RunningJob(kind: job.kind, executor: job.executor, group: job.group, files: job.inputs.map(\.part)))
    }
    return found
  }
}
