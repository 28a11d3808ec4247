import ArgumentParser
import Files
import Settings
import TabletStore

/// Where files are, and when reservations expire: for the commands that read tablet directories.
struct DirectoryOptions: ParsableArguments {
  @OptionGroup var files: FileMapOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long a reservation of another machine lives without renewal; one of this machine lives as long as its process. "
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

  /// These options, and whether each was given: for commands that do not always read directories.
  var given: [(name: String, isGiven: Bool)] { files.given + [("--lease", lease != nil)] }

  /// - Throws: `SystemError` when this process cannot find out who it is.
  func access(disk: Disk = Disk()) throws -> DirectoryAccess {
    var access = try DirectoryAccess.ofThisProcess(map: files.mount(), disk: disk)
    access.leaseDuration = try leaseDuration()
    return access
  }
}
