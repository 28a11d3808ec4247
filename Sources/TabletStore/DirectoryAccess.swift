package import Files
package import SystemPackage

/// Who works on tablet directories, and with what: everything that a library must not find out by itself.
package struct DirectoryAccess: Sendable {
  package var disk: Disk
  /// The process that reserves jobs and judges the reservations of others.
  package var owner: ProcessIdentity
  /// The clock: ms since 1970.
  package var now: @Sendable () -> Int64
  /// After how many ms without renewal a reservation of another machine is dead.
  package var leaseDuration: Int64
  /// How long to wait for another process that changes the same tablet. It holds the lock only for a few syncs.
  var lockTimeout: Duration
  package var map: FileMap
  /// The number of entries in an RFile: what a tablet without `tablet.json` does not know by itself.
  package var countEntries: @Sendable (FilePath) throws -> Int64
  let neighbours = Neighbours()

  /// Ten minutes.
  package static let defaultLease: Int64 = 600_000

  package init(
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
