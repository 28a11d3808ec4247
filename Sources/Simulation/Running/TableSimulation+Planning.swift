// What a plan of a tablet is made from, and what becomes of it: the jobs that wait are replaced by those of the new plan,
// unless they are the same.

internal import Planning
internal import Records

extension TableSimulation {
  /// Something happened in a tablet, which 2.1 plans at once.
  mutating func touch(_ tablet: Int) throws {
    if rules.version == .v2 { try plan(tablet) } else { markChanged(tablet) }
  }

  /// The next round will plan it.
  mutating func markChanged(_ tablet: Int) {
    guard !tablets[tablet].isChanged else { return }
    tablets[tablet].isChanged = true
    changed.append(tablet)
  }

  /// Plans all kinds of compactions of a tablet.
  mutating func plan(_ tablet: Int) throws {
    tablets[tablet].isChanged = false
    for place in planners.indices {
      let candidates = candidates(of: tablet, for: planners[place].planner.kind)
      let choices =
        candidates.isEmpty
        ? []
        : try planners[place].planner.choices(
          from: candidates, of: tablets[tablet].files.count,
          running: tablets[tablet].running.map { (jobs[$0].kind, jobs[$0].files) }, in: tablets[tablet].extent,
          directory: tablets[tablet].directory)
      if !choices.isEmpty || !tablets[tablet].waiting.isEmpty {
        try replaceWaiting(of: tablet, with: choices, by: planners[place])
      }
    }
  }

  /// The files that a compaction may take. Accumulo 2.1: `CompactableImpl.getCandidates`; 4.0: `CompactionJobGenerator`.
  private func candidates(of tablet: Int, for kind: CompactionKind) -> [PlannedFile] {
    if rules.version == .v4, tablets[tablet].bytes > rules.splitThreshold, !tablets[tablet].isUnsplittable { return [] }
    switch (kind, tablets[tablet].userCompaction) {
    case (.user, .selected): return tablets[tablet].files { $0.isSelected && $0.job < 0 }
    case (.user, _), (_, .waits): return []
    case (_, .selected(let since, let isReserved)) where isReserved || now - since < rules.selectionExpiration:
      return tablets[tablet].files { !$0.isSelected && $0.job < 0 }
    case (_, .none), (_, .selected):
      return tablets[tablet].running.isEmpty ? tablets[tablet].files : tablets[tablet].files { $0.job < 0 }
    }
  }

  private mutating func replaceWaiting(
    of tablet: Int, with choices: [SizedChoice], by kind: KindPlanner
  ) throws {
    let waiting = tablets[tablet].waiting.filter { jobs[$0].kind == kind.planner.kind }
    if waiting.count == choices.count,
      zip(waiting, choices).allSatisfy({ isSame(jobs[$0], $1, kind) })
    {
      return
    }
    for slot in waiting { cancel(slot) }
    let takesAll = tablets[tablet].files.count
    for choice in choices {
      let executor = kind.executors[choice.executor]
      let place = executors[executor].place(of: tablets[tablet].server)
      var job = SimulatedJob(tablet: tablet, kind: kind.planner.kind, executor: executor, place: place)
      (job.priority, job.files, job.bytes) = (choice.priority, choice.files, choice.bytes)
      (job.takesAll, job.state, job.queued) = (choice.files.count == takesAll, .waits, now)
      add(job)
    }
    for choice in choices {
      let executor = kind.executors[choice.executor]
      try dispatch(executor, at: executors[executor].place(of: tablets[tablet].server))
    }
  }

  private func isSame(_ job: SimulatedJob, _ choice: SizedChoice, _ kind: KindPlanner) -> Bool {
    job.priority == choice.priority && job.executor == kind.executors[choice.executor]
      && job.files.count == choice.files.count
      && zip(job.files, choice.files).allSatisfy { $0.number == $1.number }
  }

  /// Puts a job into its queue, if there is room for it.
  private mutating func add(_ job: SimulatedJob) {
    let slot = jobs.add(job)
    guard makeRoom(for: slot) else {
      jobs.remove(slot)
      totals.rejected += 1
      return markChanged(job.tablet)
    }
    openJobs += 1
    tablets[job.tablet].waiting.append(slot)
    executors[job.executor].wait(waiting(slot), bytes: job.bytes, at: job.place, now: now)
  }

  private func waiting(_ slot: Int) -> JobQueue.Waiting {
    let job = jobs[slot]
    let isQueueOf21 = executors[job.executor].threads == nil && rules.version == .v2
    return JobQueue.Waiting(
      slot: slot, number: job.number, priority: Int32(job.priority),
      files: isQueueOf21 ? 0 : Int32(clamping: job.files.count))
  }

  /// 4.0: a group's queue has a limit. A full one takes a job only in place of its last, if that has a lower priority.
  /// Accumulo: `CompactionJobPriorityQueue.add`.
  private mutating func makeRoom(for slot: Int) -> Bool {
    guard rules.version == .v4 else { return true }
    let (executor, place) = (jobs[slot].executor, jobs[slot].place)
    if executors[executor].weight >= rules.queueWeight {
      let last = executors[executor].queues[place].last { jobs.isWaiting($0) }
      guard let last, last.priority < jobs[slot].priority else { return false }
      markChanged(jobs[last.slot].tablet)
      totals.rejected += 1
      cancel(last.slot)
    }
    executors[executor].weight += weight(of: jobs[slot])
    return true
  }

  /// What a job weighs in the manager's memory, with full paths of about 56 bytes. Accumulo:
  /// `ResolvedCompactionJob.WEIGHER`.
  func weight(of job: SimulatedJob) -> Int {
    let extent = tablets[job.tablet].extent
    let rows = (extent.prevEndRow?.count ?? 0) + (extent.endRow?.count ?? 0)
    let files = job.files.reduce(0) { $0 + 24 + ($1.file.utf8.count > 11 ? $1.file.utf8.count : 56) }
    return 64 + 11 + extent.tableId.utf8.count + rows + executors[job.executor].id.utf8.count + files
  }

  /// Takes a waiting job out of its queue.
  mutating func cancel(_ slot: Int) {
    let job = jobs[slot]
    jobs[slot].state = .none
    tablets[job.tablet].waiting.removeAll { $0 == slot }
    executors[job.executor].cancelled(bytes: job.bytes, at: job.place) { jobs.isWaiting($0) }
    if rules.version == .v4 { executors[job.executor].weight -= weight(of: job) }
    jobs.remove(slot)
    openJobs -= 1
  }
}
