// Jobs that a dead process left unfinished and that can go on. Such a job keeps its temporary file and its checkpoint; it
// has no reservation any more, or one that is dead. It can go on as long as
//
//     its inputs are files of the tablet, and no other job has one of them
//     its output is not there, and the temporary file has the bytes that the checkpoint counts
//     the checkpoint is not older than a week
//
// Otherwise both files are leftovers.

internal import Files
package import Records
internal import SystemPackage

extension TabletDirectory {
  /// How long a checkpoint is kept, in ms: a week.
  static let longestRest: Int64 = 7 * 86_400_000

  /// The jobs whose process is gone and that can go on, by output. Their inputs are as the tablet lists them.
  package func unfinishedJobs() throws -> [CompactionJob] {
    guard var manifest = try manifest() else { return [] }
    try manifest.reservations.removeAll { try access.isDead($0) }
    let live = Dictionary(uniqueKeysWithValues: manifest.files.map { ($0.part.description, $0) })
    return try partials(in: manifest).map { partial in
      var job = partial.job
      job.inputs = try job.inputs.compactMap { live[try listedName(of: $0) { live[$0] != nil }] }
      return job
    }.sorted { $0.output < $1.output }
  }

  /// The checkpoints of jobs that can go on. `manifest` has no dead reservations.
  func partials(in manifest: TabletManifest) throws -> [Checkpoint] {
    let names = try listDirectory(path)
    let running = Set(manifest.reservations.map(\.tmp))
    return try names.compactMap { name in
      guard name.hasSuffix(Checkpoint.suffix) else { return nil }
      let temporary = String(name.dropLast(Checkpoint.suffix.count))
      if running.contains(temporary) { return nil }
      // A damaged one is no reason to stop.
      guard FileName.isTemporary(temporary), let found = try? Checkpoint(of: path.appending(temporary)),
        try isUsable(found, of: temporary, in: manifest)
      else { return nil }
      return found
    }
  }

  private func isUsable(_ checkpoint: Checkpoint, of temporary: String, in manifest: TabletManifest) throws -> Bool {
    let job = checkpoint.job
    let output = try localName(of: job.output)
    guard job.extent == manifest.extent, try localName(of: job.tmp) == temporary,
      let status = try FileStatus.ofLink(path.appending(temporary)), status.kind == .file,
      status.size >= checkpoint.size, access.now() &- checkpoint.time <= Self.longestRest,
      FileName.isDataFile(output), try FileStatus.ofLink(path.appending(output)) == nil,
      !manifest.reservations.contains(where: { $0.tmp == temporary || $0.output == output || $0.ecid == job.ecid })
    else { return false }
    let live = Dictionary(uniqueKeysWithValues: manifest.files.map { ($0.part.description, $0) })
    let taken = Set(manifest.reservations.flatMap(\.inputs))
    return try !job.inputs.isEmpty
      && job.inputs.allSatisfy { input in
        let name = try listedName(of: input) { live[$0] != nil }
        guard let file = live[name] else { return false }
        return !taken.contains(name) && file.size == input.size && file.time == input.time
      }
  }

  /// Removes a temporary file and its checkpoint.
  func removePartial(_ temporary: String) throws {
    try Checkpoint.remove(of: path.appending(temporary), on: access.disk)
    try access.disk.removeIfThere(path.appending(temporary))
  }

  /// Names in the directory of temporary files and of what belongs to them (`Checkpoint`), but for the temporary files
  /// `kept`. Anything with such a name that is not a file is not ours and stays.
  func temporaries(except kept: Set<String>) throws -> [String] {
    try listDirectory(path).filter { name in
      guard let temporary = Checkpoint.temporary(of: name), !kept.contains(temporary) else { return false }
      return try FileStatus.ofLink(path.appending(name))?.kind == .file
    }
  }
}
