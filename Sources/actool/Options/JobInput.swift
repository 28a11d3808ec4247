import Records

/// All jobs, and all directories to clean up, that the inputs name. Jobs run by priority, so the inputs are read to
/// their ends first.
struct JobInput {
  private(set) var jobs: [CompactionJob] = []
  private(set) var leftovers: [Leftovers] = []

  /// - Throws: `RecordError`, `SystemError`.
  init(reading sources: [String]) throws {
    var tablets = 0
    for source in sources {
      try RecordInput.forEach(in: source) { record, _ in
        switch record {
        case .job(let job): jobs.append(job)
        case .batch(let batch): jobs += batch.jobs
        case .leftovers(let found): leftovers.append(found)
        case .tablet: tablets += 1
        default: break
        }
      }
    }
    if jobs.isEmpty && tablets > 0 {
      Messages.write("actool compact: no jobs, but \(tablets) tablet records: actool plan makes jobs of them")
    }
  }
}
