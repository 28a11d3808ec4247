import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

@Suite("Accumulo's dispatcher and priorities")
struct GoldenConfigurationTests {
  @Test("the dispatcher sends every kind where Accumulo's sends it")
  func dispatcher() throws {
    var lines = 0
    for line in try GoldenLine.all("config/dispatcher.jsonl") {
      lines += 1
      var configuration = Configuration()
      for (option, service) in line["options"]?.dictionary ?? [:] {
        configuration.override("table.compaction.dispatcher.opts." + option, service)
      }
      let kind = try #require(line["kind"]?.text.flatMap { CompactionKind(rawValue: $0) })
      let service = try Dispatcher(configuration.settings()).service(for: kind, hints: line["hints"]?.dictionary ?? [:])
      #expect(service == line.expect["value"]?.text, "\(line)")
    }
    #expect(lines == 79)
  }

  @Test("priorities and the order of queues are Accumulo's")
  func priorities() throws {
    var (values, orders) = (0, 0)
    for line in try GoldenLine.all("config/priority.jsonl") {
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
    #expect(values + orders == 206 && orders > 0)
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
    #expect(throws: PlanningError.self) { try Dispatcher(configuration.settings()) }
  }
}
