// {"type":"simulation","accumulo":"2.1","seed":1,"every":60000,"servers":22,"tablets":350,..}
// {"type":"series","time":60000,"tablets":350,"entries":N,"size":BYTES,
//  "files":{"count":N,"mean":5.1,"p50":5,"p95":9,"max":12,"over":0},
//  "executors":[{"name":"cs1.small","queued":3,"running":2,"threads":4}],
//  "arrived":BYTES,"read":BYTES,"written":BYTES,"writeAmplification":2.1}
//
// Times are ms since the start of the simulation; bytes count from there.

import Records

/// The state of a table at a time. Fields that are absent are not drawn; only `time` is required.
struct SeriesRecord: Sendable {
  struct Executor: Sendable {
    var name: String
    var queued: Double
    var running: Double
    var threads: Double
  }

  var time: Double
  /// By `SeriesTrack.Metric`.
  var values: [Double?]
  var executors: [Executor]

  init(_ fields: RecordFields) throws(FieldError) {
    time = Double(try fields.integer("time"))
    let files = try fields.optionalObject("files") { (files) throws(FieldError) in
      [
        try files.optionalDouble("count"), try files.optionalDouble("mean"), try files.optionalDouble("p50"),
        try files.optionalDouble("p95"), try files.optionalDouble("max"),
      ]
    }
    values =
      [try fields.optionalDouble("tablets"), try fields.optionalDouble("entries"), try fields.optionalDouble("size")]
      + (files ?? [nil, nil, nil, nil, nil])
      + [
        try fields.optionalDouble("arrived"), try fields.optionalDouble("read"), try fields.optionalDouble("written"),
        try fields.optionalDouble("writeAmplification"),
      ]
    executors = try fields.array("executors", ifAbsent: []) { (item) throws(FieldError) in
      let executor = try RecordFields(item)
      return Executor(
        name: try executor.string("name"), queued: try executor.optionalDouble("queued") ?? 0,
        running: try executor.optionalDouble("running") ?? 0, threads: try executor.optionalDouble("threads") ?? 0)
    }
  }
}

/// What a simulation began with: the part that the page tells.
struct SimulationRecord: Sendable {
  var accumulo: String?
  var seed: Int64?
  var servers: Int64?
  var tablets: Int64?

  init(_ fields: RecordFields) throws(FieldError) {
    accumulo = try fields.optionalString("accumulo")
    seed = try fields.optionalInteger("seed", in: Int64.min...Int64.max)
    servers = try fields.optionalInteger("servers")
    tablets = try fields.optionalInteger("tablets")
  }
}
