import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

@Suite("Plan after plan of Accumulo 4.0")
struct GoldenSimulation4Tests {
  @Test("as if every job finished, as if every job ran on, and by a script, they are Accumulo's")
  func simulation() throws {
    var modes: [String: Int] = [:]
    for line in try GoldenLine.all4("planner4/planner4_sim.jsonl") {
      let golden = GoldenTablet4(line: line)
      modes[line["mode"]?.text ?? "", default: 0] += 1
      switch line["mode"]?.text {
      case "ingest": try ingest(golden)
      case "user": try finish(golden)
      case "concurrent": try leaveRunning(golden)
      default: try follow(golden)
      }
    }
    #expect(modes == ["ingest": 6, "user": 10, "concurrent": 4, "tablet": 10])
  }

  private func number(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 7 - digits.count) + digits + ".rf"
  }

  private func expectedSteps(_ golden: GoldenTablet4) -> [[GoldenJob4]] {
    golden.line.expect["steps"]?.elements.map { GoldenJob4.all($0["jobs"]) } ?? []
  }

  /// All rounds until nothing is left, with outputs numbered from `first`.
  private func quiet(
    _ plan: inout RepeatedPlan, _ golden: GoldenTablet4, from first: Int
  ) throws -> [[GoldenJob4]] {
    var steps: [[GoldenJob4]] = []
    var next = first
    while true {
      let choices = try plan.decide().choices
      if choices.isEmpty { return steps }
      steps.append(choices.map { golden.job($0) })
      let outputs = choices.indices.map { golden.path("C" + number(next + $0)) }
      next += choices.count
      try plan.finish(zip(choices, outputs).map { ($0, $1) })
    }
  }

  /// Flush a file, then plan and apply until quiet.
  private func ingest(_ golden: GoldenTablet4) throws {
    var plan = try RepeatedPlan(golden.tablet(files: []), golden.planner())
    var steps: [[GoldenJob4]] = []
    var jobs = 0
    for (index, size) in (golden.line["flushSizes"]?.elements ?? []).enumerated() {
      plan.add(TabletFile(file: golden.path("F" + number(index)), size: size.int64 ?? -1, entries: 1))
      let rounds = try quiet(&plan, golden, from: jobs)
      steps += rounds
      jobs += rounds.joined().count
    }
    #expect(steps == expectedSteps(golden), "\(golden.line)")
    expectFinal(plan.tablet, golden)
  }

  private func finish(_ golden: GoldenTablet4) throws {
    var plan = try RepeatedPlan(golden.tablet(), golden.planner())
    #expect(try quiet(&plan, golden, from: 0) == expectedSteps(golden), "\(golden.line)")
    expectFinal(plan.tablet, golden)
  }

  private func expectFinal(_ tablet: Tablet, _ golden: GoldenTablet4) {
    let files = tablet.files.map { [golden.name($0), "\($0.size)"] }
    let expected = golden.line.expect["finalFiles"]?.elements.map { [$0["file"]?.text ?? "", $0["size"]?.text ?? ""] }
    #expect(Set(files) == Set(expected ?? []), "\(golden.line)")
  }

  private func leaveRunning(_ golden: GoldenTablet4) throws {
    var tablet = golden.tablet()
    var steps: [[GoldenJob4]] = []
    while true {
      let choices = try golden.planner().decide(tablet).choices
      if choices.isEmpty { break }
      steps.append(choices.map { golden.job($0) })
      for choice in choices { tablet.running.append(golden.running(choice, golden.kind)) }
    }
    #expect(steps == expectedSteps(golden), "\(golden.line)")
  }

  /// One tablet through flushes, selections, plans and ends of jobs.
  private func follow(_ golden: GoldenTablet4) throws {
    var tablet = golden.tablet()
    var (flushes, outputs, done) = (0, 0, 0)
    let planners = [CompactionKind.system: try golden.planner(.system), .user: try golden.planner(.user)]
    for (step, expected) in zip(golden.line["script"]?.elements ?? [], golden.line.expect["steps"]?.elements ?? []) {
      switch step["op"]?.text {
      case "flush":
        tablet.files.append(TabletFile(file: golden.path("F" + number(flushes)), size: step["size"]?.int64 ?? -1))
        flushes += 1
      case "select":
        let selects = tablet.selected == nil && tablet.running.isEmpty && !tablet.files.isEmpty
        // It has just been selected, for ever.
        if selects { tablet.selected = SelectedFiles(files: tablet.files.map(\.part), all: true, ageMs: 0) }
        #expect(expected["selected"]?.int == (selects ? tablet.files.count : 0), "\(golden.line)")
      case "plan":
        let kind = try #require(step["kind"]?.text.flatMap { CompactionKind(rawValue: $0) })
        let choices =
          kind == .user && tablet.selected == nil ? [] : try #require(planners[kind]).decide(tablet).choices
        #expect(choices.map { golden.job($0, kind) } == GoldenJob4.all(expected["jobs"]), "\(golden.line)")
        for choice in choices { tablet.running.append(golden.running(choice, kind)) }
      default:
        guard !tablet.running.isEmpty else { break }
        let job = tablet.running.remove(at: (step["job"]?.int ?? 0) % tablet.running.count)
        let name = "C" + number(outputs)
        let output = golden.path(name)
        outputs += 1
        let taken = Set(job.files)
        let size = tablet.files.filter { taken.contains($0.part) }.map(\.size).reduce(0, +)
        tablet.files.removeAll { taken.contains($0.part) }
        tablet.files.append(TabletFile(file: output, size: size))
        #expect(expected["finished"]?.text == name && expected["bytes"]?.int64 == size, "\(golden.line)")
        guard job.kind == .user, var selected = tablet.selected else { break }
        selected.files.removeAll { taken.contains($0) }
        let isOver = selected.files.isEmpty
        done += isOver ? 1 : 0
        selected.files.append(FilePart(output))
        selected.completed += 1
        tablet.selected = isOver ? nil : selected
      }
      #expect(tablet.files.count == expected["files"]?.int, "\(golden.line)")
      #expect(tablet.running.count == expected["running"]?.int, "\(golden.line)")
    }
    #expect(done == golden.line.expect["userCompactionsDone"]?.int, "\(golden.line)")
  }
}

extension GoldenTablet4 {
  func running(_ choice: Decision.Choice, _ kind: CompactionKind) -> RunningJob {
    RunningJob(kind: kind, group: choice.executor, files: choice.files.map(\.part))
  }
}
