/// Why a plan is what it is, for people.
enum PlanReason: Equatable {
  case noCandidates
  case meetsRatio(Double, of: Int)
  case everythingAtOnce(meetingRatio: Int, ratio: Double)
  case waitsForRunning(Double)
  case sameKindRuns
  case mustCompact(of: Int)
  case mustCompactInSets(of: Int)
  case belowRatio(Double, candidates: Int)
  case tooManyFiles(limit: Int, best: Double, lowest: Double, found: Bool)

  /// - Parameters:
  ///   - files: the job's, in ascending order of size.
  ///   - maxOpen: the service's.
  func text(files: [PlannedFile], bytes: Int64, maxOpen: Int) -> String {
    switch self {
    case .noCandidates: "no files are free to be compacted"
    case .meetsRatio(let ratio, let candidates):
      "\(files.count) of \(candidates) files meet the ratio: largest \(files.last?.size ?? 0) * \(ratio) < sum \(bytes)"
    case .everythingAtOnce(let count, let ratio):
      "all \(files.count) files: after the \(count) that meet the ratio \(ratio) the others would not meet it"
    case .waitsForRunning(let ratio):
      "no files meet the ratio \(ratio) without the output of a running compaction"
    case .sameKindRuns: "a compaction of the same kind is running"
    case .mustCompact(let candidates):
      "the \(files.count) smallest of \(candidates) files: all must be compacted, at most \(maxOpen) at a time"
    case .mustCompactInSets(let candidates):
      "\(files.count) of \(candidates) files: all must be compacted, \(maxOpen) at a time"
    case .belowRatio(let ratio, let candidates): "0 of \(candidates) files meet the ratio \(ratio)"
    case .tooManyFiles(let limit, let best, let lowest, let found):
      "more than \(limit) files and none meet the ratio; the best ratio found is \(best), "
        + (found ? "above the lowest, \(lowest): \(files.count) files" : "not above the lowest, \(lowest)")
    }
  }
}
