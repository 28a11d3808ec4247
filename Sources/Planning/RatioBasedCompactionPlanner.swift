// The planner of 4.0: one plan has as many jobs as there are sets of files that need not wait for each other.
// Accumulo: `org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner.makePlan`.
//
// 1. The outputs of running jobs of the same kind are predicted and stand among the candidates.
// 2. Sets that meet the ratio are taken one after the other, each replaced by its predicted output. A set of real files
//    is a job; one with a predicted file will be compacted later. As long as there is no job, sets of any size keep the
//    search going; with one, only full sets do.
//
//        25 files of 5M, ratio 3, maxOpen 10:  10 files, 10 files, then 5 files (50M and 50M stand behind them): 3 jobs
//        4 files of 10 that are being compacted, 4 of 100, 4 of 1000, ratio 2:  {40, 4 x 100} waits for the job that
//        runs, {440, 4 x 1000} waits for that: no job
//
// 3. USER must compact all files in the end. When it found a single set, it looks one step ahead: if what is left would
//    not meet the ratio, it takes everything at once, even more than `maxOpen` files.
// 4. Nothing was found: USER forces sets, unless another USER job runs. SYSTEM lowers the ratio when the tablet has more
//    files than `table.file.max`, nothing runs and all files are candidates.

internal import Records

struct RatioBasedCompactionPlanner: CompactionPlanner {
  var settings: PlannerSettings

  func plan(_ tablet: TabletInventory, before witness: RatioWitness?) throws(PlanningError) -> CompactionPlan {
    let (candidates, ratio) = (tablet.candidates, settings.ratio)
    guard !candidates.isEmpty else { return CompactionPlan(nothing: .noCandidates) }
    let selection = FileSelection(order: tablet.order, maxOpen: settings.service.maxOpen, witness: witness)
    var pool = CandidatePool(candidates, tablet.order)
    for job in tablet.running where job.kind == settings.kind { try pool.predict(job.files) }
    let waits = pool.hasPredictions

    let found = try setsMeetingRatio(&pool, selection)
    if settings.kind == .user, found.count == 1, found[0].count < candidates.count,
      found[0].count <= settings.service.maxOpen,
      try !meetsRatioAfter(found[0], candidates, pool, selection)
    {
      return CompactionPlan(
        tablet.order.sorted(candidates), .everythingAtOnce(meetingRatio: found[0].count, ratio: ratio))
    }
    if !found.isEmpty {
      let reason = PlanReason.meetsRatio(ratio, of: candidates.count)
      return CompactionPlan(found.map { CompactionPlan.Job(files: $0, reason: reason) }, reason: reason)
    }
    if waits { return CompactionPlan(nothing: .waitsForRunning(ratio)) }
    return settings.kind == .user ? try forced(candidates, selection) : try withLowerRatio(tablet, selection)
  }

  /// Sets of real files that meet the ratio, and that no output of another job will ever join before it.
  private func setsMeetingRatio(
    _ pool: inout CandidatePool, _ selection: FileSelection
  ) throws(PlanningError) -> [[PlannedFile]] {
    var sets: [[PlannedFile]] = []
    while true {
      let found = Array(try selection.meetingRatio(pool.files, ratio: settings.ratio, cap: settings.cap))
      if found.isEmpty { return sets }
      if !found.contains(where: \.isPredicted) { sets.append(found) }
      try pool.replace(found)
      if found.count < settings.service.maxOpen, !sets.isEmpty { return sets }
    }
  }

  /// Whether there would be another compaction by ratio after this one alone.
  private func meetsRatioAfter(
    _ found: [PlannedFile], _ candidates: [PlannedFile], _ pool: CandidatePool, _ selection: FileSelection
  ) throws(PlanningError) -> Bool {
    var left = pool.startedAgain(with: candidates)
    try left.replace(found)
    return try !selection.meetingRatio(left.files, ratio: settings.ratio, cap: settings.cap).isEmpty
  }

  /// All files, `maxOpen` at a time and the smallest first: full sets at once, as long as two sets will be left; as few
  /// files as make the last set a full one, when there is not enough for that.
  private func forced(
    _ candidates: [PlannedFile], _ selection: FileSelection
  ) throws(PlanningError) -> CompactionPlan {
    let first = try selection.mustCompact(candidates)
    let room = settings.service.maxOpen
    let full = candidates.count / room - 1
    guard full > 1 else { return CompactionPlan(first, .mustCompact(of: candidates.count)) }
    let reason = PlanReason.mustCompactInSets(of: candidates.count)
    let sorted = selection.order.sorted(candidates)
    return CompactionPlan(
      (0..<full).map { CompactionPlan.Job(files: Array(sorted[$0 * room..<($0 + 1) * room]), reason: reason) },
      reason: reason)
  }

  private func withLowerRatio(
    _ tablet: TabletInventory, _ selection: FileSelection
  ) throws(PlanningError) -> CompactionPlan {
    let (files, lowest, limit) = (tablet.candidates, settings.service.lowestRatio, settings.fileLimit)
    guard tablet.running.isEmpty, tablet.fileCount == files.count, files.count > limit else {
      return CompactionPlan(nothing: .belowRatio(settings.ratio, candidates: files.count))
    }
    let found = try selection.meetingLowerRatio(files, lowest: lowest, cap: settings.cap)
    return CompactionPlan(
      found.files, .tooManyFiles(limit: limit, best: found.ratio, lowest: lowest, found: !found.files.isEmpty),
      limit: limit)
  }
}

/// Candidates, in their order, and among them the predicted outputs of jobs.
private struct CandidatePool {
  private(set) var files: [PlannedFile]
  private let order: FileOrder
  /// They are numbered from 1 through one call of the planner.
  private var predictions = 0

  init(_ files: [PlannedFile], _ order: FileOrder) { (self.files, self.order) = (order.sorted(files), order) }

  var hasPredictions: Bool { predictions > 0 }

  /// Other files, and numbers that go on from here.
  func startedAgain(with files: [PlannedFile]) -> CandidatePool {
    var pool = self
    pool.files = order.sorted(files)
    return pool
  }

  /// A job over these files joins the pool by its output.
  /// - Throws: `PlanningError` when a file of the tablet has the name that is to stand for it.
  mutating func predict(_ job: [PlannedFile]) throws(PlanningError) {
    predictions += 1
    let output = try PlannedFile(predicting: job, number: predictions)
    guard !files.contains(where: { !$0.isPredicted && $0.file == output.file }) else {
      throw PlanningError("\(output.file): a file of this name stands for one that is to be written")
    }
    // Nearly sorted, which sorting likes.
    files = order.sorted(files + [output])
  }

  /// A job over these files takes them out of the pool.
  mutating func replace(_ job: [PlannedFile]) throws(PlanningError) {
    let taken = Set(job.map(\.identity))
    files.removeAll { taken.contains($0.identity) }
    try predict(job)
  }
}
