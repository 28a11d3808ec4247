// A plan from sizes alone, for simulations: they plan the same tablets millions of times, and keep the files in the
// planner's own form.
//
// `TablePlanner.decide` takes a record, checks it, finds out which files may be compacted, and explains itself. Here the
// caller has checked the files once and keeps track of what may be compacted. The same planner decides in both.

package import Records

/// A job of such a plan.
package struct SizedChoice: Sendable {
  /// In ascending order of size.
  package var files: [PlannedFile]
  /// A place in `executors` of the service.
  package var executor: Int
  package var priority: Int
  /// Sum of the sizes.
  package var bytes: Int64
}

extension TablePlanner {
  /// The next jobs of a tablet of a user table (in 2.1 at most one); none when there is nothing to do.
  /// - Parameters:
  ///   - candidates: the files that may be compacted.
  ///   - fileCount: how many files the tablet has.
  ///   - running: the compactions that run on it.
  ///   - extent: of the tablet; only the table counts.
  ///   - directory: of plain file names, which decides between files of one size.
  /// - Throws: `PlanningError` when the sum of the sizes does not fit in 64 bits, and for a service without executors.
  package func choices(
    from candidates: [PlannedFile], of fileCount: Int,
    running: [(kind: CompactionKind, files: [PlannedFile])] = [], in extent: KeyExtent, directory: String = ""
  ) throws(PlanningError) -> [SizedChoice] {
    let plan = try planner.plan(
      TabletInventory(fileCount: fileCount, candidates: candidates, running: running, directory: directory),
      before: nil)
    var choices: [SizedChoice] = []
    for job in plan.jobs {
      let bytes = try PlannedFile.sum(job.files)
      guard let executor = service.place(forSize: bytes) else { return [] }
      choices.append(
        SizedChoice(
          files: job.files, executor: executor,
          priority: try Priority.of(
            kind: kind, table: extent.tableId, namespace: "+default", files: fileCount, compacting: job.files.count,
            limit: plan.limit),
          bytes: bytes))
    }
    return choices
  }
}
