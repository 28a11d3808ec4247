import TestSupport

@testable import Planning
@testable import Records
@testable import Settings

/// A line of golden4/planner4 as settings and a tablet. Files have short names in it: `F1.rf`, `F1.rf (a,m]`.
struct GoldenTablet4 {
  let line: GoldenLine
  /// The files of the line.
  let files: [TabletFile]
  private let parts: [String: FilePart]
  private let shortNames: [FilePart: String]
  private let prefix: String

  init(line: GoldenLine) {
    self.line = line
    prefix = line["uriPrefix"]?.text ?? "hdfs://nn1:8020/accumulo/tables/2/t-0000001/"
    var (files, parts): ([TabletFile], [String: FilePart]) = ([], [:])
    for file in line["all"]?.elements ?? [] {
      var name = file["file"]?.text ?? ""
      let path = file["uri"]?.text ?? prefix + name
      let (first, last) = (file["startRow"]?.text, file["endRow"]?.text)
      var range: FileRange?
      if first != nil || last != nil {
        range = FileRange(prevEndRow: first.map { Array($0.utf8) }, endRow: last.map { Array($0.utf8) })
        // As Java prints rows: nothing is escaped.
        name += " (\(first ?? "-inf"),\(last ?? "+inf")]"
      }
      parts[name] = FilePart(path, range: range)
      files.append(
        TabletFile(file: path, size: file["size"]?.int64 ?? -1, entries: file["entries"]?.int64 ?? 0, range: range))
    }
    (self.files, self.parts) = (files, parts)
    shortNames = Dictionary(uniqueKeysWithValues: parts.map { ($1, $0) })
  }

  var kind: CompactionKind { line["kind"]?.text.flatMap { CompactionKind(rawValue: $0) } ?? .user }
  var service: String { line["service"]?.text ?? "cs1" }

  func part(_ name: String) -> FilePart { parts[name] ?? FilePart(name) }
  func name(_ file: TabletFile) -> String { shortNames[file.part] ?? String(file.file.trimmingPrefix(prefix)) }
  /// The full name of a file that is made on the way.
  func path(_ name: String) -> String { prefix + name }

  func parts(_ names: JSONValue?) -> [FilePart] { names?.strings.map(part) ?? [] }

  /// The settings of a line of the planner. The planner knows nothing of splits.
  var settings: Settings {
    let prefix = "compaction.service.\(service).planner"
    var settings = [
      prefix: CompactionService.plannerClass(of: .v4), "table.compaction.dispatcher.opts.service": service,
      "table.split.threshold": "\(Int64.max)",
    ]
    for (key, name) in [
      (prefix + ".opts.maxOpen", "maxOpen"), (prefix + ".opts.lowestRatio", "lowestRatio"),
      ("table.compaction.major.ratio", "ratio"), ("table.file.max", "fileMax"),
      ("tserver.scan.files.open.max", "scanMaxOpen"),
    ] {
      settings[key] = line[name]?.text
    }
    settings[prefix + ".opts.groups"] = line["groupsRaw"]?.text ?? line["groups"]?.json
    for (name, value) in line["opts"]?.dictionary ?? [:] { settings[prefix + ".opts." + name] = value }
    return Self.settings(settings, for: line)
  }

  static func settings(_ properties: [String: String], for line: GoldenLine) -> Settings {
    var configuration = Configuration()
    configuration.add(ConfigurationSource(name: line.description, settings: properties))
    return configuration.settings(forTable: line["tableId"]?.text ?? "2")
  }

  func planner(_ kind: CompactionKind? = nil) throws -> TablePlanner {
    try TablePlanner(settings, version: .v4, kind: kind ?? self.kind)
  }

  /// The tablet of a line, or with other files.
  func tablet(files: [TabletFile]? = nil) -> Tablet {
    Tablet(
      extent: KeyExtent(tableId: line["tableId"]?.text ?? "2"), namespace: line["namespace"]?.text ?? "+default",
      files: files ?? self.files, candidates: line["candidates"] == nil ? nil : parts(line["candidates"]),
      running: line["running"]?.elements.map {
        RunningJob(
          kind: CompactionKind(rawValue: $0["kind"]?.text ?? "") ?? .system, group: $0["group"]?.text,
          files: parts($0["files"]))
      } ?? [])
  }

  func job(_ choice: Decision.Choice, _ kind: CompactionKind? = nil) -> GoldenJob4 {
    GoldenJob4(
      group: choice.executor, priority: choice.priority, kind: (kind ?? self.kind).rawValue,
      files: choice.files.map(name).sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }, bytes: choice.bytes)
  }
}

/// What golden lines of 4.0 say about a job.
struct GoldenJob4: Hashable {
  var group: String
  var priority: Int
  var kind: String
  var files: [String]
  var bytes: Int64

  init(group: String, priority: Int, kind: String, files: [String], bytes: Int64) {
    (self.group, self.priority, self.kind, self.files, self.bytes) = (group, priority, kind, files, bytes)
  }

  init(_ json: JSONValue) {
    self.init(
      group: json["group"]?.text ?? "", priority: json["priority"]?.int ?? .min, kind: json["kind"]?.text ?? "",
      files: json["files"]?.strings ?? [], bytes: json["bytes"]?.int64 ?? -1)
  }

  static func all(_ json: JSONValue?) -> [GoldenJob4] { json?.elements.map { GoldenJob4($0) } ?? [] }
}
