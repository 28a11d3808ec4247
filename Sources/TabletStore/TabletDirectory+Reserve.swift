// How a job reserves and replaces its inputs, and why nothing is lost whenever the process dies.
//
// 1. Every change of tablet.json is made under the lock of the directory: read it again, check, write all of it to a
//    temporary file, sync, rename over the old one, sync the directory. So it has the old or the new contents, never
//    anything in between.
// 2. A job reserves its inputs in tablet.json. The reservation names the process that owns it. No other process touches
//    the inputs, the temporary file or the output while the owner lives.
// 3. The output is written under its temporary name, synced and checked, all outside the lock. This can take hours.
// 4. The commit, all under one lock:
//      a. tablet.json records in the reservation which file (inode, size) is about to get the output's name;
//      b. the temporary file is renamed, never replacing a file, and the directory is synced;
//      c. tablet.json drops the reservation, and lists the output in place of the inputs and the inputs as garbage;
//      d. the garbage is removed, and the directory is synced;
//      e. tablet.json drops the list of garbage.
//
// What the next run finds if the process is killed:
//
//   killed               | the next run finds                    | and does                         | the tablet is
//   ---------------------+---------------------------------------+----------------------------------+--------------
//   before 2             | nothing, or a `.tablet.json.new`      | overwrites it at its next change | as before
//   in 3, before a       | a dead reservation, perhaps its tmp   | removes tmp, then reservation    | as before
//   in 3, later          | also a checkpoint of the tmp          | the same job goes on from there  | as before
//   between a and b      | the same, with the inode of the tmp   | the same                         | as before
//   in b, after rename   | a dead reservation, and an output     | removes the output if it is that | as before
//                        | that tablet.json does not list        | inode, then the reservation      |
//   after c              | inputs in the garbage list            | removes them, then clears it     | new
//   in d                 | some of them                          | the same                         | new
//   after e              | nothing                               | nothing                          | new
//
// A job without entries has no output: the temporary file is removed instead of b, and c lists no new file.
//
// Worked example. Tablet {F1 F2 F3}; job J: F1 F2 -> C4. Process P reserves J, writes C4.rf_tmp and is killed between b
// and c. tablet.json still lists F1 F2 F3, and J with inode 77. Process Q wants F2 F3: it takes the lock, sees that P
// is dead and that C4.rf is inode 77, removes C4.rf, drops J, and can now reserve F2 F3. If a user had put another
// C4.rf there, it would stay. If P were not dead but cut off on another machine, with its lease expired, Q would do the
// same. When P came back, it would find its reservation gone before it renamed anything, and fail.

package import Entries
internal import Files
package import Records
package import SystemPackage

/// A job that this process has reserved.
package struct HeldJob: Sendable {
  package let ecid: String
  /// The rows to read; all others are ignored.
  package let rows: RowRange
  /// Paths of the inputs, in the order of the job.
  package let inputs: [FilePath]
  /// Where to write the output. The file does not exist yet.
  package let tmp: FilePath
  /// The temporary file and its checkpoint are there, from a run that died.
  package let isBegun: Bool

  let extent: KeyExtent
  /// The inputs as listed in the manifest, with their ranges and set times.
  package let inputFiles: [TabletFile]
  package var inputNames: [String] { inputFiles.map(\.part.description) }
  let output: String
  let tmpName: String
}

extension TabletDirectory {
  /// Reserves the inputs of a job for this process. Also removes leftovers of dead processes, and creates `tablet.json`
  /// if it does not exist.
  ///
  /// Throws `ReservationError` when the rules forbid the job; then the job is not reserved.
  ///
  /// - Parameter resumes: whether the job may go on where a dead process left it; else what that left is removed.
  package func reserve(_ job: CompactionJob, resumes: Bool = false) throws -> HeldJob {
    guard try FileStatus.of(path)?.kind == .directory else { throw ReservationError.tabletGone(path.string) }
    return try locked {
      var manifest = try contents()
      let isAdopted = try !manifestExists()
      if isAdopted { try adopt(job, &manifest) } else { try tidy(&manifest) }
      let inputs = try checkedInputs(of: job, in: manifest)
      let output = try localName(of: job.output)
      let tmp = try localName(of: job.tmp)
      let isBegun = try keepsPartial(of: job, tmp, in: manifest, resumes: resumes)
      try checkNames(ecid: job.ecid, output: output, tmp: tmp, in: manifest, gone: isBegun ? [tmp] : [])
      manifest.reservations.append(
        Reservation(
          ecid: job.ecid, kind: job.kind, executor: job.group ?? job.executor, inputs: inputs,
          propagateDeletes: job.propagateDeletes, output: output, tmp: tmp, owner: access.owner,
          lease: access.now()))
      let live = Dictionary(uniqueKeysWithValues: manifest.files.map { ($0.part.description, $0) })
      let files = inputs.compactMap { live[$0] }
      let paths = try files.map { try path(of: $0.file) }
      try replace(with: manifest)
      // Jobs that cannot go on any more, because this one has an input of theirs. What stays goes with the next job.
      if !isAdopted, let kept = try? keptTemporaries(of: manifest), let gone = try? temporaries(except: kept) {
        for name in gone { _ = try? access.disk.removeIfThere(path.appending(name)) }
      }
      return HeldJob(
        ecid: job.ecid, rows: manifest.extent.rows, inputs: paths,
        tmp: path.appending(tmp), isBegun: isBegun, extent: manifest.extent, inputFiles: files, output: output,
        tmpName: tmp)
    }
  }

