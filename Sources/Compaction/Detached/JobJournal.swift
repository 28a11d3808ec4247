// What was done in a directory of detached jobs: `jobs-done.json`, two records for each job that finished:
//
//     {"type":"job", ...}         its inputs
//     {"type":"result", ...}      its output, with the certificate
//
// A job's output gets its name before its lines are written, so a job that is not here is run again. A kill can leave half
// a line; every run begins by writing the whole ones anew.

import Digests
import Entries
import Files
package import Records
package import SystemPackage
package import TabletStore

/// The finished jobs of a directory.
package final class JobJournal {
  /// A job that finished.
  struct Done {
    var inputs: [Digest]
    /// The name of its output; nil: there was nothing to write.
    var output: String?
    var size: Int64
    var entries: Int64
  }

  package let directory: FilePath
  private let disk: Disk
  private let lock: DirectoryLock
  private var file: OutputFile?
  private var done: [String: Done] = [:]
  /// The ids of the jobs of a tablet, in the order in which they finished, by a digest of its extent.
  private var ofTablet: [Digest: [String]] = [:]

  static let lockName = ".jobs.lock"

  /// Takes the directory, which is made if it is not there, for this process alone.
  /// - Throws: `DirectoryError` for one that already holds a finished export or a tablet; `LockTimeout`; `SystemError`.
  package init(in directory: FilePath, access: DirectoryAccess) throws {
    self.directory = directory
    disk = access.disk
    _ = try disk.makeDirectories(directory)
    let names = try listDirectory(directory)
    for name in [DataPath.exportArchive, TabletManifest.fileName] where names.contains(name) {
      throw DirectoryError(
        path: directory.string, problem: "already has \(name), and nothing is added to it: choose another directory")
    }
    guard names.contains(DataPath.jobJournal) || !names.contains(where: FileName.isDataFile) else {
      throw DirectoryError(
        path: directory.string, problem: "has .rf files that no job here wrote: choose an empty directory")
    }
    lock = try DirectoryLock(directory.appending(Self.lockName), timeout: .seconds(5), disk: disk)
    // With the lock held, whoever made these is dead.
    for name in names where name.hasPrefix(ScratchFile.prefix) { try disk.removeIfThere(directory.appending(name)) }
    try begin()
  }

  /// The number of jobs that finished, in this run and before it.
  package var count: Int { done.count }

  /// Calls `body` for every result, with its certificate, in the order in which the jobs finished. Reads the file again.
  func forEachResult(_ body: (CompactionResult) throws -> Void) throws {
    guard count > 0 else { return }
    try sync()
    try Self.forEach(in: directory.appending(DataPath.jobJournal)) { _, result in try body(result) }
  }

  /// Whether the output of a job is there.
  /// - Throws: `DirectoryError` when another job of that id was done: plans with one seed give the same ids to other jobs.
  package func isDone(_ job: CompactionJob) throws -> Bool {
    guard let known = done[job.ecid] else { return false }
    // Inputs that earlier jobs did not write, as they would be empty, are not among those that are known.
    let inputs = Set(job.inputs.map { Self.digest($0.part) })
    guard known.inputs.allSatisfy(inputs.contains), known.output ?? job.output == job.output,
      ofTablet[Self.digest(job.extent)]?.contains(job.ecid) == true
    else {
      throw DirectoryError(
        path: directory.string,
        problem:
          "holds the output of another job with the id \(job.ecid): choose another directory, or plan with another "
          + "--seed")
    }
    guard let output = known.output else { return true }
    return try FileStatus.of(directory.appending(output))?.size == known.size
  }

  func knows(_ job: CompactionJob) -> Bool { done[job.ecid] != nil }

  /// Those of a tablet, in the order in which they finished.
  func jobs(of extent: KeyExtent) -> [Done] { (ofTablet[Self.digest(extent)] ?? []).compactMap { done[$0] } }

  /// The names of all outputs.
  private(set) var outputs: Set<String> = []

  /// Adds a job that finished.
  package func append(_ job: CompactionJob, _ result: CompactionResult) throws {
    var line = JSONLine()
    job.write(to: &line)
    result.write(to: &line)
    try line.withBytes { try file?.write(UnsafeRawBufferPointer($0)) }
    remember(job, result)
  }

  /// All lines are on the disk.
  package func sync() throws { try file?.sync() }

  /// The journal is not needed to tell that the directory is unfinished any more: the lock can go.
  package func finish() throws {
    try sync()
    _ = try disk.removeIfThere(directory.appending(Self.lockName))
  }

  static func digest(_ part: FilePart) -> Digest { XXH3.digest(Array(part.description.utf8)) }
  private static func digest(_ extent: KeyExtent) -> Digest { XXH3.digest(Array(extent.description.utf8)) }

  private func remember(_ job: CompactionJob, _ result: CompactionResult) {
    let known = Done(
      inputs: job.inputs.map { Self.digest($0.part) }, output: result.output, size: result.fileSize,
      entries: result.entries)
    if let output = result.output { outputs.insert(output) }
    if done.updateValue(known, forKey: job.ecid) == nil {
      ofTablet[Self.digest(job.extent), default: []].append(job.ecid)
    }
  }

  /// Reads the journal of earlier runs, if there is one, and begins a new one with what it holds.
  private func begin() throws {
    let path = directory.appending(DataPath.jobJournal)
    let temporary = directory.appending(DataPath.jobJournal + "_tmp")
    try disk.removeIfThere(temporary)
    let new = try disk.create(temporary)
    file = new
    if try FileStatus.of(path) != nil { try Self.forEach(in: path) { try append($0, $1) } }
    try new.sync()
    try disk.rename(temporary, replacing: path)
    try disk.syncDirectory(directory)
  }

  /// Calls `body` for every job of a journal that finished.
  private static func forEach(in path: FilePath, _ body: (CompactionJob, CompactionResult) throws -> Void) throws {
    let old: FileDescriptor
    do { old = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch let error as Errno {
      throw SystemError("open", path.string, error)
    }
    try old.closeAfter {
      var reader = RecordReader(old, source: path.string)
      var job: CompactionJob?
      while true {
        do {
          guard let record = try reader.next() else { return }
          switch record {
          case .job(let next): job = next
          case .result(let result):
            if let job, job.ecid == result.ecid, result.state == .finished { try body(job, result) }
          default: break
          }
        } catch is RecordError {
          // Half a line.
          job = nil
        }
      }
    }
  }
}
