import TestSupport

@testable import Planning
@testable import Records
@testable import Settings

/// A line of golden/planner as a configuration and a tablet.
struct GoldenTablet {
  let line: GoldenLine
  var prefix: String { line["uriPrefix"]?.text ?? "hdfs://nn1:8020/accumulo/tables/2/t-0000001/" }
  var kind: CompactionKind { line["kind"]?.text.flatMap { CompactionKind(rawValue: $0) } ?? .user }
  var service: String { line["service"]?.text ?? "cs1" }

  var configuration: Configuration {
    let service = "tserver.compaction.major.service.\(service)."
    var settings = [
      service + "planner": "org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner",
      "table.compaction.dispatcher.opts.service": self.service,
    ]
    for (key, name) in [
      (service + "planner.opts.maxOpen", "maxOpen"), (service + "planner.opts.lowestRatio", "lowestRatio"),
      ("table.compaction.major.ratio", "ratio"), ("table.file.max", "fileMax"),
      ("tserver.scan.files.open.max", "scanMaxOpen"),
      ("tserver.compaction.major.thread.files.open.max", "deprecatedMaxOpen"),
    ] {
      settings[key] = line[name]?.text
    }
    settings[service + "planner.opts.executors"] = line["executorsRaw"]?.text ?? line["executors"]?.json
    var configuration = Configuration()
    configuration.add(ConfigurationSource(name: line.description, settings: settings))
    return configuration
  }

  func planner() throws -> TablePlanner {
    try TablePlanner(configuration.settings(forTable: line["tableId"]?.text ?? "2"), kind: kind)
  }

  func uris(_ names: JSONValue?) -> [String] { names?.strings.map { prefix + $0 } ?? [] }

  /// The tablet of a line, or with other files.
  func tablet(files: [TabletFile]? = nil) -> Tablet {
    Tablet(
      extent: KeyExtent(tableId: line["tableId"]?.text ?? "2"), namespace: line["namespace"]?.text ?? "+default",
      files: files
        ?? line["all"]?.elements.map {
          TabletFile(
            file: prefix + ($0["file"]?.text ?? ""), size: $0["size"]?.int64 ?? -1, entries: $0["entries"]?.int64 ?? 0)
        } ?? [],
      candidates: line["candidates"] == nil ? nil : uris(line["candidates"]).map { FilePart($0) },
      running: line["running"]?.elements.map {
        RunningJob(
          kind: CompactionKind(rawValue: $0["kind"]?.text ?? "") ?? .system, executor: $0["executor"]?.text ?? "",
          files: uris($0["files"]).map { FilePart($0) })
      } ?? [])
  }
}

/// A job as golden lines describe it.
struct GoldenJob: Hashable, CustomStringConvertible {
  var executor: String
  var priority: Int
  var files: [String]
  var bytes: Int64
  var selectedAll: Bool

  init(_ json: JSONValue) {
    executor = json["executor"]?.text ?? ""
    priority = json["priority"]?.int ?? .min
    files = json["files"]?.strings ?? []
    bytes = json["bytes"]?.int64 ?? -1
    selectedAll = json["selectedAll"]?.bool ?? false
  }

  init(_ choice: Decision.Choice, prefix: String) {
    executor = choice.executor
    priority = choice.priority
    files = choice.files.map { String($0.file.dropFirst($0.file.hasPrefix(prefix) ? prefix.count : 0)) }.sorted()
    bytes = choice.bytes
    selectedAll = choice.selectedAll
  }

  var description: String { "\(executor) priority \(priority) \(files) \(bytes) bytes\(selectedAll ? " all" : "")" }
}

extension JSONValue {
  var json: String {
    switch self {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .number(let digits): digits
    case .string(let text): text.debugDescription
    case .array(let elements): "[" + elements.map(\.json).joined(separator: ",") + "]"
    case .object(let fields):
      "{" + fields.map { $0.name.debugDescription + ":" + $0.value.json }.joined(separator: ",") + "}"
    }
  }
}
