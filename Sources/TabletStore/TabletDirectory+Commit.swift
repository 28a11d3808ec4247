internal import Files
package import Records
internal import SystemPackage

extension TabletDirectory {
  /// A problem that remains although the job was committed; for the log.
  package struct CommitNote: Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// Makes the output part of the tablet, in place of the inputs (step 4 in TabletDirectory+Reserve.swift).
  ///
  /// `size` and `entries` describe the finished temporary file, which was synced and checked; `certificate` stays in
  /// `tablet.json` until the next job on that file. Without entries, the tablet gets no file, as in Accumulo (`DatafileManager.bringMajorCompactionOnline`).
  ///
  /// Throws when the job is not committed; then call `abandon`. When it returns, the job is committed; the next run
  /// removes any leftovers that could not be removed.
  package func commit(
    _ job: HeldJob, size: Int64, entries: Int64, certificate: Certificate? = nil, keepInputs: Bool
  ) throws -> [CommitNote] {
    try locked {
      var (manifest, index) = try held(job)
      if entries == 0 {
        try access.disk.removeIfThere(job.tmp)
      } else {
        try nameOutput(of: job, size: size, &manifest, index)
      }
      manifest.reservations.remove(at: index)
      let inputs = Set(job.inputNames)
      manifest.files.removeAll { inputs.contains($0.part.description) }
      let live = Set(manifest.files.map(\.file))
      let replaced = Set(job.inputFiles.map(\.file)).subtracting(live)
      for file in replaced { manifest.certificates[file] = nil }
      if entries > 0 {
        manifest.files.append(TabletFile(file: job.output, size: size, entries: entries))
        manifest.certificates[job.output] = certificate
      }
      if !keepInputs { manifest.garbage += replaced.filter { !FileName.isURI($0) }.sorted() }
      do {
        try replaceUnsynced(with: manifest)
      } catch {
        // A rename on a network disk can report failure although it was done.
        guard let now = try? self.manifest(), !now.reservations.contains(where: { $0.ecid == job.ecid }) else {
          throw error
        }
        return [Self.unsyncedNote(error)]
      }
      // From here on, the job is committed whatever fails. The inputs stay until that is on the disk.
      do { try access.disk.syncDirectory(path) } catch { return [Self.unsyncedNote(error)] }
      do {
        guard try removeGarbage(&manifest) else { return [] }
        try replace(with: manifest)
        return []
      } catch {
        return [CommitNote(description: "\(error); the next run removes the inputs of \(job.ecid)")]
      }
    }
  }

  private static func unsyncedNote(_ error: any Error) -> CommitNote {
    CommitNote(description: "\(error); the job is committed, but a power failure now might undo it")
  }

  private func nameOutput(of job: HeldJob, size: Int64, _ manifest: inout TabletManifest, _ index: Int) throws {
    guard let status = try FileStatus.ofLink(job.tmp) else {
      throw SystemError("find", job.tmp.string, .noSuchFileOrDirectory)
    }
    guard status.kind == .file, status.size == size else {
      throw DirectoryError(
        path: path.string, problem: "\(job.tmpName) has \(status.size) bytes, but \(size) were written to it")
    }
    manifest.reservations[index].written = Reservation.WrittenFile(inode: status.inode, size: size)
    try replace(with: manifest)
    try access.disk.renameWithoutReplacing(job.tmp, to: path.appending(job.output))
    try access.disk.syncDirectory(path)
  }
}
