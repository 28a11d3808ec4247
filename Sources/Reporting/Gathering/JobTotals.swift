import Entries
import Records

/// What a plan is going to do, by executor, from `job` records.
struct PlannedJobs: Sendable {
  struct Place: Sendable {
    var jobs = 0
    var files = 0
    /// Bytes of the inputs.
    var bytes = 0.0
  }

  private(set) var places: [String: Place] = [:]
  private(set) var total = Place()
  private(set) var passes = 0

  /// Executors beyond these are counted together.
  private static let limit = 1000

  mutating func add(_ job: CompactionJob) {
    passes = max(passes, job.pass)
    let name = job.group ?? job.executor
    let key = places[name] != nil || places.count < Self.limit ? name : "others"
    add(job, to: &places[key, default: Place()])
    add(job, to: &total)
  }

  private func add(_ job: CompactionJob, to place: inout Place) {
    place.jobs += 1
    place.files += job.inputs.count
    place.bytes += Double(job.bytes)
  }
}

/// What became of entries, from the certificates of `result` records or from `audit` records.
struct EntryFates: Sendable {
  private(set) var finished = 0
  private(set) var failed = 0
  private(set) var uncertified = 0
  /// Bytes of the outputs, and ms that the jobs took.
  private(set) var written = 0.0
  private(set) var took = 0.0
  /// Entries.
  private(set) var taken = 0.0
  private(set) var kept = 0.0
  private(set) var dropped: [String: Double] = [:]
  private(set) var made: [String: Double] = [:]
  private(set) var auditedTablets = 0
  private(set) var provenTablets = 0

  /// Fates beyond these are counted together.
  private static let limit = 100

  var isEmpty: Bool { taken + made.values.reduce(0, +) == 0 }

  mutating func add(_ result: CompactionResult) {
    guard result.state == .finished else {
      failed += 1
      return
    }
    finished += 1
    written += Double(result.fileSize)
    took += result.seconds * 1000
    guard let certificate = result.certificate else {
      uncertified += 1
      return
    }
    taken += certificate.inputs.reduce(0) { $0 + Double($1.sum.count) }
    kept += Double(certificate.output.count)
    for account in certificate.dropped { Self.add(Double(account.sum.count), account.name, to: &dropped) }
    for account in certificate.made { Self.add(Double(account.sum.count), account.name, to: &made) }
  }

  mutating func add(_ audit: AuditRecord) {
    auditedTablets += 1
    provenTablets += audit.isProven ? 1 : 0
    taken += Double(audit.first)
    kept += Double(audit.now)
    for account in audit.dropped { Self.add(Double(account.entries), account.by, to: &dropped) }
    for account in audit.made { Self.add(Double(account.entries), account.by, to: &made) }
  }

  private static func add(_ entries: Double, _ name: String, to accounts: inout [String: Double]) {
    accounts[accounts[name] != nil || accounts.count < limit ? name : "others", default: 0] += entries
  }
}
