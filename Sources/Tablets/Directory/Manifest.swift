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

public import Files

/// The contents of `tablet.json`.
public struct TabletManifest: Hashable, Sendable {
  public static let fileName = "tablet.json"
  public static let version = 1

  public var extent: KeyExtent
  /// The live files, in the order of their names.
  public var files: [TabletFile]
  public var reservations: [Reservation]
  /// Names in the directory that a finished job replaced and that are still to be removed.
  public var garbage: [String]

  public init(
    extent: KeyExtent, files: [TabletFile], reservations: [Reservation] = [], garbage: [String] = []
  ) {
    self.extent = extent
    self.files = files
    self.reservations = reservations
    self.garbage = garbage
  }
}

/// A job that a process has begun: its inputs are its own until it ends.
public struct Reservation: Hashable, Sendable {
  public var ecid: String
  public var kind: CompactionKind
  public var executor: String
  public var inputs: [String]
  public var propagateDeletes: Bool
  public var output: String
  public var tmp: String
  public var owner: ProcessIdentity
  /// When the owner last said that it is at work: ms since 1970, by its clock.
  public var lease: Int64
  /// The whole and checked output that is about to get its name. A file of that name is the output of this
  /// reservation only if it is this one.
  public var written: WrittenFile?

  public struct WrittenFile: Hashable, Sendable {
    public var inode: UInt64
    public var size: Int64

    public init(inode: UInt64, size: Int64) {
      self.inode = inode
      self.size = size
    }

    func isFile(_ status: FileStatus) -> Bool { status.inode == inode && status.size == size && status.kind == .file }
  }

  public init(
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
  public func isDead(seenBy observer: ProcessIdentity, now: Int64, leaseDuration: Int64) throws -> Bool {
    switch try owner.life(seenBy: observer) {
    case .alive: return false
    case .dead: return true
    case .unknown:
      let (age, overflow) = now.subtractingReportingOverflow(lease)
      return overflow ? lease < 0 : age > leaseDuration
    }
  }
}