  /// Throws what `reserve` would throw now, after it had removed leftovers of dead processes. Changes nothing on disk.
  package func checkCanReserve(_ job: CompactionJob) throws {
    guard try FileStatus.of(path)?.kind == .directory else { throw ReservationError.tabletGone(path.string) }
    var manifest = try contents()
    var gone: Set<String> = []
    if try manifestExists() { gone = try forgetLeftovers(&manifest) } else { try adopt(job, &manifest) }
    _ = try checkedInputs(of: job, in: manifest)
    try checkNames(
      ecid: job.ecid, output: try localName(of: job.output), tmp: try localName(of: job.tmp), in: manifest, gone: gone)
  }

  /// Throws `DirectoryError` when an input does not have as many entries as `tablet.json` says; see
  /// `checkEntries(of:)`. Reads the indexes of the inputs, so it is not called under the lock.
  package func checkEntries(of job: HeldJob) throws { try checkEntries(of: job.inputFiles) }

  /// Throws `ReservationError` when the job must stop: the directory is gone, the reservation was withdrawn, an input
  /// is no longer live, or the extent changed. Changes nothing on disk.
  package func checkStillHeld(_ job: HeldJob) throws { _ = try heldIndex(of: job, in: manifest()) }

  /// Like `checkStillHeld`, and also renews the lease, which shows other processes that the job is running.
  package func renew(_ job: HeldJob) throws {
    try checkStillHeld(job)
    try locked {
      var (manifest, index) = try held(job)
      manifest.reservations[index].lease = access.now()
      try replace(with: manifest)
    }
  }

  /// Gives the inputs back and removes what the job wrote. Call it when the job fails. Does nothing if this process no
  /// longer owns the reservation: the process that withdrew it has cleaned up.
  ///
  /// - Parameter keepsPartial: leaves what the job wrote if the job can go on from its checkpoint.
  package func abandon(_ job: HeldJob, keepsPartial: Bool = false) throws {
    guard try FileStatus.of(path) != nil else { return }
    try locked {
      guard var manifest = try manifest(), let index = try? heldIndex(of: job, in: manifest, onlyReservation: true)
      else { return }
      let reservation = manifest.reservations.remove(at: index)
      try release(reservation, of: manifest, keeping: keepsPartial ? keptTemporaries(of: manifest) : [])
      try replace(with: manifest)
    }
  }

  /// Whether there is a partial output that the job goes on with. Removes one that has the job's names otherwise.
  private func keepsPartial(
    of job: CompactionJob, _ tmp: String, in manifest: TabletManifest, resumes: Bool
  ) throws -> Bool {
    guard FileName.isTemporary(tmp),
      let partial = try partials(in: manifest).first(where: { try localName(of: $0.job.tmp) == tmp })
    else { return false }
    if resumes, try partial.isOf(job, local: localName) { return true }
    try removePartial(tmp)
    return false
  }

  /// Withdraws the reservation of a job, whichever process owns it. The owner notices and fails the job. A job that
  /// waits to go on loses its partial output.
  package func cancel(ecid: String) throws {
    guard try FileStatus.of(path) != nil else { throw ReservationError.tabletGone(path.string) }
    try locked {
      guard var manifest = try manifest() else { throw ReservationError.noReservation(ecid: ecid) }
      guard let index = manifest.reservations.firstIndex(where: { $0.ecid == ecid }) else {
        let partial = try partials(in: manifest).first { $0.job.ecid == ecid }
        guard let partial else { throw ReservationError.noReservation(ecid: ecid) }
        return try removePartial(localName(of: partial.job.tmp))
      }
      try release(manifest.reservations.remove(at: index), of: manifest)
      try replace(with: manifest)
    }
  }

  func manifestExists() throws -> Bool { try FileStatus.ofLink(manifestPath) != nil }

  /// The manifest, and the index of the job's reservation in it. Call it under the lock.
  func held(_ job: HeldJob) throws -> (TabletManifest, index: Int) {
    let manifest = try manifest()
    let index = try heldIndex(of: job, in: manifest)
    return (manifest!, index)
  }

