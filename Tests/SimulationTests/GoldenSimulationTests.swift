import Planning
import Records
import TestSupport
import Testing

@testable import Simulation

/// Accumulo's own plans, one after the other, against what happens in a simulation: the same files, in the same order, by
/// the same executors, with the same priorities.
@Suite("A simulation plans as Accumulo does")
struct GoldenSimulationTests {
  struct Step: Hashable {
    var executor: String
    var priority: Int
    /// Sorted.
    var files: [String]
    var bytes: Int64
  }

  @Test("2.1, step by step: file after file, user compactions, jobs that run on")
  func planner2() throws {
    var steps = 0
    for line in try GoldenLine.all("planner/planner_sim.jsonl") {
      let prefix = "tserver.compaction.major.service.cs."
      var bed = SimulationBed()
      bed.properties = [
        prefix + "planner": "org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner",
        prefix + "planner.opts.executors": Self.json(line["executors"]?.elements ?? []),
        "table.compaction.dispatcher.opts.service": "cs",
      ]
      bed.properties[prefix + "planner.opts.maxOpen"] = line["maxOpen"]?.text
      for executor in line["executors"]?.elements ?? [] {
        if let queue = executor["queue"]?.text { bed.compactors[queue] = Compactors(least: 50, most: 50) }
      }
      let golden = line.expect["steps"]?.elements ?? []
      let expected = golden.map { step -> Set<Step> in
        let executor = (step["executor"]?.text ?? "").split(separator: ".").last
        return [Self.step(step, executor: executor.map(String.init) ?? "")]
      }
      #expect(try found(line, &bed) == expected, "\(line)")
      steps += expected.count
    }
    #expect(steps > 500)
  }

  @Test("4.0, round by round")
  func planner4() throws {
    var steps = 0
    for line in try GoldenLine.all4("planner4/planner4_sim.jsonl") where line["mode"]?.text != "tablet" {
      let prefix = "compaction.service.default."
      var bed = SimulationBed()
      bed.version = .v4
      bed.properties = [
        prefix + "planner": "org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner",
        prefix + "planner.opts.groups": Self.json(line["groups"]?.elements ?? []),
      ]
      bed.properties[prefix + "planner.opts.maxOpen"] = line["maxOpen"]?.text
      for group in line["groups"]?.elements ?? [] {
        bed.compactors[group["group"]?.text ?? ""] = Compactors(least: 50, most: 50)
      }
      let expected = (line.expect["steps"]?.elements ?? []).map { round in
        Set((round["jobs"]?.elements ?? []).map { Self.step($0, executor: $0["group"]?.text ?? "") })
      }
      #expect(try found(line, &bed) == expected, "\(line)")
      steps += expected.count
    }
    #expect(steps > 100)
  }

  /// The jobs that begin together, as sets.
  private func found(_ line: GoldenLine, _ bed: inout SimulationBed) throws -> [Set<Step>] {
    bed.properties["table.compaction.major.ratio"] = line["ratio"]?.text
    bed.properties["table.file.max"] = line["fileMax"]?.text
    bed.properties["tserver.scan.files.open.max"] = line["scanMaxOpen"]?.text
    bed.properties["table.split.threshold"] = "\(Int64.max)"
    bed.properties["table.compaction.selection.expiration.ms"] = "1000d"
    if line["kind"]?.text == "USER" { bed.userCompactions = [0] }
    let files = (line["all"]?.elements ?? []).map {
      TabletFile(file: Self.prefix + ($0["file"]?.text ?? ""), size: $0["size"]?.int64 ?? -1)
    }
    bed.tablets = [Tablet(extent: KeyExtent(tableId: "1"), files: files)]
    bed.rate = 1e15
    bed.every = 1 << 50
    switch line["mode"]?.text {
    case "ingest":
      bed.arrivals = (line["flushSizes"]?.elements ?? []).enumerated().map { number, size in
        Arrival(
          time: Int64(number + 1) * 600_000, extent: KeyExtent(tableId: "1"), file: "F\(Self.digits(number)).rf",
          size: size.int64 ?? -1, entries: 1, kind: .flush)
      }
      bed.length = bed.arrivals.last?.time ?? 0
    case "user": break
    default: return try concurrent(bed)
    }
    return rounds(try bed.run().of("run"))
  }

  /// Jobs that began at one time. Outputs are numbered in the order in which jobs were planned.
  private func rounds(_ runs: [JSONValue]) -> [Set<Step>] {
    var names: [String: String] = [:]
    let ordered = runs.sorted {
      ($0["start"]?.int ?? 0, $0["id"]?.int ?? 0) < ($1["start"]?.int ?? 0, $1["id"]?.int ?? 0)
    }
    var rounds: [(start: Int?, steps: Set<Step>)] = []
    for run in ordered {
      let inputs = (run["inputs"]?.strings ?? []).map { names[$0] ?? Self.plain($0) }
      names[run["output"]?.text ?? ""] = "C\(Self.digits(names.count)).rf"
      let step = Step(
        executor: (run["executor"]?.text ?? "").split(separator: ".").last.map(String.init) ?? "",
        priority: run["priority"]?.int ?? .min, files: inputs.sorted(), bytes: run["size"]?.int64 ?? -1)
      if rounds.last?.start == run["start"]?.int {
        rounds[rounds.count - 1].steps.insert(step)
      } else {
        rounds.append((run["start"]?.int, [step]))
      }
    }
    return rounds.map(\.steps)
  }

  /// Jobs that never end, in the order in which rounds found them.
  private func concurrent(_ bed: SimulationBed) throws -> [Set<Step>] {
    var bed = bed
    (bed.rate, bed.length, bed.drain) = (1e-9, 3_600_000, 0)
    var simulation = try bed.simulation()
    try simulation.run { _ in }
    var rounds: [(start: Int64, steps: Set<Step>)] = []
    for slot in simulation.tablets[0].running {
      let job = simulation.jobs[slot]
      let name = simulation.executors[job.executor].name
      let step = Step(
        executor: name.split(separator: ".").last.map(String.init) ?? "", priority: job.priority,
        files: job.files.map { Self.plain($0.file) }.sorted(), bytes: job.bytes)
      if rounds.last?.start == job.start {
        rounds[rounds.count - 1].steps.insert(step)
      } else {
        rounds.append((job.start, [step]))
      }
    }
    return rounds.map(\.steps)
  }

  /// Where the files of the golden lines are; it decides between files of one size.
  private static let prefix = "hdfs://nn1:8020/accumulo/tables/2/t-0000001/"

  private static func step(_ json: JSONValue, executor: String) -> Step {
    Step(
      executor: executor, priority: json["priority"]?.int ?? .min,
      files: (json["files"]?.strings ?? []).map(plain).sorted(), bytes: json["bytes"]?.int64 ?? -1)
  }

  /// Without the path.
  private static func plain(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }

  private static func digits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 7 - digits.count) + digits
  }

  private static func json(_ objects: [JSONValue]) -> String {
    let texts = objects.map { object in
      let fields = object.fields.map { field in
        // Every job of a plan is to begin at once.
        "\"\(field.name)\":\"\(field.name == "numThreads" ? "50" : field.value.text ?? "")\""
      }
      return "{" + fields.joined(separator: ",") + "}"
    }
    return "[" + texts.joined(separator: ",") + "]"
  }
}
