public import Files
public import SystemPackage

/// Who works on tablet directories, and with what: everything that a library must not find out by itself.
public struct DirectoryAccess: Sendable {
  public var disk: Disk
  /// The process that reserves jobs and judges the reservations of others.
  public var owner: ProcessIdentity
  /// The clock: ms since 1970.
  public var now: @Sendable () -> Int64
  /// After how many ms without renewal a reservation of another machine is dead.
  public var leaseDuration: Int64
  /// How long to wait for another process that changes the same tablet. It holds the lock only for a few syncs.
  public var lockTimeout: Duration
  public var map: FileMap
  /// The number of entries in an RFile: what a tablet without `tablet.json` does not know by itself.
  public var countEntries: @Sendable (FilePath) throws -> Int64
  let neighbours = Neighbours()

  public static let defaultLease: Int64 = 600_000

  public init(
    disk: Disk = Disk(), owner: ProcessIdentity, now: @escaping @Sendable () -> Int64,
    leaseDuration: Int64 = Self.defaultLease, lockTimeout: Duration = .seconds(60), map: FileMap = FileMap(),
    countEntries: @escaping @Sendable (FilePath) throws -> Int64
  ) {
    self.disk = disk
    self.owner = owner
    self.now = now
    self.leaseDuration = leaseDuration
    self.lockTimeout = lockTimeout
    self.map = map
    self.countEntries = countEntries
  }

  func isDead(_ reservation: Reservation) throws -> Bool {
    try reservation.isDead(seenBy: owner, now: now(), leaseDuration: leaseDuration)
  }
}
