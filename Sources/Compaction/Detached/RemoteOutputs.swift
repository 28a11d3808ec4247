// Detached jobs whose outputs go to a server. An output is made here, where it can be checked, and then published: under a
// name that must be free, and read back. What was done is in a small file beside it, the record of the job and that of its
// result, which comes last:
//
//     F1.rf, F2.rf ──merge──> SCRATCH/A3.rf_tmp ──synced, checked──> s3://out/A3.rf ──read back──> s3://out/A3.rf.json
//
// A job whose record is there is done. After a kill between the two the job is run again, and finds its output to be the
// same. Several processes can write to one directory.

package import Files
internal import Records
package import SystemPackage
package import TabletStore

/// A directory on a server for the outputs of detached jobs.
package struct RemoteOutputs: Sendable {
  let path: FilePath
  /// What results call it.
  let name: String
  private let work: PrivateDirectory
  private let access: DirectoryAccess
  private let stop: StopFlag

  /// The most bytes of a record of a job and its result.
  private static let mostRecord = 256 << 20

  /// - Parameters:
  ///   - directory: as the user names it: `s3://bucket/out`, or what the map leads to a server.
  ///   - scratch: a directory on this machine, for outputs in the making.
  /// - Throws: `DirectoryError` for one that holds a finished export or a tablet; `RemoteError`; `SystemError`.
  package init(_ directory: String, scratch: FilePath, access: DirectoryAccess, stop: StopFlag) throws {
    path = try access.map.path(of: directory)
    name = String(directory.reversed().drop { $0 == "/" }.reversed())
    (self.access, self.stop) = (access, stop)
    for name in [DataPath.exportArchive, TabletManifest.fileName]
    where try FileStatus.of(path.appending(name)) != nil {
      throw DirectoryError(
        path: path.string, problem: "already has \(name), and nothing is added to it: choose another directory")
    }
    work = try PrivateDirectory(in: scratch, disk: access.disk)
  }

  /// Where outputs are made.
  var scratch: FilePath { work.path }

  /// No more jobs will run.
  package func end() { work.remove() }

  /// The result of a job that finished before; nil if it did not.
  /// - Throws: `DirectoryError` when the name of its output belongs to another job.
  func result(of job: CompactionJob) throws -> CompactionResult? {
    guard let (known, result) = try read(job) else { return nil }
    // Inputs that earlier jobs did not write, as they would be empty, are not among those that are known.
    guard known.ecid == job.ecid, known.extent == job.extent,
      Set(known.inputs.map(\.part)).isSubset(of: job.inputs.map(\.part))
    else {
      throw DirectoryError(
        path: record(of: job).string,
        problem:
          "is about another job with an output of that name: choose another directory, or plan with another --seed")
    }
    if let output = result.output {
      guard try FileStatus.of(path.appending(output))?.size == result.fileSize else { return nil }
    }
    var done = result
    done.already = true
    return done
  }

  /// Refuses a directory that holds inputs.
  /// - Throws: `DirectoryError`.
  func checkApart(from job: CompactionJob) throws {
    for input in job.inputs {
      let place =
        FileName.isURI(input.file)
        ? try access.map.path(of: input.file).removingLastComponent()
        : try job.directory.map { try access.map.path(of: $0) }
      guard let place, RemotePath.isSame(place, path) else { continue }
      throw DirectoryError(
        path: path.string, problem: "holds \(input.file), an input: outputs go to a directory without inputs")
    }
  }

  /// Gives a finished output its name.
  /// - Returns: what people should know about it.
  func publish(_ file: FilePath, of job: CompactionJob) throws -> String? {
    let target = path.appending(job.output)
    guard try access.disk.publish(file, as: target, stop: stop) else { return nil }
    return
      "\(RemotePath.shown(target.string)) was there already, with the same bytes: another run or writer published it"
  }

  /// Writes the record of a job that finished. One that is there stays.
  func append(_ job: CompactionJob, _ result: CompactionResult) throws {
    var line = JSONLine()
    job.write(to: &line)
    result.write(to: &line)
    let file = scratch.appending(job.output + ".json")
    try access.disk.replaceUnsynced(file, with: line.bytes, temporary: scratch.appending(job.output + ".json_tmp"))
    defer { _ = try? access.disk.removeIfThere(file) }
    do { _ = try access.disk.publish(file, as: record(of: job), stop: stop) } catch let error as RemoteError {
      // Another writer of the same job has another time in its record.
      guard try self.result(of: job) != nil else { throw error }
    }
  }

  private func record(of job: CompactionJob) -> FilePath { path.appending(job.output + ".json") }

  private func read(_ job: CompactionJob) throws -> (CompactionJob, CompactionResult)? {
    let place = record(of: job)
    guard try FileStatus.of(place) != nil else { return nil }
    let lines = try readWholeFile(place, limit: Self.mostRecord).split(separator: UInt8(ascii: "\n"))
    guard lines.count == 2, case .job(let known)? = try? Record(parsing: Array(lines[0])),
      case .result(let result)? = try? Record(parsing: Array(lines[1])), result.state == .finished
    else {
      throw DirectoryError(
        path: place.string, problem: "is in the way: expected the record of a job and that of its result")
    }
    return (known, result)
  }
}

extension JobRunner {
  /// The same runner for detached jobs whose outputs go to a server.
  package func publishing(to outputs: RemoteOutputs) -> JobRunner {
    var conditions = conditions
    conditions.detached = .server(outputs)
    return JobRunner(conditions, threads: threads, memory: memory)
  }
}
