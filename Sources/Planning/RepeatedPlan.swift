// Keeps planning as if each job had finished, round after round; in 2.1 a round has one job.
//
// The inputs of a job leave the tablet and its output joins it, as large as the inputs together. For SYSTEM the output
// is a candidate like any other. USER and SELECTOR work on a selection of files: the output joins it, unless the job
// took the whole rest of the selection, which ends the compaction. CHOP works through its files and ignores the
// outputs. In 4.0, a system compaction that uses files of a selection ends the selection.

internal import Records

/// A tablet on which jobs finish as soon as they are planned.
struct RepeatedPlan {
  private(set) var tablet: Tablet
  /// The number of rounds so far.
  private(set) var passes = 0
  private let planner: TablePlanner
  private var isOver = false

  /// - Throws: `PlanningError` when compactions of this kind would never end.
  init(_ tablet: Tablet, _ planner: TablePlanner) throws(PlanningError) {
    if planner.kind == .user || planner.kind == .selector, planner.service.maxOpen < 2 {
      throw PlanningError(
        "the service \(planner.service.name) has maxOpen \(planner.service.maxOpen): it would rewrite single files for ever"
      )
    }
    let tablet = try tablet.namingParts().withoutStaleJobs()
    (self.tablet, self.planner) = (tablet, planner)
    if planner.kind != .system, tablet.candidates == nil, tablet.selected == nil || planner.service.version == .v2 {
      let taken = Set(tablet.running.flatMap(\.files))
      self.tablet.candidates = tablet.files.map(\.part).filter { !taken.contains($0) }
    }
  }

  /// The decision for the tablet as it is now.
  func decide() throws(PlanningError) -> Decision {
    isOver ? Decision(choices: [], reason: "all selected files were compacted") : try planner.decide(tablet)
  }

  /// The jobs of a round finish, each of which leaves a file.
  mutating func finish(_ round: [(choice: Decision.Choice, output: String)]) throws(PlanningError) {
    passes += 1
    for (choice, output) in round { try finish(choice, output: output) }
  }

  private mutating func finish(_ choice: Decision.Choice, output: String) throws(PlanningError) {
    var entries: Int64 = 0
    for file in choice.files {
      let (sum, overflow) = entries.addingReportingOverflow(file.entries)
      guard !overflow else { throw PlanningError("the entries of the files add up to more than \(Int64.max)") }
      entries = sum
    }
    let taken = Set(choice.files.map(\.part))
    tablet.files.removeAll { taken.contains($0.part) }
    tablet.files.append(TabletFile(file: output, size: choice.bytes, entries: entries))
    guard var candidates = tablet.candidates else { return leaveSelection(taken, output) }
    candidates.removeAll { taken.contains($0) }
    isOver = candidates.isEmpty && planner.kind != .system
    if planner.kind == .system || (planner.kind != .chop && !isOver) { candidates.append(FilePart(output)) }
    tablet.candidates = candidates
  }

  /// Accumulo: `CommitCompaction`, `CompactionReservationCheck`.
  private mutating func leaveSelection(_ taken: Set<FilePart>, _ output: String) {
    guard var selected = tablet.selected else { return }
    if planner.kind == .system {
      if selected.files.contains(where: taken.contains) { tablet.selected = nil }
      return
    }
    selected.files.removeAll { taken.contains($0) }
    isOver = selected.files.isEmpty
    selected.files.append(FilePart(output))
    selected.completed += 1
    tablet.selected = isOver ? nil : selected
  }

  /// Puts another file into the tablet: a flush.
  mutating func add(_ file: TabletFile) {
    tablet.files.append(file)
    if planner.kind == .system { tablet.candidates?.append(file.part) }
  }
}
