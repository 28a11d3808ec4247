package import Records

/// What two configurations make of all tablets, in one pass over them.
package struct ComparisonTotal: Sendable {
  private struct Side {
    var jobs: Int64 = 0
    /// Inputs of all jobs. Stops at the largest number.
    var bytes: Int64 = 0
    /// Tablets with nothing to do.
    var idle: Int64 = 0
  }

  private var tablets: Int64 = 0
  private var different: Int64 = 0
  private var a = Side()
  private var b = Side()
  private var onlyA: Int64 = 0
  private var onlyB: Int64 = 0
  private var changed: Int64 = 0

  package init() {}

  /// Takes what was made of the next tablet.
  package mutating func add(_ difference: PlanDifference, _ a: Decision, _ b: Decision) {
    tablets += 1
    different += difference.isEmpty ? 0 : 1
    Self.add(a, to: &self.a)
    Self.add(b, to: &self.b)
    onlyA += Int64(difference.onlyA.count)
    onlyB += Int64(difference.onlyB.count)
    changed += Int64(difference.changed.count)
  }

  private static func add(_ decision: Decision, to side: inout Side) {
    side.jobs += Int64(decision.startable.count)
    for choice in decision.startable { side.bytes = side.bytes.addingSaturated(choice.bytes) }
    side.idle += decision.startable.isEmpty ? 1 : 0
  }

  package var summary: Summary {
    Summary(
      command: "plan --compare",
      counts: [
        ("tablets", tablets), ("different", different), ("jobsA", a.jobs), ("jobsB", b.jobs), ("onlyA", onlyA),
        ("onlyB", onlyB), ("changed", changed), ("bytesA", a.bytes), ("bytesB", b.bytes), ("idleA", a.idle),
        ("idleB", b.idle),
      ])
  }
}
