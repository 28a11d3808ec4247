package import Records

/// What the balances of all tables come to.
package struct BalanceTotal: Sendable {
  var servers: Int64 = 0
  var tables: Int64 = 0
  var tablets: Int64 = 0
  var unassigned: Int64 = 0
  private var assignments: Int64 = 0
  private var migrations: Int64 = 0
  private var lowerBound: Int64 = 0
  private var beyondFloor: Int64 = 0
  private var kept: Int64 = 0
  private var keptAtMost: Int64 = 0
  private var passes: Int64 = 0
  private var milliseconds: Int64 = 0
  private var deviationBefore: Int64 = 0
  private var deviationAfter: Int64 = 0
  private var greedy: Int64 = 0

  /// Adds the plan of one table. Tables are balanced side by side, so that the longest decides about passes and time.
  /// - Parameter wait: between two passes, ms.
  mutating func add(_ plan: BalancePlan, _ greedy: GreedyGroupBalancer.Outcome?, wait: Int64) {
    tablets += Int64(plan.before.sites.count)
    unassigned += Int64(plan.before.homeless.count)
    assignments += Int64(plan.assignments.count)
    migrations += Int64(plan.migrations.count)
    lowerBound += Int64(plan.proof.lowerBound)
    beyondFloor += Int64(plan.proof.beyondFloor)
    kept += Int64(plan.proof.kept)
    keptAtMost += Int64(plan.proof.keptAtMost)
    passes = max(passes, Int64(plan.passes))
    let (time, overflow) = Int64(plan.passes).multipliedReportingOverflow(by: wait)
    milliseconds = max(milliseconds, overflow ? .max : time)
    deviationBefore = max(deviationBefore, Int64(PlacementReport(plan.start).largestDeviation))
    deviationAfter = max(deviationAfter, Int64(PlacementReport(plan.after).largestDeviation))
    self.greedy += Int64(greedy?.total ?? 0)
  }

  /// Adds what the SimpleLoadBalancer does with one table, or with several as one.
  mutating func add(_ passes: [[Migration]], of placement: TablePlacement, tables: Int) {
    self.tables += Int64(tables)
    tablets += Int64(placement.sites.count)
    unassigned += Int64(placement.homeless.count)
    migrations += Int64(passes.reduce(0) { $0 + $1.count })
    self.passes = max(self.passes, Int64(passes.count))
  }

  /// - Parameter compares: with the migrations of the greedy algorithm.
  package func summary(compares: Bool) -> Summary {
    Summary(
      command: "balance",
      counts: [
        ("tables", tables), ("tablets", tablets), ("servers", servers), ("unassigned", unassigned),
        ("assignments", assignments), ("migrations", migrations), ("lowerBound", lowerBound),
        ("beyondFloor", beyondFloor), ("kept", kept), ("keptAtMost", keptAtMost), ("passes", passes),
        ("predictedSeconds", milliseconds / 1000), ("deviationBefore", deviationBefore),
        ("deviationAfter", deviationAfter),
      ] + (compares ? [("greedyMigrations", greedy)] : []))
  }
}
