// Which change of a setting or of the tablet flips the decision?
//
// Nothing is deduced that is not also tried: every change is made, and the tablet planned again with it. The planner's
// own code decides, so the answer holds for both versions, for limits of executors, for selections and running jobs.
//
//     ratio          from one ratio at which a comparison changes to the next (`RatioWitness`), until the plan flips
//     more files     1, 2, 3 .. of them, as large as the median of what the tablet got by flushes, otherwise as its
//                    smallest file
//     table.file.max one less than the tablet has files, or as many
//     running jobs   their inputs go, and their outputs come

internal import Records

struct FlipSearch {
  private let planner: TablePlanner
  private let tablet: Tablet
  private let compacts: Bool

  /// How many plans a search may take. Beyond, no answer is given.
  private static let mostSteps = 256
  private static let mostFiles = 64

  /// - Parameter compacts: the decision that is to flip.
  init(_ planner: TablePlanner, _ tablet: Tablet, compacts: Bool) {
    (self.planner, self.tablet, self.compacts) = (planner, tablet, compacts)
  }

  /// The nearest first. Empty when the tablet is held back by something that no change here removes.
  var flips: [Flip] {
    guard let decision = try? planner.decide(tablet), decision.startable.isEmpty != compacts else { return [] }
    switch decision.remark {
    case .held, .mustSplit, .drains: return []
    case .unknownAge, nil: break
    }
    return ratios + moreFiles + fileLimit + runningJobsEnd
  }

  private func flips(_ planner: TablePlanner, _ tablet: Tablet, _ witness: RatioWitness? = nil) -> Bool {
    guard let decision = try? planner.decide(tablet, before: witness) else { return false }
    return decision.startable.isEmpty == compacts
  }

  private var ratios: [Flip] {
    // Without running jobs fewer sets meet a higher ratio, so only one side can flip.
    let sides: [Side] = !tablet.running.isEmpty ? [.below, .above] : compacts ? [.above] : [.below]
    return sides.compactMap(nearestRatio)
  }

  private enum Side { case below, above }

  private func nearestRatio(on side: Side) -> Flip? {
    let from = planner.planning.ratio
    var ratio = from.isNaN ? .infinity : from
    for _ in 0..<Self.mostSteps {
      let witness = RatioWitness(at: ratio)
      _ = flips(planner.with(ratio: ratio), tablet, witness)
      let mayJump = side == .above && tablet.running.isEmpty
      guard let next = side == .below ? witness.below : mayJump ? witness.highest?.nextUp : witness.above,
        next.isFinite, next >= 0, side == .below ? next < ratio : next > ratio
      else { return nil }
      ratio = next
      if flips(planner.with(ratio: ratio), tablet) {
        let beside = side == .below ? ratio.nextUp : ratio.nextDown
        guard !flips(planner.with(ratio: beside), tablet) else { return nil }
        return .ratio(
          RatioFlip(from: from, to: ratio, short: short(ratio, on: side), andBeyond: tablet.running.isEmpty))
      }
    }
    return nil
  }

  /// Rounds away from the ratio now.
  private func short(_ ratio: Double, on side: Side) -> Double {
    for digits in 2...15 {
      let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
      let short = (ratio * scale).rounded(side == .below ? .down : .up) / scale
      guard side == .below ? short <= ratio : short >= ratio else { continue }
      if flips(planner.with(ratio: short), tablet) { return short }
    }
    return ratio
  }

  private var moreFiles: [Flip] {
    guard !compacts, planner.kind == .system, let model = modelFile else { return [] }
    var tablet = tablet
    for count in 1...Self.mostFiles {
      tablet.add(name(of: count, in: model), size: model.size)
      if flips(planner, tablet) { return [.moreFiles(count: count, size: model.size)] }
    }
    return []
  }

  private var modelFile: TabletFile? {
    let files = tablet.files.filter { $0.size > 0 }
    let flushed = files.filter { $0.file.lastPart.first == FileName.Origin.flush.rawValue }
      .sorted { $0.size < $1.size }
    return flushed.isEmpty ? files.min { $0.size < $1.size } : flushed[flushed.count / 2]
  }

  /// Beside a file of the tablet, under a name that none of its files has.
  private func name(of number: Int, in model: TabletFile) -> String {
    let directory = model.file.utf8.lastIndex(of: UInt8(ascii: "/")).map { model.file[...$0] } ?? ""
    var name = "F.more\(number).rf"
    while tablet.files.contains(where: { FileName.isLastPart(name, of: $0.file) }) { name = "F." + name }
    return directory + name
  }

  private var fileLimit: [Flip] {
    guard planner.kind == .system else { return [] }
    let from = planner.planning.fileLimit
    let to = compacts ? tablet.files.count : tablet.files.count - 1
    // A limit of 0 stands for another setting.
    guard to >= 1, compacts ? to > from : to < from, flips(planner.with(fileLimit: to), tablet) else { return [] }
    return [.fileLimit(from: from, to: to)]
  }

  private var runningJobsEnd: [Flip] {
    guard !compacts, !tablet.running.isEmpty, tablet.selected == nil, let model = tablet.files.first,
      let named = try? tablet.namingParts().withoutStaleJobs()
    else { return [] }
    var after = named
    let taken = Set(named.running.flatMap(\.files))
    after.running = []
    after.files.removeAll { taken.contains($0.part) }
    after.candidates?.removeAll(where: taken.contains)
    for (number, job) in named.running.enumerated() {
      let inputs = named.files.filter { job.files.contains($0.part) }
      let (sum, overflow) = inputs.reduce((Int64(0), false)) { total, file in
        let (sum, overflow) = total.0.addingReportingOverflow(file.size)
        return (sum, total.1 || overflow)
      }
      if overflow { return [] }
      after.add(name(of: number + 1, in: model), size: sum)
    }
    return flips(planner, after) ? [.runningJobsEnd] : []
  }
}

extension Tablet {
  /// Puts a file into the tablet, which may be compacted.
  fileprivate mutating func add(_ file: String, size: Int64) {
    files.append(TabletFile(file: file, size: size))
    candidates?.append(FilePart(file))
  }
}
