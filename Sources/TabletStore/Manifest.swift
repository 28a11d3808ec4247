// `tablet.json`: the contents of a tablet. Once it exists, it alone decides what belongs to the tablet. It is replaced
// as a whole, under the lock of the directory, and never changed in place.
//
//     {"version":2,
//      "extent":{"tableId":"2","prevEndRow":"a","endRow":"m"},
//      "files":[{"file":"F000001a.rf","size":1234,"entries":56,
//        "range":{"prevEndRow":"a","endRow":"c"},       only these rows of it; a file may have several such parts
//        "time":1625819156894,                          the timestamp of all its entries
//        "certificate":{..}}],                          of the job that made it, as in its result
//      "reservations":[{"ecid":"ECID:<uuid>","kind":"SYSTEM","executor":"i.default.small","inputs":["F000001a.rf"],
//        "propDels":true,"output":"C000001b.rf","tmp":"C000001b.rf_tmp",
//        "host":"h1","machineId":"..","bootId":"..","pidNamespace":"pid:[4026531836]","processId":123,
//        "processStart":456789,"lease":1763696000000,
//        "written":{"inode":77,"size":99}}],      only while the output is renamed
//      "garbage":["F0000019.rf"],                 inputs of a finished job that are still to be removed
//      "finished":[{"ecid":"ECID:<uuid>","inputs":["F0000019.rf"],    the last 16 jobs, the latest last: one of them
//        "fileSize":1234,"entries":56,..}]}                          again is not run, but answered with these numbers
//
// in one line. A file with a range, a time or a certificate, or a finished job, makes it version 2, else it is version 1: a
// program that would drop such a field refuses the file. Lists of inputs name a part as `FilePart` does. Fields have the same meaning as fields of the same name in `tablet` and `job` records.

package import Files
package import Records

/// The contents of `tablet.json`.
package struct TabletManifest: Hashable, Sendable {
  package static let fileName = "tablet.json"
  package static let versions: ClosedRange<Int64> = 1...2

  package var extent: KeyExtent
  /// The live files, sorted by name.
  package var files: [TabletFile]
  /// Certificates of live files, by their names: what became of the entries of the job that made each.
  package var certificates: [String: Certificate] = [:]
  package var reservations: [Reservation]
  /// The names of files in the directory that a finished job replaced and that are still to be removed.
  package var garbage: [String]
  /// The last jobs that finished, the latest last.
  private(set) var finished: [FinishedJob] = []

  package init(
    extent: KeyExtent, files: [TabletFile], reservations: [Reservation] = [], garbage: [String] = []
  ) {
    self.extent = extent
    self.files = files
    self.reservations = reservations
    self.garbage = garbage
  }

  /// Names and URIs of the live files and of the inputs of running jobs.
  var allFiles: Set<String> {
    Set(files.map(\.file) + reservations.flatMap { $0.inputs.map { FilePart(text: $0).file } })
  }
}

extension TabletManifest {
  /// How many finished jobs are remembered: more than one plan makes for a tablet, even with `--repeat`.
  static let mostFinished = 16

  /// Remembers a job; the oldest is forgotten.
  mutating func remember(_ job: FinishedJob) {
    finished.removeAll { $0.result.ecid == job.result.ecid }
    finished.append(job)
    finished.removeFirst(max(0, finished.count - Self.mostFinished))
  }
}

/// A job that finished here.
struct FinishedJob: Hashable, Sendable {
  /// As `FilePart` names them.
  var inputs: [String]
  /// Without a directory; with a certificate only if there is no output that has it.
  var result: CompactionResult
}

/// A job that a process has begun. Until it ends, the inputs are reserved for it.
package struct Reservation: Hashable, Sendable {
  package var ecid: String
  package var kind: CompactionKind
  package var executor: String
  package var inputs: [String]
  package var propagateDeletes: Bool
  package var output: String
  package var tmp: String
  package var owner: ProcessIdentity
  /// When the owner last renewed the reservation: ms since 1970, by the owner's clock.
  package var lease: Int64
  /// The complete, checked output that is about to be renamed. A file with the output's name is this reservation's
  /// output only if it matches this.
  package var written: WrittenFile?

  package struct WrittenFile: Hashable, Sendable {
    package var inode: UInt64
    package var size: Int64

    func isFile(_ status: FileStatus) -> Bool { status.inode == inode && status.size == size && status.kind == .file }
  }

  init(
    ecid: String, kind: CompactionKind, executor: String, inputs: [String], propagateDeletes: Bool, output: String,
    tmp: String, owner: ProcessIdentity, lease: Int64, written: WrittenFile? = nil
  ) {
    self.ecid = ecid
    self.kind = kind
    self.executor = executor
    self.inputs = inputs
    self.propagateDeletes = propagateDeletes
    self.output = output
    self.tmp = tmp
    self.owner = owner
    self.lease = lease
    self.written = written
  }

  /// True when the owner is no longer running: on the owner's machine, when that process is gone; elsewhere, when the
  /// lease was last renewed more than `leaseDuration` (ms) before `now` (ms since 1970).
  ///
  /// A lease from the future is alive: clocks differ, and using a file twice is worse than waiting.
  func isDead(seenBy observer: ProcessIdentity, now: Int64, leaseDuration: Int64) throws -> Bool {
    switch try owner.life(seenBy: observer) {
    case .alive: return false
    case .dead: return true
    case .unknown:
      let (age, overflow) = now.subtractingReportingOverflow(lease)
      return overflow ? lease < 0 : age > leaseDuration
    }
  }
}
