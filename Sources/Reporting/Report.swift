package import Records

/// One page about the records of one or more inputs. Add the inputs, then take the page.
///
///     var report = Report(tablet: nil)
///     try report.add(lines, named: "ratio2")
///     let bytes = try report.page(title: nil)
///
/// It holds sums and samples of the records, never all of them.
package struct Report {
  private(set) var sources: [String] = []
  private(set) var simulations: [Int: SimulationRecord] = [:]
  private(set) var series = Sides<SeriesTrack>("series")
  private(set) var lanes = Sides<JobLanes>("run")
  private(set) var histories = Sides<FileHistories>("run or arrival")
  private(set) var tablets = Sides<TabletMap>("tablet")
  private(set) var hosting = Sides<Hosting>("tablet or tserver")
  private(set) var plans = Sides<PlannedJobs>("job")
  private(set) var results = Sides<EntryFates>("result")
  private(set) var audits = Sides<EntryFates>("audit")
  private(set) var moves = Sides<Moves>("migration")
  private(set) var groups = Sides<[GroupRecord]>("group")
  private(set) var holes = Sides<HoleMap>("undefined, corrupt, holes or verify")
  /// Records by type, of those that are not drawn.
  private(set) var others: [String: Int] = [:]

  /// Records by type, all of them.
  private(set) var found: [String: Int] = [:]

  private let wanted: KeyExtent?

  private static let groupLimit = 10_000

  /// - Parameter tablet: the tablet whose files are followed over time; nil: the busiest of a sample.
  package init(tablet: KeyExtent? = nil) { wanted = tablet }

  /// Adds all records of an input.
  /// - Throws: `RecordError` for a malformed line, and for the third input with records of one kind; any error of
  ///   reading.
  package mutating func add(_ lines: LineReader, named name: String) throws {
    var lines = lines
    sources.append(name)
    while let range = try lines.next() {
      guard lines.buffer[range].contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
      do {
        try add(RecordFields(JSONItem(parsing: lines.buffer, in: range)), of: sources.count - 1)
      } catch let error as JSONSyntaxError {
        throw lines.error(error.description)
      } catch let error as FieldError {
        throw lines.error(error.description)
      } catch let error as TooManyInputs {
        throw lines.error(error.description)
      }
    }
  }

  private mutating func add(_ fields: RecordFields, of source: Int) throws {
    let type = try fields.string("type")
    if found[type] != nil || found.count < 100 { found[type, default: 0] += 1 }
    switch type {
    case "simulation": simulations[source] = try SimulationRecord(fields)
    case "series":
      let record = try SeriesRecord(fields)
      try series.update(source, orBegin: SeriesTrack()) { $0.add(record) }
    case "run":
      let record = try RunRecord(fields)
      try lanes.update(source, orBegin: JobLanes()) { $0.add(record) }
      // An animation begins with the files that arrive, and real jobs come without them.
      if !record.isReal { try histories.update(source, orBegin: FileHistories(of: wanted)) { $0.add(record) } }
    case "arrival":
      let record = try ArrivalRecord(fields)
      try histories.update(source, orBegin: FileHistories(of: wanted)) { $0.add(record) }
    case "tablet", "tserver", "migration", "group": try addPlacement(type, fields, of: source)
    case "job":
      let job = try CompactionJob(fields)
      try plans.update(source, orBegin: PlannedJobs()) { $0.add(job) }
    case "batch":
      let batch = try JobBatch(fields)
      for job in batch.jobs { try plans.update(source, orBegin: PlannedJobs()) { $0.add(job) } }
    case "result":
      let result = try CompactionResult(fields)
      try results.update(source, orBegin: EntryFates()) { $0.add(result) }
    case "audit":
      let audit = try AuditRecord(fields)
      try audits.update(source, orBegin: EntryFates()) { $0.add(audit) }
    case "undefined", "corrupt", "holes", "verify": try addVerification(type, fields, of: source)
    default: break
    }
  }

  private mutating func addPlacement(_ type: String, _ fields: RecordFields, of source: Int) throws {
    switch type {
    case "tablet":
      let tablet = try Tablet(fields)
      try tablets.update(source, orBegin: TabletMap()) { $0.add(tablet) }
      try hosting.update(source, orBegin: Hosting()) { $0.add(tablet) }
    case "tserver":
      let server = try fields.string("server")
      try hosting.update(source, orBegin: Hosting()) { $0.add(server: server) }
    case "migration":
      let migration = try Migration(fields)
      try moves.update(source, orBegin: Moves()) { $0.add(migration) }
    default:
      let group = try GroupRecord(fields)
      try groups.update(source, orBegin: []) { if $0.count < Self.groupLimit { $0.append(group) } }
    }
  }

  private mutating func addVerification(_ type: String, _ fields: RecordFields, of source: Int) throws {
    switch type {
    case "undefined":
      let row = try fields.bytes("row")
      try holes.update(source, orBegin: HoleMap()) { $0.add(undefined: row) }
    case "corrupt":
      let row = try fields.bytes("row")
      try holes.update(source, orBegin: HoleMap()) { $0.add(corrupt: row) }
    case "holes":
      let record = try HolesRecord(fields)
      try holes.update(source, orBegin: HoleMap()) { $0.add(record) }
    default:
      let record = try VerifyRecord(fields)
      try holes.update(source, orBegin: HoleMap()) { $0.add(record) }
    }
  }
}

/// The inputs hold nothing that can be drawn.
package struct NothingToDraw: Error, CustomStringConvertible {
  /// Records by type.
  package var found: [String: Int]

  package var description: String {
    let types = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5).map { "\($0.value) \($0.key)" }
    return
      "nothing to draw: found \(types.isEmpty ? "no records" : types.joined(separator: ", ")); expected records such "
      + "as series, run, tablet, job, result, migration, group, audit or verify"
  }
}
