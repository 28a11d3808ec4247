import Planning
import Records

/// Prints the jobs of a plan: as they come, or in the end what `--shard`, `--batch` and `--queues` make of all of them.
struct PlanOutput {
  private let output: RecordOutput
  private let options: SharingOptions
  /// Of what was printed; with `--queues`, of the jobs that wait.
  var total = PlanTotal()
  private var tablets = JobsByTablet()
  private var waiting = WaitingJobs()

  init(_ output: RecordOutput, _ options: SharingOptions) {
    (self.output, self.options) = (output, options)
  }

  mutating func add(_ job: CompactionJob) throws {
    if options.shard != nil || options.batch != nil {
      tablets.add(job)
    } else {
      try put(job)
    }
  }

  private mutating func put(_ job: CompactionJob) throws {
    total.add(job)
    if options.queues != nil { waiting.add(job) } else { try output.write { job.write(to: &$0) } }
  }

  /// Names the queues of a service, which may all be empty.
  mutating func add(_ service: CompactionService) { if options.queues != nil { waiting.add(service) } }

  /// Directories are cleaned by the first shard.
  func add(_ leftovers: Leftovers) throws {
    guard options.queues == nil, options.shard?.number ?? 1 == 1 else { return }
    try output.write { leftovers.write(to: &$0) }
  }

  /// Call it after the last job.
  mutating func finish() throws {
    if let shard = options.shard { tablets.keep(share: shard.number, of: shard.count) }
    if let size = try options.batchSize() {
      for batch in tablets.batches(ofBytes: size) {
        for job in batch.jobs { total.add(job) }
        try output.write { batch.write(to: &$0) }
      }
      return
    }
    for job in tablets.jobs { try put(job) }
    guard let format = options.queues else { return }
    let queues = QueueRecords(waiting.queues, goal: try options.goal())
    switch format {
    case .json: for queue in queues.all { try output.write { queue.write(to: &$0) } }
    case .prometheus: try output.write(queues.prometheus)
    }
  }
}
