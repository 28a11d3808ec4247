package import BlockFile
internal import Files
internal import RFile
package import Settings
package import SystemPackage
internal import TabletStore

extension Salvage {
  /// What took the place of a damaged file in its tablet.
  package struct Replacement {
    package var salvage: Salvage
    /// The name and the contents of the new file; nil: there was nothing to save, and nothing was changed.
    package var output: (name: FilePath, Output)?
    /// The name of the damaged file from now on.
    package var kept: String?

    package init(salvage: Salvage, output: (name: FilePath, Output)? = nil, kept: String? = nil) {
      self.salvage = salvage
      self.output = output
      self.kept = kept
    }
  }

  /// Saves a file of a tablet and puts the new one into its place; see `TabletDirectory.mend`.
  ///
  /// Throws `DirectoryError` and `ReservationError` when the file is not one of the tablet or a job has it, and what
  /// `init` and `write` throw. Then the tablet is as it was.
  /// - Parameters:
  ///   - newName: the name of the new file.
  ///   - survey: called with what was found, before anything is written.
  package static func replace(
    _ file: String, in directory: FilePath, by newName: String, _ configuration: Configuration,
    level: CompressionLevel, limit: BlockLimit, conditions: RunConditions, pool: CodecPool,
    beforeNaming: (Salvage) throws -> Void
  ) throws -> Replacement {
    if !conditions.isForced, let volume = try Volume.containing(directory) {
      throw JobRefusal.ownedByAccumulo(volume: volume.string)
    }
    try conditions.checkLocks(at: directory)
    var access = conditions.access
    let countEntries = access.countEntries
    // Nobody can count those of the damaged file; 0 is not known.
    access.countEntries = { path in path.lastComponent?.string == file ? 0 : try countEntries(path) }
    let tablet = TabletDirectory(directory, access: access)
    try tablet.beginMending(file)
    let salvage = try Salvage(of: directory.appending(file), limit: limit, stop: conditions.stop)
    guard salvage.survey.entries > 0 else { return Replacement(salvage: salvage) }
    let properties = try TableDirectory.properties(besideTablet: directory)
    let name = directory.appending(newName)
    let output = try salvage.write(
      configuration, tableProperties: try properties.map { try ConfigurationSource(path: $0.string) }, level: level,
      to: name, conditions: conditions, pool: pool
    ) { try beforeNaming(salvage) }
    do {
      let kept = try tablet.mend(file, with: newName, size: output.file.size, entries: output.file.entries)
      return Replacement(salvage: salvage, output: (name, output), kept: kept)
    } catch {
      // A sync that failed after the rename has not taken the new file out of the list.
      if (try? tablet.lists(newName)) == false { _ = try? access.disk.removeIfThere(name) }
      throw error
    }
  }
}
