// One plan for one tablet and one kind of compaction: at most one job. Accumulo: `DefaultCompactionPlanner.makePlan`.
//
// 1. Nothing runs: files that meet the ratio. A compaction that must take all files in the end looks one step ahead: if
//    the rest would not meet the ratio, it takes everything now.
// 2. SYSTEM while something runs: the outputs of the running jobs are predicted and join the candidates. A set that
//    holds a predicted file will be compacted later; it is replaced by its own predicted output, and the search goes
//    on. Only a set of real files runs now.
// 3. Nothing found: USER, SELECTOR and CHOP take the files they must, unless a job of the same kind runs. SYSTEM lowers
//    the ratio when the tablet has more files than `table.file.max`, nothing runs and all files are candidates.

internal import Records

struct DefaultCompactionPlanner: CompactionPlanner {
  var settings: PlannerSettings

  func plan(_ tablet: TabletInventory, before witness: RatioWitness?) throws(PlanningError) -> CompactionPlan {
    let (candidates, running) = (tablet.candidates, tablet.running)
    let (service, kind, ratio, cap) = (settings.service, settings.kind, settings.ratio, settings.cap)
    guard !candidates.isEmpty else { return CompactionPlan(nothing: .noCandidates) }
    guard !service.executors.isEmpty else {
      throw PlanningError("the compaction service \(service.name) has no executors")
    }
    let selection = FileSelection(order: tablet.order, maxOpen: service.maxOpen, witness: witness)
    let mustTakeAll = kind == .user || kind == .selector

    if running.isEmpty {
      let found = try selection.meetingRatio(candidates, ratio: ratio, cap: cap)
      if !found.isEmpty {
        if mustTakeAll, found.count < candidates.count, candidates.count <= service.maxOpen,
          try !meetsRatioAfter(found, candidates, selection)
        {
          return CompactionPlan(
            tablet.order.sorted(candidates), .everythingAtOnce(meetingRatio: found.count, ratio: ratio))
        }
        return CompactionPlan(found, .meetsRatio(ratio, of: candidates.count))
      }
    } else if kind == .system {
      let found = try besideRunning(candidates, running.map(\.files), selection)
      return CompactionPlan(
        found, found.isEmpty ? .waitsForRunning(ratio) : .meetsRatio(ratio, of: candidates.count))
    }

    if kind != .system {
      if running.contains(where: { $0.kind == kind }) { return CompactionPlan(nothing: .sameKindRuns) }
      return CompactionPlan(try selection.mustCompact(candidates), .mustCompact(of: candidates.count))
    }
    guard tablet.fileCount == candidates.count, tablet.fileCount > settings.fileLimit else {
      return CompactionPlan(nothing: .belowRatio(ratio, candidates: candidates.count))
    }
    let found = try selection.meetingLowerRatio(candidates, lowest: service.lowestRatio, cap: cap)
    return CompactionPlan(
      found.files,
      .tooManyFiles(
        limit: settings.fileLimit, best: found.ratio, lowest: service.lowestRatio, found: !found.files.isEmpty),
      limit: settings.fileLimit)
  }

  /// Whether there would be another compaction by ratio after this one.
  private func meetsRatioAfter(
    _ found: ArraySlice<PlannedFile>, _ candidates: [PlannedFile], _ selection: FileSelection
  ) throws(PlanningError) -> Bool {
    let taken = Set(found.map(\.identity))
    let left = candidates.filter { !taken.contains($0.identity) } + [try PlannedFile(predicting: found, number: 0)]
    return try !selection.meetingRatio(left, ratio: settings.ratio, cap: .max).isEmpty
  }

  /// A set of real files that meets the ratio and that no running job's output will ever join before it.
  private func besideRunning(
    _ candidates: [PlannedFile], _ running: [[PlannedFile]], _ selection: FileSelection
  ) throws(PlanningError) -> [PlannedFile] {
    var pool = candidates
    var number = 0
    for files in running {
      pool.append(try PlannedFile(predicting: files, number: number))
      number += 1
    }
    while true {
      let found = try selection.meetingRatio(pool, ratio: settings.ratio, cap: settings.cap)
      guard found.contains(where: \.isPredicted) else { return Array(found) }
      let taken = Set(found.map(\.identity))
      pool.removeAll { taken.contains($0.identity) }
      pool.append(try PlannedFile(predicting: found, number: number))
      number += 1
    }
  }
}
