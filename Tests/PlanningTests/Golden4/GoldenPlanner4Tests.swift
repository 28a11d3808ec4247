import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

@Suite("The planner of Accumulo 4.0")
struct GoldenPlanner4Tests {
  func check(_ name: String, lines count: Int) throws {
    var (lines, jobs) = (0, 0)
    for line in try GoldenLine.all4(name) {
      lines += 1
      let golden = GoldenTablet4(line: line)
      do {
        let decision = try golden.planner().decide(golden.tablet())
        var found = decision.choices.map { golden.job($0) }
        var expected = GoldenJob4.all(line.expect["jobs"])
        jobs += found.count
        if line.expect["hashOrder"]?.bool == true {
          // Which parts of one path go into a job is an accident of a hash table there.
          #expect(found.map(\.files.count) == expected.map(\.files.count), "\(line)")
          for place in found.indices { found[place].files = [] }
          for place in expected.indices { expected[place].files = [] }
        }
        #expect(!line.expectsError && found == expected, "\(line): \(decision.reason)")
      } catch {
        #expect(line.expectsError, "\(line): \(error)")
      }
    }
    #expect(lines == count && jobs > count / 4)
  }

  @Test("the edges are Accumulo's")
  func edges() throws { try check("planner4/planner4_edge.jsonl", lines: 99) }

  @Test("random tablets are planned as Accumulo plans them")
  func fuzz() throws { try check("planner4/planner4_fuzz.jsonl", lines: 400) }

  @Test("options of a planner are taken and refused as Accumulo takes and refuses them")
  func options() throws {
    var lines = 0
    for line in try GoldenLine.all4("planner4/planner4_init.jsonl") {
      lines += 1
      let golden = GoldenTablet4(line: line)
      let service: CompactionService
      do { service = try CompactionServices(golden.settings, .v4).service(golden.service) } catch {
        #expect(line.expectsError, "\(line): \(error)")
        continue
      }
      #expect(!line.expectsError, "\(line)")
      #expect(service.executors.map(\.id).sorted() == line.expect["groups"]?.strings, "\(line)")
      if let probed = line.expect["probeGroups"]?.strings {
        #expect(line["probeSizes"]?.elements.map { service.executor(forSize: $0.int64 ?? -1)?.id } == probed, "\(line)")
      }
      let equal = (0..<200).map { TabletFile(file: "hdfs://a/tables/2/t-1/F\(1000 + $0).rf", size: 10) }
      let jobs = Result { try golden.planner(.user).decide(golden.tablet(files: equal)).choices }
      if line.expect["makePlanError"] != nil {
        #expect(throws: PlanningError.self, "\(line)") { try jobs.get() }
      } else {
        let sizes = line.expect["userJobSizesOf200EqualFiles"]?.elements.map { $0.int }
        #expect(try jobs.get().map(\.files.count) == sizes, "\(line)")
      }
    }
    #expect(lines == 66)
  }

  @Test("candidates, kinds and what compactors may take are those of Accumulo's job generator")
  func jobGenerator() throws {
    var (lines, jobs) = (0, 0)
    for line in try GoldenLine.all4("planner4/job_generator4.jsonl") {
      lines += 1
      let golden = GoldenTablet4(line: line)
      let settings = GoldenTablet4.settings(line["properties"]?.dictionary ?? [:], for: line)
      var tablet = golden.tablet()
      tablet.userCompactionWaits = line["userCompactionRequested"]?.bool ?? false
      var hints: [String: String]?
      if let selected = line["selected"], selected != .null {
        tablet.selected = SelectedFiles(
          files: golden.parts(selected["files"]), all: selected["selAll"]?.bool ?? false,
          completed: selected["compJobs"]?.int64 ?? 0, ageMs: selected["selectedMillisAgo"]?.int64)
        hints = line["hints"]?[selected["fateId"]?.text ?? ""]?.dictionary
      }
      var found: [GeneratedJob] = []
      for kind in (line["kinds"]?.strings ?? []).compactMap({ CompactionKind(rawValue: $0) }) {
        // Without a selection, or one of nobody's, there is no user compaction to plan for.
        if kind == .user, hints == nil { continue }
        // An unknown service and a broken one plan nothing there, and are errors here.
        guard let planner = try? TablePlanner(settings, version: .v4, kind: kind, hints: hints ?? [:]) else {
          continue
        }
        let decision = try planner.decide(tablet)
        found += decision.choices.map { choice in
          GeneratedJob(
            job: golden.job(choice, kind), compactingAll: choice.selectedAll,
            reservable: decision.startable.contains(choice))
        }
      }
      let expected = line.expect["value"]?["jobs"]?.elements.map { job in
        GeneratedJob(
          job: GoldenJob4(job), compactingAll: job["compactingAll"]?.bool ?? false,
          reservable: job["reservable"]?.bool ?? false)
      }
      #expect(found == expected, "\(line)")
      jobs += found.count
    }
    #expect(lines == 70 && jobs == 60)
  }

  struct GeneratedJob: Hashable {
    var job: GoldenJob4
    var compactingAll: Bool
    var reservable: Bool
  }
}
