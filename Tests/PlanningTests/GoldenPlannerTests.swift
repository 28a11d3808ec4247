import Settings
import TestSupport
import Testing

@testable import Planning
@testable import Records

@Suite("Accumulo's planner")
struct GoldenPlannerTests {
  /// Java's sums wrap in two of these and are errors here; in the other a file has a negative size, which is also an
  /// error here.
  static let ours: Set<String> = ["edge-1", "edge-2", "edge-7"]

  func check(_ name: String, lines count: Int) throws {
    var (lines, jobs) = (0, 0)
    for line in try GoldenLine.all(name) {
      lines += 1
      let golden = GoldenTablet(line: line)
      let expectsError = line.expectsError || Self.ours.contains(line["id"]?.text ?? "")
      do {
        let decision = try golden.planner().decide(golden.tablet())
        let found = decision.choices.map { GoldenJob($0, prefix: golden.prefix) }
        let expected = line.expect["jobs"]?.elements.map { GoldenJob($0) } ?? []
        #expect(!expectsError && found == expected, "\(line): \(decision.reason)")
        jobs += found.count
      } catch {
        #expect(expectsError, "\(line): \(error)")
      }
    }
    #expect(lines == count && jobs > count / 4)
  }

  @Test("real and random tablets are planned as Accumulo plans them")
  func planner() throws { try check("planner/planner.jsonl", lines: 277) }

  @Test("tiny sizes with many ties are planned as Accumulo plans them")
  func fuzz() throws { try check("planner/planner_fuzz.jsonl", lines: 777) }

  @Test("the edges are Accumulo's, but where its sums wrap ours are errors")
  func edges() throws { try check("planner/planner_edge.jsonl", lines: 9) }

  @Test("options of a planner are taken and refused as Accumulo takes and refuses them")
  func options() throws {
    var lines = 0
    for line in try GoldenLine.all("planner/planner_init.jsonl") {
      lines += 1
      let golden = GoldenTablet(line: line)
      do {
        let services = try CompactionServices(golden.configuration.settings(), .v2)
        let service = try services.service(golden.service)
        #expect(!line.expectsError, "\(line)")
        var pools: [String: Int] = [:]
        var queues: [String] = []
        for executor in service.executors {
          switch executor.place {
          case .threads(let threads): pools[executor.id] = threads
          case .queue: queues.append(executor.id)
          case .group: break
          }
        }
        let expectedPools = line.expect["threadPools"]?.fields.map { ($0.name, $0.value.int ?? 0) } ?? []
        #expect(pools == Dictionary(uniqueKeysWithValues: expectedPools), "\(line)")
        #expect(queues.sorted() == line.expect["queues"]?.strings.sorted(), "\(line)")
        let probed = line["probeSizes"]?.elements.compactMap { service.executor(forSize: $0.int64 ?? -1)?.id }
        #expect(probed == line.expect["probeExecutors"]?.strings, "\(line)")
        let equal = (0..<200).map { TabletFile(file: golden.prefix + "F\($0).rf", size: 10) }
        let job = try golden.planner().decide(golden.tablet(files: equal)).choices.first
        #expect(job?.files.count == line.expect["userJobSizeOf200EqualFiles"]?.int, "\(line)")
      } catch {
        #expect(line.expectsError, "\(line): \(error)")
      }
    }
    #expect(lines == 25)
  }

  @Test("plan after plan, as if every job finished, is Accumulo's plan after plan")
  func simulation() throws {
    var (lines, planned) = (0, 0)
    for line in try GoldenLine.all("planner/planner_sim.jsonl") {
      lines += 1
      let golden = GoldenTablet(line: line)
      let expected = line.expect["steps"]?.elements.map { GoldenJob($0) } ?? []
      let steps: [GoldenJob]
      switch line["mode"]?.text {
      case "ingest": steps = try ingest(golden)
      case "user": steps = try finish(golden)
      default: steps = try leaveRunning(golden)
      }
      #expect(steps == expected, "\(line)")
      planned += steps.count
    }
    #expect(lines == 27 && planned > 500, "\(planned) steps")
  }

  private func output(_ number: Int) -> String {
    let digits = String(number)
    return "C" + String(repeating: "0", count: 7 - digits.count) + digits + ".rf"
  }

  /// Flushes a file, then plans and applies jobs until nothing is left to do.
  private func ingest(_ golden: GoldenTablet) throws -> [GoldenJob] {
    var plan = try RepeatedPlan(golden.tablet(files: []), golden.planner())
    var steps: [GoldenJob] = []
    for (number, size) in (golden.line["flushSizes"]?.elements ?? []).enumerated() {
      plan.add(TabletFile(file: golden.prefix + "F" + output(number).dropFirst(), size: size.int64 ?? -1, entries: 1))
      steps += try quiet(&plan, golden, from: steps.count)
    }
    #expect(plan.tablet.files.count == golden.line.expect["finalFiles"]?.elements.count, "\(golden.line)")
    return steps
  }

  private func finish(_ golden: GoldenTablet) throws -> [GoldenJob] {
    var plan = try RepeatedPlan(golden.tablet(), golden.planner())
    let steps = try quiet(&plan, golden, from: 0)
    #expect(plan.tablet.files.count == 1)
    return steps
  }

  private func quiet(_ plan: inout RepeatedPlan, _ golden: GoldenTablet, from first: Int) throws -> [GoldenJob] {
    var steps: [GoldenJob] = []
    while let choice = try plan.decide().choices.first {
      steps.append(GoldenJob(choice, prefix: golden.prefix))
      try plan.finish([(choice, golden.prefix + output(first + steps.count - 1))])
    }
    return steps
  }

  private func leaveRunning(_ golden: GoldenTablet) throws -> [GoldenJob] {
    var tablet = golden.tablet()
    var steps: [GoldenJob] = []
    while let choice = try golden.planner().decide(tablet).choices.first {
      steps.append(GoldenJob(choice, prefix: golden.prefix))
      tablet.running.append(RunningJob(kind: golden.kind, executor: choice.executor, files: choice.files.map(\.part)))
    }
    return steps
  }
}
