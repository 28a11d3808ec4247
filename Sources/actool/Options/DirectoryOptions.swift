import ArgumentParser
import Files
import Settings
import TabletStore

/// Where files lie, and whose reservations count: for the commands that look into tablet directories.
struct DirectoryOptions: ParsableArguments {
  @OptionGroup var files: FileMapOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "After this time without renewal a reservation of another machine is dead. On this machine it is when its process is. "
        + "Default: 10m.",
      valueName: "TIME"))
  var lease: String?

  func validate() throws {
    do { _ = try leaseDuration() } catch { throw ValidationError("--lease: \(error)") }
  }

  private func leaseDuration() throws -> Int64 {
    guard let lease else { return DirectoryAccess.defaultLease }
    let duration = try ConfigurationValue.duration(lease)
    guard duration >= 1000 else { throw ValidationError("expected a time of at least one second, found '\(lease)'") }
    return duration
  }

  var map: FileMap { files.map }

  /// What is given of these: for commands that may not look into directories.
  var given: [(name: String, isGiven: Bool)] { [("--map", !files.prefixes.isEmpty), ("--lease", lease != nil)] }

  /// - Throws: `SystemError` when this process cannot find out who it is.
  func access(disk: Disk = Disk()) throws -> DirectoryAccess {
    var access = try DirectoryAccess.ofThisProcess(map: map, disk: disk)
    access.leaseDuration = try leaseDuration()
    return access
  }
}
