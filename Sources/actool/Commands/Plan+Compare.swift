import Planning
import Records
import Settings

extension Plan {
  /// One of the two configurations.
  private struct Side {
    /// The path of its file, for messages.
    var name: String
    var planners: TablePlanners

    /// - Throws: `PlanningError` that names the file and the place of the tablet.
    mutating func decide(_ found: FoundTablet) throws -> Decision {
      do {
        return try planners.planner(
          forTable: found.tablet.extent.tableId, tableProperties: found.tableProperties, metadata: found.tablet.version
        ).decide(found.tablet)
      } catch let error as PlanningError {
        throw PlanningError("\(name): \(found.place): \(error)")
      } catch let error as ConfigurationError {
        throw PlanningError("\(name): \(found.place): \(error)")
      }
    }
  }

  /// `--compare`: what changes from one configuration to the other, tablet by tablet, in one pass over them.
  func runComparison() throws {
    var (a, b) = (try side(compare[0]), try side(compare[1]))
    var input = TabletInput(access: try directories.access())
    var total = ComparisonTotal()
    let output = RecordOutput()
    try output.flushing {
      try input.forEach(in: paths + compare.dropFirst(2)) { found in
        let (one, other) = (try a.decide(found), try b.decide(found))
        let difference = PlanDifference(found.tablet.extent, one, other)
        total.add(difference, one, other)
        if explain {
          for (name, decision) in [(a.name, one), (b.name, other)] {
            for line in decision.explanations { tell("\(name): \(line)", about: found.tablet) }
          }
        }
        if !difference.isEmpty { try output.write { difference.write(to: &$0) } }
      }
      try output.write { total.summary.write(to: &$0) }
    }
    for side in [a, b] { tellIgnored(by: side.planners, in: side.name + ": ") }
    try ExitStatus.end(withProblems: input.problems, of: "plan")
  }

  /// The settings of the file, over those of `--config` and under those of `-p`.
  private func side(_ path: String) throws -> Side {
    var configuration = try settings.configuration()
    configuration.add(try ConfigurationSource(path: path))
    return Side(
      name: path,
      planners: TablePlanners(configuration, version: version.accumulo, kind: kind.kind, hints: hints))
  }
}
