package import Records

/// Ids and output names for jobs: random, and unique within a run. A seeded generator gives the same names on every
/// run.
package struct JobNames<Generator: RandomNumberGenerator> {
  private var generator: Generator
  /// The numbers of the outputs' names, and the letters: the name itself would cost four times the memory.
  private var taken: Set<UInt64> = []

  package init(_ generator: Generator) { self.generator = generator }

  /// `ECID:` and a random UUID; `ECID-` in 4.0.
  package mutating func ecid(of version: AccumuloVersion = .v2) -> String {
    let (high, low) = (generator.next() as UInt64, generator.next() as UInt64)
    return ExternalCompactionId(randomBits: (high, low), of: version).description
  }

  /// `C0000dqs.rf`: the letter, seven digits to base 36. The letter is A when a job of all files drops the delete
  /// markers.
  package mutating func output(dropsDeletes: Bool, in tablet: Tablet) -> String {
    while true {
      let number = generator.next() % FileName.numbers
      let name = FileName.make(dropsDeletes ? .fullCompaction : .compaction, number)
      guard !tablet.files.contains(where: { FileName.isLastPart(name, of: $0.file) }) else { continue }
      if taken.insert(number << 1 | (dropsDeletes ? 1 : 0)).inserted { return name }
    }
  }

  /// The record of a job.
  /// - Parameters:
  ///   - pass: 1 for a job on the tablet as it is; a higher pass reads the outputs of earlier ones.
  package mutating func job(
    _ choice: Decision.Choice, of tablet: Tablet, by planner: TablePlanner, pass: Int
  ) -> CompactionJob {
    let output = output(dropsDeletes: choice.selectedAll, in: tablet)
    let version = planner.service.version
    let hasGroup = version == .v4
    return CompactionJob(
      ecid: ecid(of: version), extent: tablet.extent, directory: tablet.directory, kind: planner.kind,
      service: planner.service.name, executor: hasGroup ? "" : choice.executor,
      group: hasGroup ? choice.executor : nil, pass: pass, priority: choice.priority, inputs: choice.files,
      nextFiles: choice.nextFiles, output: output, tmp: output + "_tmp", propagateDeletes: !choice.selectedAll,
      selectedAll: choice.selectedAll, bytes: choice.bytes,
      properties: planner.properties, hasProperties: planner.hasProperties)
  }
}

extension TablePlanner {
  /// The jobs of a tablet: those that can begin now, or with `repeats` all of them until nothing is left to plan.
  /// - Parameter hear: called with every decision, including the decision for no job, the tablet it is about and its
  ///   pass, from 1.
  package func jobs<Generator>(
    of tablet: Tablet, repeats: Bool, names: inout JobNames<Generator>, hear: (Decision, Tablet, Int) -> Void
  ) throws(PlanningError) -> [CompactionJob] {
    guard repeats else {
      let decision = try decide(tablet)
      hear(decision, tablet, 1)
      return decision.startable.map { names.job($0, of: tablet, by: self, pass: 1) }
    }
    var plan = try RepeatedPlan(tablet, self)
    var jobs: [CompactionJob] = []
    while true {
      let decision = try plan.decide()
      hear(decision, plan.tablet, plan.passes + 1)
      let choices = decision.startable
      if choices.isEmpty { return jobs }
      let round = choices.map { names.job($0, of: plan.tablet, by: self, pass: plan.passes + 1) }
      try plan.finish(zip(choices, round).map { ($0, $1.output) })
      jobs += round
    }
  }
}