  private func heldIndex(of job: HeldJob, in manifest: TabletManifest?, onlyReservation: Bool = false) throws -> Int {
    guard let manifest else {
      throw ReservationError.tabletGone(try FileStatus.of(path) == nil ? path.string : manifestPath.string)
    }
    // The id alone is not enough: the same job may have gone to another process after this one was considered dead.
    guard let index = manifest.reservations.firstIndex(where: { $0.ecid == job.ecid && $0.owner == access.owner })
    else { throw ReservationError.withdrawn }
    if onlyReservation { return index }
    guard manifest.extent == job.extent else {
      throw ReservationError.wrongExtent(job: job.extent, tablet: manifest.extent)
    }
    let live = Set(manifest.files.map(\.part.description))
    if let input = job.inputNames.first(where: { !live.contains($0) }) { throw ReservationError.notLive(input) }
    return index
  }

  /// A directory without `tablet.json` lists whole files without set times, but the job may say otherwise of its inputs.
  /// It is believed if it is about all files; else the ranges and times of the others would be lost.
  private func adopt(_ job: CompactionJob, _ manifest: inout TabletManifest) throws {
    guard let special = job.inputs.first(where: { $0.range != nil || $0.time != nil }) else { return }
    var inputs = job.inputs
    for i in inputs.indices { inputs[i].file = try localName(of: inputs[i].file) }
    let names = Set(inputs.map(\.file))
    guard manifest.files.allSatisfy({ names.contains($0.file) }) else {
      throw ReservationError.unknownParts(special.part.description)
    }
    manifest.files = inputs
  }

  /// Checks the inputs and returns their names in the manifest.
  private func checkedInputs(of job: CompactionJob, in manifest: TabletManifest) throws -> [String] {
    guard job.extent == manifest.extent else {
      throw ReservationError.wrongExtent(job: job.extent, tablet: manifest.extent)
    }
    guard !job.inputs.isEmpty else { throw ReservationError.noInputs }
    let live = Dictionary(uniqueKeysWithValues: manifest.files.map { ($0.part.description, $0) })
    var inputs: [String] = []
    var seen: Set<String> = []
    for input in job.inputs {
      let name = try listedName(of: input) { live[$0] != nil }
      guard let file = live[name] else { throw ReservationError.notLive(input.part.description) }
      guard seen.insert(name).inserted else { throw ReservationError.inputTwice(input.part.description) }
      guard file.time == input.time else {
        throw ReservationError.otherTime(file: name, job: input.time, tablet: file.time)
      }
      inputs.append(name)
      for other in manifest.reservations where other.inputs.contains(name) {
        throw ReservationError.reserved(
          file: name, ecid: other.ecid, host: other.owner.host, processId: other.owner.pid)
      }
      try check(file)
    }
    let missing = live.keys.filter { !seen.contains($0) }.sorted()
    guard job.propagateDeletes || missing.isEmpty else { throw ReservationError.notAllFiles(missing: missing) }
    return inputs
  }

  /// `gone`: names that count as free although the files still exist.
  private func checkNames(
    ecid: String, output: String, tmp: String, in manifest: TabletManifest, gone: Set<String> = []
  ) throws {
    guard FileName.isDataFile(output) else { throw ReservationError.badName(field: "output", name: output) }
    guard FileName.isTemporary(tmp) else { throw ReservationError.badName(field: "tmp", name: tmp) }
    guard !ecid.isEmpty, !manifest.reservations.contains(where: { $0.ecid == ecid }) else {
      throw ReservationError.runsAlready(ecid: ecid)
    }
    let taken =
      manifest.reservations.contains { $0.output == output || $0.tmp == tmp } || manifest.garbage.contains(output)
      || manifest.files.contains { $0.file.lastPart == output }
    func isThere(_ name: String) throws -> Bool {
      try !gone.contains(name) && FileStatus.ofLink(path.appending(name)) != nil
    }
    guard !taken, try !isThere(output) else { throw ReservationError.nameTaken(output) }
    guard try !isThere(tmp) else { throw ReservationError.nameTaken(tmp) }
  }

  /// How a list of this directory names an input of a job: as the job does, or else without the directory.
  func listedName(of input: TabletFile, where isListed: (String) -> Bool) throws -> String {
    let name = input.part.description
    return isListed(name) ? name : FilePart(try localName(of: input.file), range: input.range).description
  }

  /// The name of a file whose URI refers to this directory; any other text is returned unchanged.
  func localName(of file: String) throws -> String {
    guard FileName.isURI(file), let location = try? access.map.path(of: file) else { return file }
    return try name(ofFileHere: location) ?? file
  }

  /// The last part of a path that refers to this directory, directly or through links; nil for other paths.
  func name(ofFileHere location: FilePath) throws -> String? {
    guard let name = location.lastComponent?.string,
      let parent = try FileStatus.of(location.removingLastComponent()), let own = try FileStatus.of(path),
      parent.isSameFile(as: own)
    else { return nil }
    return name
  }
}
