import Planning
import Records
import Settings
import TestSupport

@testable import Simulation

/// A simulation of a table, with settings that a test changes where it cares.
struct SimulationBed {
  var version = AccumuloVersion.v2
  var properties: [String: String] = [:]
  var tablets: [Tablet] = []
  var ingest: [IngestCurve.Step] = []
  var flush = Load.Flush.every(600_000)
  var spread = Spread.uniform
  var imports: [Load.BulkImport] = []
  var arrivals: [Arrival] = []
  var length: Int64 = 3_600_000
  var drain: Int64 = 86_400_000
  var every: Int64 = 600_000
  var servers = 1
  var compactors: [String: Compactors] = [:]
  var scaling = Scaling(measure: .jobs(1), poll: 30_000, step: 10, delay: 60_000, coolDown: 300_000, kills: false)
  var compactorLife: Double?
  var rate = 5_000_000.0
  var shrink = 1.0
  var userCompactions: [Int64] = []
  var outputs = KnownOutputs()
  var seed: UInt64 = 1

  /// Tablets of files of these sizes.
  static func tablets(_ count: Int, files: [Int64] = []) -> [Tablet] {
    (0..<count).map { place in
      func row(_ place: Int) -> [UInt8] { Array((place < 10 ? "0\(place)" : "\(place)").utf8) }
      return Tablet(
        extent: KeyExtent(
          tableId: "1", prevEndRow: place == 0 ? nil : row(place), endRow: place == count - 1 ? nil : row(place + 1)),
        files: files.enumerated().map { TabletFile(file: "S000000\($0.offset).rf", size: $0.element, entries: 1) })
    }
  }

  func simulation() throws -> TableSimulation {
    var configuration = Configuration()
    configuration.add(ConfigurationSource(name: "test", settings: properties))
    func planner(_ kind: CompactionKind) throws -> TablePlanner {
      var planners = TablePlanners(configuration, version: version, kind: kind)
      return try planners.planner(forTable: "1", tableProperties: nil)
    }
    let load = Load(
      ingest: IngestCurve(ingest), flush: flush, spread: spread, imports: imports, entrySize: 42, arrivals: arrivals)
    return try TableSimulation(
      SimulationSettings(
        load: load, length: length, drain: drain, every: every, servers: servers, compactors: compactors,
        scaling: scaling, compactorLife: compactorLife, rates: Rates(others: rate), shrink: shrink,
        userCompactions: userCompactions, outputs: outputs, writesJobs: true, seed: seed),
      system: try planner(.system), user: try planner(.user), table: configuration.settings(forTable: "1"),
      start: tablets)
  }

  /// All records.
  func run() throws -> [JSONValue] {
    var simulation = try simulation()
    var bytes: [UInt8] = []
    try simulation.run { bytes += $0 }
    return try Self.records(bytes)
  }

  static func records(_ bytes: [UInt8]) throws -> [JSONValue] {
    try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }
}

extension [JSONValue] {
  func of(_ type: String) -> [JSONValue] { filter { $0["type"]?.text == type } }
}
