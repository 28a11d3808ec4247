import Records

/// All jobs and directories to clean up that some streams name: jobs run by priority, so the streams are read to their
/// ends first.
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
