import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

/// The rules of planning, case by case: Fixtures/cases/plan. Cases answered by Accumulo itself are in
/// `GoldenPlannerTests`.
@Suite("Plans as text")
struct PlanCaseTests {
  @Test("every plan is as its file says", arguments: try CaseFile.all(in: "plan"))
  func cases(_ file: CaseFile) throws {
    for problem in try file.problems(answering: Self.answer) { Issue.record("\(problem)") }
  }

  @Test("there are cases of every rule")
  func count() throws {
    let files = try CaseFile.all(in: "plan")
    #expect(
      files.map(\.description) == [
        "plan/accumulo4.txt", "plan/explain.txt", "plan/full.txt", "plan/ratio.txt", "plan/running.txt",
        "plan/services.txt",
      ])
    #expect(files.reduce(0) { $0 + $1.cases.count } >= 12)
  }

  /// Plans the tablet of a case; returns reasons and jobs in turn.
  static func answer(_ test: CaseFile.Case) throws -> [String] {
    guard test.command == "plan", let kind = CompactionKind(rawValue: test.words.first ?? "") else {
      throw MalformedCase("expected plan KIND")
    }
    var tablet = Tablet(extent: KeyExtent(tableId: test["table"] ?? "2"), directory: "tables/2/t-1", files: [])
    var configuration = Configuration()
    for line in test.input {
      let words = line.split(separator: " ").map(String.init)
      switch words[0] {
      case "files": tablet.files += try words.dropFirst().map(file)
      case "candidates": tablet.candidates = words.dropFirst().map { FilePart($0) }
      case "running":
        guard words.count > 2, let kind = CompactionKind(rawValue: words[1]) else {
          throw MalformedCase("expected running KIND EXECUTOR FILE...: \(line)")
        }
        tablet.running.append(
          RunningJob(kind: kind, executor: words[2], files: words.dropFirst(3).map { FilePart($0) }))
      default:
        guard let equals = line.firstIndex(of: "="), Settings.isKnown(String(line[..<equals])) else {
          throw MalformedCase("expected KEY=VALUE, files, candidates or running: \(line)")
        }
        configuration.override(String(line[..<equals]), String(line[line.index(after: equals)...]))
      }
    }
    let settings = configuration.settings(forTable: tablet.extent.tableId)
    let hints = test["hint"].map { ["compaction_type": $0] } ?? [:]
    let version = test["accumulo"].flatMap { AccumuloVersion(rawValue: $0) } ?? .v2
    let planner = try TablePlanner(settings, version: version, kind: kind, hints: hints)
    var names = JobNames(OutputNumbers())
    var lines: [String] = []
    let jobs = try planner.jobs(of: tablet, repeats: test.has("repeat"), names: &names) { decision, tablet, pass in
      lines += test.has("explain") ? planner.explain(decision, of: tablet, pass: pass).lines : decision.explanations
    }
    // A reason stands above its job; the last one is why there is no more.
    for (place, job) in jobs.enumerated().reversed() {
      lines.insert("  " + text(of: job), at: min(lines.count, place + 1))
    }
    return lines
  }

  /// `NAME=BYTES`
  private static func file(_ text: String) throws -> TabletFile {
    let parts = text.split(separator: "=")
    guard parts.count == 2, let size = Int64(parts[1]) else { throw MalformedCase("expected NAME=BYTES: \(text)") }
    return TabletFile(file: String(parts[0]), size: size, entries: 1)
  }

  private static func text(of job: CompactionJob) -> String {
    var text = job.inputs.map(\.file).joined(separator: " ") + " -> \(job.output), \(job.bytes) bytes"
    if job.selectedAll { text += ", all files" }
    if !job.propagateDeletes { text += ", drops deletes" }
    if !job.nextFiles.isEmpty { text += ", next " + job.nextFiles.map(\.file).joined(separator: " ") }
    return text
  }

  /// Outputs are numbered from 1: a name takes one number, the id of its job two.
  private struct OutputNumbers: RandomNumberGenerator {
    private var taken: UInt64 = 0

    mutating func next() -> UInt64 {
      defer { taken += 1 }
      return taken / 3 + 1
    }
  }
}
