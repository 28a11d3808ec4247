// One plan for one tablet and one kind of compaction: at most one job. Accumulo: `DefaultCompactionPlanner.makePlan`.
//
// 1. Nothing runs: files that meet the ratio. A compaction that must take all files in the end looks one step ahead: if
//    the rest would not meet the ratio, it takes everything now.
// 2. SYSTEM while something runs: the outputs of the running jobs are predicted and join the candidates. A set that
//    holds a predicted file will be compacted later; it is replaced by its own predicted output, and the search goes
//    on. Only a set of real files runs now.
// 3. Nothing found: USER, SELECTOR and CHOP take the files they must, unless a job of the same kind runs. SYSTEM lowers
//    the ratio when the tablet has more files than `table.file.max`, nothing runs and all files are candidates.

import Records

struct CompactionPlanner {
  var service: CompactionService
  var kind: CompactionKind
  var ratio: Double
  /// More files than this are too many.
  var fileLimit: Int

  struct Plan {
    /// In ascending order of size; empty when there is nothing to do.
    var files: [PlannedFile]
    var reason: PlanReason
    /// For the priority: the file limit that the tablet exceeds, 0 in all other cases.
    var limit = 0
  }

  /// - Parameters:
  ///   - fileCount: how many files the tablet has.
  ///   - running: the jobs that run on the tablet, in their order.
  func plan(
    candidates: [PlannedFile], running: [(kind: CompactionKind, files: [PlannedFile])], fileCount: Int, order: FileOrder
  ) throws(PlanningError) -> Plan {
    guard !candidates.isEmpty else { return Plan(files: [], reason: .noCandidates) }
    guard !service.executors.isEmpty else {
      throw PlanningError("the compaction service \(service.name) has no executors")
    }
    let selection = FileSelection(order: order, maxOpen: service.maxOpen)
    let mustTakeAll = kind == .user || kind == .selector
    let cap = kind == .system ? service.cap : .max

    if running.isEmpty {
      let found = try selection.meetingRatio(candidates, ratio: ratio, cap: cap)
      if !found.isEmpty {
        if mustTakeAll, found.count < candidates.count, candidates.count <= service.maxOpen,
          try !meetsRatioAfter(found, candidates, selection)
        {
          return Plan(
            files: order.sorted(candidates), reason: .everythingAtOnce(meetingRatio: found.count, ratio: ratio))
        }
        return Plan(files: Array(found), reason: .meetsRatio(ratio, of: candidates.count))
      }
    } else if kind == .system {
      let found = try besideRunning(candidates, running.map(\.files), selection, cap: cap)
      return Plan(
        files: found, reason: found.isEmpty ? .waitsForRunning(ratio) : .meetsRatio(ratio, of: candidates.count))
    }

    if kind != .system {
      if running.contains(where: { $0.kind == kind }) { return Plan(files: [], reason: .sameKindRuns) }
      return Plan(files: Array(try selection.mustCompact(candidates)), reason: .mustCompact(of: candidates.count))
    }
    guard fileCount == candidates.count, fileCount > fileLimit else {
      return Plan(files: [], reason: .belowRatio(ratio, candidates: candidates.count))
    }
    let found = try selection.meetingLowerRatio(candidates, lowest: service.lowestRatio, cap: cap)
    return Plan(
      files: Array(found.files),
      reason: .tooManyFiles(
        limit: fileLimit, best: found.ratio, lowest: service.lowestRatio, found: !found.files.isEmpty),
      limit: fileLimit)
  }

  /// Whether the tablet would have files that meet the ratio after this compaction.
  private func meetsRatioAfter(
    _ found: ArraySlice<PlannedFile>, _ candidates: [PlannedFile], _ selection: FileSelection
  ) throws(PlanningError) -> Bool {
    let taken = Set(found.map(\.identity))
    let left = candidates.filter { !taken.contains($0.identity) } + [try PlannedFile(predicting: found, number: 0)]
    return try !selection.meetingRatio(left, ratio: ratio, cap: .max).isEmpty
  }

  /// Real files that meet the ratio, without those to be compacted later, together with the output of a running job.
  private func besideRunning(
    _ candidates: [PlannedFile], _ running: [[PlannedFile]], _ selection: FileSelection, cap: Int64
  ) throws(PlanningError) -> [PlannedFile] {
    var pool = candidates
    var number = 0
    for files in running {
      pool.append(try PlannedFile(predicting: files, number: number))
      number += 1
    }
    while true {
      let found = try selection.meetingRatio(pool, ratio: ratio, cap: cap)
      guard found.contains(where: \.isPredicted) else { return Array(found) }
      let taken = Set(found.map(\.identity))
      pool.removeAll { taken.contains($0.identity) }
      pool.append(try PlannedFile(predicting: found, number: number))
      number += 1
    }
  }
}
