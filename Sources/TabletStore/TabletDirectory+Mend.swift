// A damaged file gives way to what could be saved of it:
//
//     a. tablet.json is there, and lists the damaged file
//     b. the new file appears under a name of its own, whole and synced; nobody lists it
//     c. tablet.json lists the new file in place of the damaged one, under the lock
//     d. the damaged file is renamed: F1.rf -> F1.rf.damaged
//
//   killed             | the tablet                | is left behind
//   -------------------+---------------------------+---------------------------------------------------
//   before b           | has the damaged file      | a temporary file, which the next run removes
//   between b and c    | has the damaged file      | the new file, which belongs to no tablet
//   between c and d    | has the new file          | the damaged one under its own name, in no tablet

internal import Files
internal import Records
internal import SystemPackage

extension TabletDirectory {
  /// What the name of a damaged file ends in once it was replaced.
  package static let damagedSuffix = ".damaged"

  /// Throws unless the file can be replaced: it is in this directory, the tablet lists it, and no job has it. Writes
  /// `tablet.json` if there is none, so that a new file does not belong to the tablet by being there.
  package func beginMending(_ file: String) throws {
    guard try FileStatus.of(path)?.kind == .directory else { throw ReservationError.tabletGone(path.string) }
    try locked {
      let manifest = try contents()
      try checkMendable(file, in: manifest)
      if try !manifestExists() { try replace(with: manifest) }
    }
  }

  /// Lists `new`, a file of this directory that is whole and synced, in place of `file`, with the same rows and time,
  /// and renames `file`. Returns its new name: its own where it has to stay, because something else lists it.
  ///
  /// Throws `ReservationError` and `DirectoryError` as `beginMending` does; then nothing has changed.
  /// - Parameters:
  ///   - size: bytes.
  ///   - entries: those of the whole file.
  package func mend(_ file: String, with new: String, size: Int64, entries: Int64) throws -> String {
    try locked {
      var manifest = try contents()
      try checkMendable(file, in: manifest)
      for i in manifest.files.indices where manifest.files[i].file == file {
        manifest.files[i].file = new
        manifest.files[i].size = size
        // The entries of a part are an estimate, which is no worse than before.
        if manifest.files[i].range == nil { manifest.files[i].entries = entries }
      }
      manifest.certificates[file] = nil
      do { try replace(with: manifest) } catch {
        // A rename can be done although it, or the sync after it, is said to have failed. Then the damaged file stays where
        // it is, in case a power failure undoes the change.
        guard (try? lists(new)) == true else { throw error }
        return file
      }
      guard let needed = try? filesListedOtherwise(in: manifest), !needed.contains(file) else { return file }
      let kept = file + Self.damagedSuffix
      do {
        try access.disk.renameWithoutReplacing(path.appending(file), to: path.appending(kept))
        try access.disk.syncDirectory(path)
      } catch {
        // The tablet has the new file already.
        return file
      }
      return kept
    }
  }

  /// Whether `tablet.json` names a file now.
  package func lists(_ file: String) throws -> Bool {
    try manifest()?.files.contains { $0.file == file } ?? false
  }

  private func checkMendable(_ file: String, in manifest: TabletManifest) throws {
    guard manifest.files.contains(where: { $0.file == file }), !FileName.isURI(file) else {
      throw ReservationError.notLive(file)
    }
    for other in manifest.reservations where other.inputs.contains(where: { FilePart(text: $0).file == file }) {
      guard try access.isDead(other) else {
        throw ReservationError.reserved(
          file: file, ecid: other.ecid, host: other.owner.host, processId: other.owner.pid)
      }
    }
  }
}
