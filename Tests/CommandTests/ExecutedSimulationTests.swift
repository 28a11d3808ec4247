import Records
import TestSupport
import Testing

// Continuous ingest in steps, each of which brings a file to every tablet, with `plan | compact` until nothing is left to
// do after each of them. Then the same files arrive in a simulation.

@Suite("A simulation of compactions that were executed")
struct ExecutedSimulationTests {
  let actool = CommandRunner()
  private static let settings = ["-p", "table.compaction.major.ratio=2", "-p", "table.file.compress.type=none"]

  /// A job by its tablet and the flushes that are in its inputs, whatever the files between them are called.
  private struct Job: Hashable {
    var tablet: String
    var flushes: [Set<String>]
  }

  @Test("with the sizes of their outputs every job is the same; with sums of the inputs some are not")
  func executed() throws {
    let executed = try execute(steps: 24)
    #expect(executed.count > 20)
    func simulated(_ more: [String]) throws -> [Job] {
      let outcome = actool.run(
        ["simulate", "--replay", "arrivals.json", "--jobs", "--rate", "1G", "--drain", "1h"] + Self.settings + more)
      #expect(outcome.status == 0, "\(outcome.stderr)")
      return try jobs(
        of: outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }.filter { $0["type"]?.text == "run" })
    }
    #expect(try Set(simulated(["--outputs", "executed.json"])) == Set(executed))
    // Deletes shrink what is executed, and nothing here says so.
    #expect(try Set(simulated([])) != Set(executed))
  }

  /// - Returns: the jobs; writes arrivals.json, and executed.json with the records of jobs and results.
  private func execute(steps: Int) throws -> [Job] {
    var (arrivals, records) = ("", "")
    var executed: [JSONValue] = []
    for step in 0..<steps {
      let entries = 1200 + 311 * step % 900
      let deletes = ["--delete-probability", "0.3", "--flush-entries", "100"]
      let new = actool.run(
        ["ingest", "--output", "step/\(step)", "--entries", "\(entries)", "--tablets", "3", "--seed", "\(step)"]
          + ["--codec", "none", "--quiet"] + deletes)
      #expect(new.status == 0, "\(new.stderr)")
      for tablet in ["t-0000001", "t-0000002", "default_tablet"] {
        arrivals += try add(tablet, of: step)
      }
      while true {
        let planned = actool.run(["plan", "--seed", "\(step)-\(records.count)".hashed, "tables/2"] + Self.settings)
          .output
        if planned.isEmpty { break }
        let results = actool.run(["compact", "--threads", "1", "--quiet"], stdin: Array(planned.utf8))
        #expect(results.status == 0, "\(results.stderr)")
        records += planned + results.output
        executed += try planned.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      }
    }
    actool.write("arrivals.json", arrivals)
    actool.write("executed.json", records)
    return jobs(of: executed)
  }

  /// Moves the file of a step into the table.
  /// - Returns: its record.
  private func add(_ tablet: String, of step: Int) throws -> String {
    let (from, to) = ("step/\(step)/\(tablet)", "tables/2/\(tablet)")
    let manifest = String(decoding: try #require(actool.read(from + "/tablet.json")), as: UTF8.self)
    let file = try #require(PlanCommandTests.part(of: manifest[...], from: #"{"file":"#, to: #"],"reservations""#))
    let old = try #require(PlanCommandTests.part(of: file, from: "F", to: #"""#))
    let name = "F\(1_000_000 + step).rf"
    actool.write("\(to)/\(name)", try #require(actool.read("\(from)/\(old)")))
    let renamed = String(file).replacing(String(old), with: name)
    if let before = actool.read(to + "/tablet.json") {
      let text = String(decoding: before, as: UTF8.self)
      actool.write(to + "/tablet.json", text.replacing(#"],"reservations""#, with: #",\#(renamed)],"reservations""#))
    } else {
      actool.write(
        to + "/tablet.json",
        manifest.replacing(String(old), with: name).replacing(#""tableId":"\#(step)""#, with: #""tableId":"2""#))
    }
    let extent = try #require(PlanCommandTests.part(of: manifest[...], from: #""extent""#, to: #","files""#))
      .replacing(#""tableId":"\#(step)""#, with: #""tableId":"2""#)
    return #"{"type":"arrival","time":\#(step * 3_600_000),\#(extent),"# + renamed.dropFirst().dropLast()
      + #","kind":"flush"}"# + "\n"
  }

  private func jobs(of records: [JSONValue]) -> [Job] {
    var contents: [String: Set<String>] = [:]
    return records.map { record in
      let tablet = record["extent"]?["endRow"]?.text ?? ""
      let inputs = (record["inputs"]?.elements ?? []).compactMap { $0["file"]?.text ?? $0.text }
      let flushes = inputs.map { contents[tablet + $0] ?? [$0] }
      contents[tablet + (record["output"]?.text ?? "")] = flushes.reduce(into: []) { $0.formUnion($1) }
      return Job(tablet: tablet, flushes: flushes.sorted { $0.sorted().lexicographicallyPrecedes($1.sorted()) })
    }
  }
}

extension String {
  /// A number that depends on the text.
  fileprivate var hashed: String { "\(utf8.reduce(UInt64(7)) { ($0 &* 31 &+ UInt64($1)) % 1_000_003 })" }
}
