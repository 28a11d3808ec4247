import Planning
import Records
import Settings
import TabletStore

extension Plan {
  /// One of the two configurations.
  private struct Side {
    /// The path of its file, for messages.
    var name: String
    var planners: TablePlanners
    /// Where a selector finds the summaries of files.
    let access: DirectoryAccess
    /// For its notes.
    var total = PlanTotal()
    private var unplanned: Set<BadTableSettings> = []

    init(name: String, planners: TablePlanners, access: DirectoryAccess) {
      (self.name, self.planners, self.access) = (name, planners, access)
    }

    /// Settings that cannot be planned with leave the tablet with nothing to do: that is what changes.
    /// - Throws: `PlanningError` that names the file and the place of the tablet.
    mutating func decide(_ found: FoundTablet) throws -> Decision {
      let planner: TablePlanner
      do {
        planner = try planners.planner(
          forTable: found.tablet.extent.tableId, tableProperties: found.tableProperties, metadata: found.tablet.version)
      } catch let error as BadTableSettings {
        if unplanned.insert(error).inserted { Messages.write("actool plan: \(name): \(error)") }
        return error.decision
      } catch {
        throw PlanningError("\(name): \(found.place): \(error)")
      }
      do {
        if let selector = planner.selector {
          let (all, reason) = selector.selects(try SummarizedFiles(access: access).files(of: found.tablet))
          if !all { return .nothing(because: "the selector takes none: \(reason)") }
        }
        let decision = try planner.decide(found.tablet)
        if let remark = decision.remark { total.add(remark) }
        return decision
      } catch {
        throw PlanningError("\(name): \(found.place): \(error)")
      }
    }
  }

  /// `--compare`: what changes from one configuration to the other, tablet by tablet, in one pass over them.
  func runComparison() throws {
    let access = try directories.access()
    var (a, b) = (try side(compare[0], access), try side(compare[1], access))
    var input = TabletInput(access: access, for: "plan")
    var total = ComparisonTotal()
    let output = RecordOutput()
    try output.flushing {
      try input.forEach(in: paths + compare.dropFirst(2)) { found in
        tellStaleJobs(of: found.tablet)
        let (one, other) = (try a.decide(found), try b.decide(found))
        let difference = PlanDifference(found.tablet.extent, one, other)
        total.add(difference, one, other)
        if explain != nil {
          for (name, decision) in [(a.name, one), (b.name, other)] {
            for line in decision.explanations { tell("\(name): \(line)", about: found.tablet) }
          }
        }
        if !difference.isEmpty { try output.write { difference.write(to: &$0) } }
      }
      try output.write { total.summary.write(to: &$0) }
    }
    for side in [a, b] {
      for note in side.total.notes { Messages.write("actool plan: \(side.name): \(note)") }
      tellIgnored(by: side.planners, in: side.name + ": ")
    }
    try ExitStatus.end(withProblems: input.problems, of: "plan")
  }

  /// The settings of the file, over those of `--config` and under those of `-p`.
  private func side(_ path: String, _ access: DirectoryAccess) throws -> Side {
    var configuration = try settings.configuration()
    configuration.add(try ConfigurationSource(path: path))
    return Side(
      name: path,
      planners: TablePlanners(configuration, version: version.accumulo, kind: kind.kind, hints: hints),
      access: access)
  }
}
