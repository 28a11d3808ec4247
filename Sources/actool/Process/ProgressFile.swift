import Compaction
import Files
import Records
import SystemPackage

// {"type":"running","time":T,"host":"h1","id":"ECID:<uuid>","extent":{..},"executor":"i.cs1.small","bytes":B,"entries":E,
//  "read":R,"written":W}                                            when a job starts, and every few seconds while it runs
// {"type":"run","id":..,"extent":{..},"kind":"SYSTEM","executor":..,"priority":P,"start":T,"end":T,"host":"h1",
//  "inputs":["F1.rf"],"output":"A1.rf","size":S,"entries":E,"outcome":"finished|failed"}                       when it ends

/// What jobs do and when, appended to a file for `report` and for other drawings.
final class ProgressFile {
  private let file: OutputFile
  private let host: String
  /// When the running jobs started, by id, ms since 1970.
  private var starts: [String: Int64] = [:]
  /// When the running jobs were last heard of.
  private var told: [String: Int64] = [:]

  /// How often a running job is heard of.
  static let interval = Duration.seconds(5)

  /// - Throws: `SystemError` when the file cannot be opened.
  init(_ path: FilePath, host: String, disk: Disk) throws {
    file = try disk.append(to: path)
    self.host = host
  }

  /// - Throws: `SystemError` when the file cannot be written.
  func write(_ event: JobRunner.Event) throws {
    let now = SystemClock.milliseconds()
    var line = JSONLine()
    switch event {
    case .started(let job):
      starts[job.ecid] = now
      line.running(job, on: host, at: now, read: 0, written: 0)
    case .progress(let job, let read, let written):
      guard now - (told[job.ecid] ?? starts[job.ecid] ?? 0) >= Int64(Self.interval / .milliseconds(1)) else { return }
      told[job.ecid] = now
      line.running(job, on: host, at: now, read: read, written: written)
    case .ended(let job, let result, ran: true):
      let start = starts.removeValue(forKey: job.ecid) ?? now
      told[job.ecid] = nil
      // The clock can have been set back.
      if !result.already { line.run(job, result, on: host, from: start, to: max(start, now)) }
    case .ended, .note: break
    }
    if !line.isEmpty { try line.withBytes { try file.write(UnsafeRawBufferPointer($0)) } }
  }
}

extension JSONLine {
  fileprivate mutating func running(
    _ job: CompactionJob, on host: String, at now: Int64, read: Int64, written: Int64
  ) {
    record("running") { line in
      line.field("time", now)
      line.field("host", host)
      line.field("id", job.ecid)
      job.extent.write(to: &line)
      line.field("executor", job.group ?? job.executor)
      line.field("bytes", job.bytes)
      line.field("entries", job.inputs.reduce(Int64(0)) { $0 &+ $1.entries })
      line.field("read", read)
      line.field("written", written)
    }
  }

  fileprivate mutating func run(
    _ job: CompactionJob, _ result: CompactionResult, on host: String, from start: Int64, to end: Int64
  ) {
    record("run") { line in
      line.field("id", job.ecid)
      job.extent.write(to: &line)
      line.field("kind", job.kind.rawValue)
      line.field("executor", job.group ?? job.executor)
      line.field("priority", job.priority)
      line.field("start", start)
      line.field("end", end)
      line.field("host", host)
      line.field("inputs", job.inputs.map(\.file))
      if let output = result.output {
        line.field("output", output)
        line.field("size", result.fileSize)
        line.field("entries", result.entries)
      }
      line.field("outcome", result.state == .finished ? "finished" : "failed")
    }
  }
}
