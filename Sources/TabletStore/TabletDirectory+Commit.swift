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
  /// `result` is that of the job: its size and entries describe the finished temporary file, which was synced and checked;
  /// its certificate stays in `tablet.json` until the next job on that file, and its numbers for 16 jobs. Without
  /// entries, the tablet gets no file, as in Accumulo (`DatafileManager.bringMajorCompactionOnline`).
  ///
  /// Throws when the job is not committed; then call `abandon`. When it returns, the job is committed; the next run
  /// removes any leftovers that could not be removed.
  package func commit(
    _ job: HeldJob, _ result: CompactionResult, keepInputs: Bool
  ) throws -> [CommitNote] {
    let (size, entries) = (result.fileSize, result.entries)
    return try locked {
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
        manifest.certificates[job.output] = result.certificate
      }
      manifest.remember(FinishedJob(job, result))
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
        try Checkpoint.remove(of: job.tmp, on: access.disk)
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

extension TabletDirectory {
  /// The result of a job that finished here, one of the last 16, as when it is run again; nil if it is not known.
  ///
  /// The id alone is not enough: plans with one seed give the same ids to other jobs.
  package func finished(_ job: CompactionJob) throws -> CompactionResult? {
    guard let manifest = try manifest(), manifest.extent == job.extent,
      let done = manifest.finished.last(where: { $0.result.ecid == job.ecid }), done.inputs.count == job.inputs.count
    else { return nil }
    let inputs = Set(done.inputs)
    for input in job.inputs where !inputs.contains(try listedName(of: input, where: inputs.contains)) { return nil }
    var result = done.result
    if let output = result.output {
      guard try localName(of: job.output) == output else { return nil }
      result.certificate = manifest.certificates[output]
    }
    result.already = true
    result.directory = path.string
    return result
  }
}

extension FinishedJob {
  fileprivate init(_ job: HeldJob, _ result: CompactionResult) {
    var result = result
    result.directory = nil
    if result.output != nil { result.certificate = nil }
    self.init(inputs: job.inputNames, result: result)
  }
}
