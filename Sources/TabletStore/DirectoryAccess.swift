package import Files
package import SystemPackage

/// Who works on tablet directories, and how: everything that a library must not find out by itself.
package struct DirectoryAccess: Sendable {
  package var disk: Disk
  /// The process that reserves jobs and decides whether the reservations of others are dead.
  package var owner: ProcessIdentity
  /// The clock, in ms since 1970.
  package var now: @Sendable () -> Int64
  /// A reservation of another machine is dead after this many ms without renewal.
  package var leaseDuration: Int64
  /// How long to wait for another process that is changing the same tablet. It holds the lock only for a few syncs.
  var lockTimeout: Duration
  package var map: FileMap
  /// Counts the entries of an RFile, for tablets without a `tablet.json` that has the number.
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
