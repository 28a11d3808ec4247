import ArgumentParser
import Files
import Tablets

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where files lie, and whose reservations count: for the commands that look into tablet directories.
struct DirectoryOptions: ParsableArguments {
  @OptionGroup var files: FileMapOptions

  @Option(
    help: ArgumentHelp(
      "After this time without renewal a reservation of another machine is dead. On this machine it is when its process is.",
      valueName: "TIME"))
  var lease = "10m"

  func validate() throws {
    do { _ = try leaseDuration() } catch { throw ValidationError("--lease: \(error)") }
  }

  private func leaseDuration() throws -> Int64 {
    let duration = try ConfigurationValue.duration(lease)
    guard duration >= 1000 else { throw ValidationError("expected a time of at least one second, found '\(lease)'") }
    return duration
  }

  var map: FileMap { files.map }

  /// - Throws: `SystemError` when this process cannot find out who it is.
  func access(disk: Disk = Disk()) throws -> DirectoryAccess {
<<<<<<< HEAD
    try .ofThisProcess(disk: disk, map: map, leaseDuration: leaseDuration())
  }
}

extension DirectoryAccess {
  /// As this process works on tablet directories: with its identity, its clock, and RFiles to count entries in.
  /// - Throws: `SystemError` when it cannot find out who it is.
  static func ofThisProcess(
    disk: Disk = Disk(), map: FileMap, leaseDuration: Int64 = Self.defaultLease
  ) throws -> DirectoryAccess {
    DirectoryAccess(
      disk: disk, owner: try ProcessIdentity.current(), now: Clocks.now, leaseDuration: leaseDuration, map: map,
      countEntries: { path in try RFileReader(path: path.string).countEntries() })
=======
    var access = try DirectoryAccess.ofThisProcess(map: map)
    access.disk = disk
    access.leaseDuration = try leaseDuration()
    return access
>>>>>>> directory
  }
}

/// The time since some moment before; it never jumps.
@Sendable func steadyTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
}
