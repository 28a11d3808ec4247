// Cleans up after dead processes. Files are removed first, then their names in tablet.json. So if the cleaning process
// is killed, the next one finds what is left.

internal import Files
package import Records
internal import SystemPackage

extension TabletDirectory {
  /// What `clean` would remove now. Changes nothing on disk. In a directory without `tablet.json`, an `.rf_tmp` file is
  /// not ours.
  package func leftovers() throws -> Leftovers {
    var found = Leftovers(directory: path.string)
    if try FileStatus.ofLink(manifestTemporary) != nil { found.files.append(Self.manifestTemporaryName) }
    guard let manifest = try manifest() else { return found }
    var running = manifest
    try running.reservations.removeAll { try access.isDead($0) }
    let kept = try keptTemporaries(of: running)
    for reservation in manifest.reservations
    where !running.reservations.contains(reservation) && !kept.contains(reservation.tmp) {
      found.ecids.append(reservation.ecid)
      if try isWritten(reservation) { found.files.append(reservation.output) }
    }
    found.files += try temporaries(except: kept)
    found.files += manifest.garbage
    found.files.sort()
    return found
  }

  /// Cleans the directory that a `Leftovers` record names.
  package static func clean(_ leftovers: Leftovers, access: DirectoryAccess) throws {
    let directory = TabletDirectory(try access.map.path(of: leftovers.directory), access: access)
    guard try FileStatus.of(directory.path)?.kind == .directory else {
      throw ReservationError.tabletGone(directory.path.string)
    }
    try directory.clean()
  }

  /// Releases the jobs of dead processes and removes their files. True when there were leftovers.
  @discardableResult package func clean() throws -> Bool {
    guard try !leftovers().isEmpty else { return false }
    return try locked {
      // The process that was writing it held this lock, so it is gone.
      try access.disk.removeIfThere(manifestTemporary)
      guard var manifest = try manifest() else { return true }
      let before = manifest
      try tidy(&manifest)
      if manifest != before { try replace(with: manifest) }
      return true
    }
  }

  /// Removes leftovers from the directory and the manifest. Call it under the lock, before the manifest is written.
  func tidy(_ manifest: inout TabletManifest) throws {
    let before = manifest.reservations
    try manifest.reservations.removeAll { try access.isDead($0) }
    let kept = try keptTemporaries(of: manifest)
    for reservation in before.reversed() where !manifest.reservations.contains(reservation) {
      try release(reservation, of: manifest, keeping: kept)
    }
    for name in try temporaries(except: kept) { try access.disk.removeIfThere(path.appending(name)) }
    // If another tablet.json cannot be read, the garbage stays, but work on this tablet can go on. A failed removal is
    // an error.
    if let garbage = try? removableGarbage(of: manifest) { try remove(garbage, &manifest) }
  }

  /// Changes the manifest as `tidy` would, and returns the names that `tidy` would remove. Changes nothing on disk.
  func forgetLeftovers(_ manifest: inout TabletManifest) throws -> Set<String> {
    var gone: Set<String> = []
    for (index, reservation) in manifest.reservations.enumerated().reversed() where try access.isDead(reservation) {
      manifest.reservations.remove(at: index)
      if try isWritten(reservation), !manifest.reservations.contains(where: { $0.output == reservation.output }) {
        gone.insert(reservation.output)
      }
    }
    gone.formUnion(try temporaries(except: Set(manifest.reservations.map(\.tmp))))
    if let garbage = try? removableGarbage(of: manifest) {
      gone.formUnion(garbage)
      manifest.garbage = []
    }
    return gone
  }

  /// Removes the files of a job that is not committed, but for the temporary files in `kept`. `manifest` no longer
  /// contains its reservation.
  func release(_ reservation: Reservation, of manifest: TabletManifest, keeping kept: Set<String> = []) throws {
    let kept = kept.union(manifest.reservations.map(\.tmp))
    if try isFile(reservation.tmp), !kept.contains(reservation.tmp) { try removePartial(reservation.tmp) }
    if try isWritten(reservation), !manifest.reservations.contains(where: { $0.output == reservation.output }) {
      try access.disk.removeIfThere(path.appending(reservation.output))
      // Only the reservation says what this file is, so it must be gone for good before that is dropped.
      try access.disk.syncDirectory(path)
    }
  }

  /// The temporary files of jobs that run or can go on. `manifest` has no dead reservations.
  func keptTemporaries(of manifest: TabletManifest) throws -> Set<String> {
    try Set(manifest.reservations.map(\.tmp) + partials(in: manifest).map { try localName(of: $0.job.tmp) })
  }

  private func isFile(_ name: String) throws -> Bool { try FileStatus.ofLink(path.appending(name))?.kind == .file }

  /// True when the output was renamed and is certainly the work of this reservation.
  private func isWritten(_ reservation: Reservation) throws -> Bool {
    guard let written = reservation.written, let status = try FileStatus.ofLink(path.appending(reservation.output))
    else { return false }
    return written.isFile(status)
  }

  /// Removes replaced inputs and clears the list. Inputs that another tablet of the table lists, or that a URI of this
  /// tablet refers to, are kept. False when the list was empty.
  func removeGarbage(_ manifest: inout TabletManifest) throws -> Bool {
    guard !manifest.garbage.isEmpty else { return false }
    try remove(removableGarbage(of: manifest), &manifest)
    return true
  }

  private func remove(_ garbage: [String], _ manifest: inout TabletManifest) throws {
    guard !manifest.garbage.isEmpty else { return }
    for name in garbage { try access.disk.removeIfThere(path.appending(name)) }
    // Their removal must be on the disk before the list is cleared.
    try access.disk.syncDirectory(path)
    manifest.garbage = []
  }

  private func removableGarbage(of manifest: TabletManifest) throws -> [String] {
    guard !manifest.garbage.isEmpty else { return [] }
    let kept = try filesListedOtherwise(in: manifest)
    return manifest.garbage.filter { !kept.contains($0) }
  }

  /// The names in this directory of files that other tablets list, and this one by URI.
  func filesListedOtherwise(in manifest: TabletManifest) throws -> Set<String> {
    try access.neighbours.filesListedElsewhere(of: self).union(filesListedByURI(in: manifest))
  }

  /// The names in this directory of files that the tablet lists by URI. A URI that cannot be mapped counts as referring
  /// to this directory if its directory has the same name, as in `Neighbours`.
  private func filesListedByURI(in manifest: TabletManifest) throws -> Set<String> {
    let uris = manifest.allFiles.filter(FileName.isURI)
    guard !uris.isEmpty else { return [] }
    let own = try realPath(path).lastComponent?.string
    var names: Set<String> = []
    for uri in uris {
      if let location = try? access.map.path(of: uri),
        (try? FileStatus.of(location.removingLastComponent()))?.map({ $0.kind == .directory }) == true
      {
        // Both its name and its target, in case it is a symbolic link.
        for place in [location, try? realPath(location)] {
          if let place, let name = try self.name(ofFileHere: place) { names.insert(name) }
        }
      } else {
        let parts = uri.split(separator: "/").suffix(2).map(String.init)
        if parts.count == 2, parts[0] == own { names.insert(parts[1]) }
      }
    }
    return names
  }
}
