// Jobs begin, end and are lost.

internal import Planning
internal import Records

extension TableSimulation {
  /// Begins jobs as long as there are threads or compactors for them.
  mutating func dispatch(_ executor: Int, at place: Int) throws {
    while executors[executor].hasRoom(at: place),
      let slot = executors[executor].take(at: place, where: { jobs.isWaiting($0) })
    {
      try begin(slot)
    }
  }

  /// A job begins, unless its files were taken since it was planned. Accumulo 2.1: `CompactableImpl.reserveFiles`; 4.0:
  /// `CompactionReservationCheck`.
  private mutating func begin(_ slot: Int) throws {
    let (tablet, executor) = (jobs[slot].tablet, jobs[slot].executor)
    tablets[tablet].waiting.removeAll { $0 == slot }
    if rules.version == .v4 { executors[executor].weight -= weight(of: jobs[slot]) }
    markChanged(tablet)
    guard tablets[tablet].isFree(jobs[slot].files), mayBegin(slot) else {
      executors[executor].bytes -= jobs[slot].bytes
      jobs.remove(slot)
      openJobs -= 1
      return
    }
    tablets[tablet].give(jobs[slot].files, to: Int32(slot))
    tablets[tablet].running.append(slot)
    executors[executor].begin(slot, at: jobs[slot].place)
    jobs[slot].state = .runs
    jobs[slot].start = now
    planEnd(of: slot)
  }

  /// A system compaction that takes files of an old selection ends it; the user compaction selects again.
  private mutating func mayBegin(_ slot: Int) -> Bool {
    let job = jobs[slot]
    switch (job.kind, tablets[job.tablet].userCompaction) {
    case (.user, .selected(let since, _)):
      if rules.version == .v2 { tablets[job.tablet].userCompaction = .selected(since: since, isReserved: true) }
    case (.user, _), (_, .waits): return false
    case (_, .selected(let since, let isReserved)) where tablets[job.tablet].isSelected(job.files):
      guard !isReserved, now - since >= rules.selectionExpiration else { return false }
      tablets[job.tablet].select(false)
      tablets[job.tablet].userCompaction = .waits
    default: break
    }
    return true
  }

  /// A job is done: its output takes the place of its inputs.
  mutating func finish(_ slot: Int) throws {
    let job = jobs[slot]
    let extent = tablets[job.tablet].extent
    let before = tablets[job.tablet].files.count
    let selectedBefore = tablets[job.tablet].hasSelection
    let entries = tablets[job.tablet].remove(inputsOf: Int32(slot))
    let output = output(of: job, entries: entries)
    // Its inputs are still counted.
    if let output { try checkGrowth(by: output.file.size, entries: output.entries) }
    release(slot, isFinished: true)
    let isOver = selectedBefore && job.kind == .user && !tablets[job.tablet].hasSelection
    if let output {
      tablets[job.tablet].add(output.file, entries: output.entries, isSelected: job.kind == .user && !isOver)
    }
    totals.finish(job, entriesRead: entries, bytes: output?.file.size ?? 0, entries: output?.entries ?? 0, at: now)
    counts.move(from: before, to: tablets[job.tablet].files.count)
    writeRun(job, of: extent, output: output, isFinished: true)
    jobs.remove(slot)
    try advanceUserCompaction(of: job.tablet, after: job.kind, isOver: isOver)
    noteSize(of: job.tablet)
    try dispatch(job.executor, at: job.place)
    try touch(job.tablet)
  }

  /// What a job writes; nil when nothing is left of its inputs.
  private mutating func output(of job: SimulatedJob, entries: Int64) -> (file: PlannedFile, entries: Int64)? {
    let known = settings.outputs.output(of: job.files.map(\.file), in: tablets[job.tablet].extent)
    if let known {
      guard known.entries > 0 else { return nil }
      totals.known += 1
      fileNumber += 1
      return (PlannedFile(number: fileNumber, size: known.size, file: known.file), known.entries)
    }
    let name = newName(job.takesAll ? .fullCompaction : .compaction, in: job.tablet)
    fileNumber += 1
    let shrink = settings.shrink
    let size = shrink == 1 ? job.bytes : Int64(Double(job.bytes) * shrink)
    let left = shrink == 1 ? entries : Int64(Double(entries) * shrink)
    return (PlannedFile(number: fileNumber, size: size, file: name), left)
  }

  /// The thread or compactor of a job has no more to do with it, nor has its tablet.
  private mutating func release(_ slot: Int, isFinished: Bool) {
    let job = jobs[slot]
    tablets[job.tablet].running.removeAll { $0 == slot }
    if job.state == .runs { free(slot, isFinished: isFinished) }
    openJobs -= 1
  }

  private mutating func free(_ slot: Int, isFinished: Bool) {
    let job = jobs[slot]
    executors[job.executor].end(slot, bytes: job.bytes, at: job.place, isFinished: isFinished)
    leaveLimit(slot)
  }

  /// The work of a job is lost at once: its tablet knows.
  mutating func lose(_ slot: Int) {
    let job = jobs[slot]
    totals.lose(job, bytes: bytesRead(by: slot))
    writeRun(job, of: tablets[job.tablet].extent, output: nil, isFinished: false)
    tablets[job.tablet].give(job.files, to: -1)
    release(slot, isFinished: false)
    jobs.remove(slot)
  }

  /// The compactor of a job is gone. Its tablet learns of it when dead compactors are looked for.
  mutating func loseCompactor(of slot: Int) {
    totals.lose(jobs[slot], bytes: bytesRead(by: slot))
    writeRun(jobs[slot], of: tablets[jobs[slot].tablet].extent, output: nil, isFinished: false)
    free(slot, isFinished: false)
    jobs[slot].state = .lost
    jobs[slot].end = -1
    let found = (now / rules.deadCheck + 1) * rules.deadCheck
    events.plan(.lossFound, at: found, slot, number: jobs[slot].number)
  }

  mutating func findLoss(of slot: Int) throws {
    let job = jobs[slot]
    forget(slot)
    try advanceUserCompaction(of: job.tablet, after: job.kind, isOver: false)
    try touch(job.tablet)
  }

  /// A tablet is rid of a lost job.
  mutating func forget(_ slot: Int) {
    tablets[jobs[slot].tablet].give(jobs[slot].files, to: -1)
    release(slot, isFinished: false)
    jobs.remove(slot)
  }
}
