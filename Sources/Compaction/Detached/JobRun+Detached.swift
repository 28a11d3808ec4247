// A detached job belongs to no tablet directory: its inputs are files somewhere, which are only read, and its output goes to
// a directory of its own. Nothing is reserved, and nothing is removed.
//
//     IN/F1.rf, IN/F2.rf ──merge──> OUT/A3.rf_tmp ──synced, read back──> OUT/A3.rf
//
// An output that is there already was written by a run that was killed before it could say so: it is written again. A
// temporary file with a checkpoint is gone on with, as in a tablet: the lock of the directory keeps other runs away. On a
// server nothing is replaced: see RemoteOutputs.

import ExportedTable
import Files
import RFile
import Records
import SystemPackage
import TabletStore

extension JobRun {
  /// Runs a job into a directory.
  /// - Throws: the reason why it failed; then it left nothing, or what it can go on with.
  func runDetached(_ job: CompactionJob, _ prepared: any PreparedJob, into directory: FilePath) throws -> Ended {
    let (disk, stop) = (conditions.access.disk, conditions.stop)
    try stop.check()
    try checkNames(of: job)
    let inputs = try inputs(of: job, written: directory)
    let (temporary, path) = (directory.appending(job.tmp), directory.appending(job.output))
    let isBegun = try conditions.checkpoints?.resumes == true && hasPartial(of: job, temporary)
    if !isBegun { try removePartial(temporary) }
    if conditions.checksSpace { try NoSpace.check(directory, holds: job.inputs, besides: temporary) }
    do {
      let output = try merge(prepared, inputs, to: temporary, pulse, checkpoints(of: job, isBegun: isBegun))
      try stop.check()
      try disk.removeIfThere(path)
      if output.entries == 0 {
        try removePartial(temporary)
      } else {
        try disk.renameWithoutReplacing(temporary, to: path)
        try Checkpoint.remove(of: temporary, on: disk)
        try disk.syncDirectory(directory)
      }
      let result = result(of: job, output, in: directory.string)
      return Ended(result: result, wroteNothing: output.entries == 0, notes: notes(of: output, job))
    } catch {
      // Where even this cannot be told, the job's own error is what the user needs to know.
      let isKept = CompactionResult.Retry.leavesPartial(after: error) && (try? hasPartial(of: job, temporary)) == true
      if !isKept { try? removePartial(temporary) }
      throw error
    }
  }

  /// Whether a run has left something of this job to go on with.
  private func hasPartial(of job: CompactionJob, _ temporary: FilePath) throws -> Bool {
    guard conditions.checkpoints != nil, let status = try FileStatus.ofLink(temporary), status.kind == .file,
      let checkpoint = try? Checkpoint(of: temporary)
    else { return false }
    return try status.size >= checkpoint.size && checkpoint.isOf(job)
  }

  private func removePartial(_ temporary: FilePath) throws {
    try Checkpoint.remove(of: temporary, on: conditions.access.disk)
    try conditions.access.disk.removeIfThere(temporary)
  }

  /// Runs a job whose output goes to a server.
  /// - Parameter start: when it started, by the clock of the conditions.
  /// - Throws: the reason why it failed; then nothing has the name of its output, or another file has it.
  func runDetached(
    _ job: CompactionJob, _ prepared: any PreparedJob, into outputs: RemoteOutputs, _ start: Duration
  ) throws -> Ended {
    let disk = conditions.access.disk
    try checkNames(of: job)
    try outputs.checkApart(from: job)
    if let done = try outputs.result(of: job) { return Ended(result: done, wroteNothing: done.output == nil) }
    let inputs = try inputs(of: job, written: outputs.path)
    if conditions.checksSpace { try NoSpace.check(outputs.scratch, holds: job.inputs) }
    let temporary = outputs.scratch.appending(job.tmp)
    defer { _ = try? disk.removeIfThere(temporary) }
    let output = try prepared.write(inputs, to: temporary, pulse: pulse, checkpoints: nil)
    var result = result(of: job, output, in: outputs.name)
    result.inputs = job.inputs.map(\.part)
    result.seconds = seconds(since: start)
    let note = output.entries > 0 ? try outputs.publish(temporary, of: job) : nil
    try outputs.append(job, result)
    return Ended(
      result: result, wroteNothing: output.entries == 0, notes: notes(of: output, job) + [note].compactMap(\.self))
  }

  private func checkNames(of job: CompactionJob) throws {
    guard FileName.isDataFile(job.output) else { throw ReservationError.badName(field: "output", name: job.output) }
    guard FileName.isTemporary(job.tmp) else { throw ReservationError.badName(field: "tmp", name: job.tmp) }
    guard !job.inputs.isEmpty else { throw ReservationError.noInputs }
  }

  private var pulse: Pulse {
    Pulse(stop: conditions.stop, limit: conditions.limit, now: conditions.clock, meter: meter)
  }

  /// - Parameter directory: where earlier jobs wrote their outputs.
  private func inputs(of job: CompactionJob, written directory: FilePath) throws -> [MergeInput] {
    try job.inputs.map { file in
      MergeInput(file, at: try location(of: file.file, job, directory), rows: job.extent.rows)
    }
  }

  private func result(of job: CompactionJob, _ output: JobOutput, in directory: String) -> CompactionResult {
    CompactionResult(
      ecid: job.ecid, extent: job.extent, directory: directory, state: .finished,
      fileSize: output.entries > 0 ? output.size : 0, entries: output.entries, entriesRead: output.entriesRead,
      blocks: Int64(output.blocks), blocksReused: Int64(output.blocksReused), rungs: output.rungs,
      output: output.entries > 0 ? job.output : nil, unsound: output.unsound,
      certificate: output.certificate.map { $0.naming(job.inputs.map(\.part.description)) },
      resumed: output.resumed, afresh: output.afresh)
  }

  /// An input that an earlier job of a chain wrote lies with the outputs.
  private func location(of file: String, _ job: CompactionJob, _ directory: FilePath) throws -> FilePath {
    let map = conditions.access.map
    if let source = job.directory {
      do { return try ExportDirectory.location(of: file, in: try map.path(of: source), map) } catch let error
        as DirectoryError
      {
        let written = directory.appending(file)
        guard FileName.isDataFile(file), try FileStatus.of(written) != nil else { throw error }
        return written
      }
    }
    return try map.path(of: file)
  }
}
