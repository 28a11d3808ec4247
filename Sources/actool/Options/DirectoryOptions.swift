import ArgumentParser
import Files
import Glibc
import Settings
import TabletStore

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
    var access = try DirectoryAccess.ofThisProcess(map: map)
    access.disk = disk
    access.leaseDuration = try leaseDuration()
    return access
  }
}

/// The time since some moment before; it never jumps.
@Sendable func steadyTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
}
