// `tablet.json`: what a tablet consists of. From its first appearance the only truth; replaced as a whole, under the
// lock of the directory, never changed in place.
//
//     {"version":1,
//      "extent":{"tableId":"2","prevEndRow":"a","endRow":"m"},
//      "files":[{"file":"F000001a.rf","size":1234,"entries":56}],
//      "reservations":[{"ecid":"ECID:<uuid>","kind":"SYSTEM","executor":"i.default.small","inputs":["F000001a.rf"],
//        "propDels":true,"output":"C000001b.rf","tmp":"C000001b.rf_tmp",
//        "host":"h1","machineId":"..","bootId":"..","pidNamespace":"pid:[4026531836]","processId":123,
//        "processStart":456789,"lease":1763696000000,
//        "written":{"inode":77,"size":99}}],      only while the output gets its name
//      "garbage":["F0000019.rf"]}                 inputs of a finished job that are still to be removed
//
// on one line. Fields with the names of the `tablet` and `job` records mean the same here.

package import Files
package import Records

/// The contents of `tablet.json`.
package struct TabletManifest: Hashable, Sendable {
  package static let fileName = "tablet.json"
  package static let version = 1

  package var extent: KeyExtent
  /// The live files, in the order of their names.
  package var files: [TabletFile]
  package var reservations: [Reservation]
  /// Names in the directory that a finished job replaced and that are still to be removed.
  package var garbage: [String]

  package init(
    extent: KeyExtent, files: [TabletFile], reservations: [Reservation] = [], garbage: [String] = []
  ) {
    self.extent = extent
    self.files = files
    self.reservations = reservations
    self.garbage = garbage
  }
}

/// A job that a process has begun: its inputs are its own until it ends.
package struct Reservation: Hashable, Sendable {
  package var ecid: String
  package var kind: CompactionKind
  package var executor: String
  package var inputs: [String]
  package var propagateDeletes: Bool
  package var output: String
  package var tmp: String
  package var owner: ProcessIdentity
  /// When the owner last said that it is at work: ms since 1970, by its clock.
  package var lease: Int64
  /// The whole and checked output that is about to get its name. A file of that name is the output of this
  /// reservation only if it is this one.
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

  /// True when no running process has it: on the owner's machine when that process is gone, elsewhere when the lease
  /// was last renewed more than `leaseDuration` (ms) before `now` (ms since 1970).
  ///
  /// A lease from the future is alive: clocks differ, and to take a file twice is worse than to wait.
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
