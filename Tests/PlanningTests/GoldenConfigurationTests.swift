import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

@Suite("Accumulo's dispatcher and priorities")
struct GoldenConfigurationTests {
  @Test("the dispatcher sends every kind where Accumulo's sends it")
  func dispatcher() throws {
    #expect(try dispatcher(.v2, GoldenLine.all("config/dispatcher.jsonl")) == 79)
    #expect(try dispatcher(.v4, GoldenLine.all4("config4/dispatcher4.jsonl")) == 45)
  }

  private func dispatcher(_ version: AccumuloVersion, _ golden: [GoldenLine]) throws -> Int {
    var lines = 0
    for line in golden {
      lines += 1
      var configuration = Configuration()
      for (option, service) in line["options"]?.dictionary ?? [:] {
        configuration.override("table.compaction.dispatcher.opts." + option, service)
      }
      let kind = try #require(line["kind"]?.text.flatMap { CompactionKind(rawValue: $0) })
      let dispatcher = try Dispatcher(configuration.settings(), version)
      let service = dispatcher.service(for: kind, hints: line["hints"]?.dictionary ?? [:])
      #expect(service == line.expect["value"]?.text, "\(line)")
    }
    return lines
  }

  @Test("priorities and the order of queues are Accumulo's")
  func priorities() throws {
    #expect(try priorities(GoldenLine.all("config/priority.jsonl")) == 206)
    #expect(try priorities(GoldenLine.all4("config4/priority4.jsonl")) == 97)
  }

  private func priorities(_ golden: [GoldenLine]) throws -> Int {
    var (values, orders) = (0, 0)
    for line in golden {
      if line["fn"]?.text == "jobOrder" {
        orders += 1
        let jobs =
          line["jobs"]?.elements.map { job($0["name"]?.text, $0["priority"]?.int, files: $0["files"]?.int) } ?? []
        let sorted = jobs.sorted { $0.goesBefore($1) }.map(\.ecid)
        #expect(sorted == line.expect["value"]?.strings, "\(line)")
        continue
      }
      values += 1
      let kind = try #require(line["kind"]?.text.flatMap { CompactionKind(rawValue: $0) })
      let priority = try? Priority.of(
        kind: kind, table: line["table"]?.text ?? "", namespace: line["namespace"]?.text ?? "",
        files: try #require(line["totalFiles"]?.int), compacting: try #require(line["compactingFiles"]?.int),
        limit: try #require(line["maxFilesPerTablet"]?.int))
      #expect(priority == line.expect["value"]?.int && (priority == nil) == line.expectsError, "\(line)")
    }
    #expect(orders > 0)
    return values + orders
  }

  private func job(_ name: String?, _ priority: Int?, files: Int?) -> CompactionJob {
    CompactionJob(
      ecid: name ?? "", extent: KeyExtent(tableId: "2"), directory: nil, kind: .system, service: "", executor: "",
      pass: 1, priority: priority ?? 0,
      inputs: Array(repeating: TabletFile(file: "F1.rf", size: 1), count: files ?? 0), nextFiles: [], output: "",
      tmp: "", propagateDeletes: true, selectedAll: false, bytes: 0, properties: [:])
  }

  @Test("the dispatcher of somebody else is refused")
  func foreignDispatcher() {
    var configuration = Configuration()
    configuration.override("table.compaction.dispatcher", "org.example.Mine")
    #expect(throws: PlanningError.self) { try Dispatcher(configuration.settings(), .v2) }
  }
}
