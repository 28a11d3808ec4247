// A detached job belongs to no tablet directory: its inputs are files somewhere, which are only read, and its output goes to
// a directory of its own. Nothing is reserved, and nothing is removed.
//
//     IN/F1.rf, IN/F2.rf ──merge──> OUT/A3.rf_tmp ──synced, read back──> OUT/A3.rf
//
// An output that is there already was written by a run that was killed before it could say so: it is written again. A
// temporary file with a checkpoint is gone on with, as in a tablet: the lock of the directory keeps other runs away.

import ExportedTable
import Files
import RFile
import Records
import SystemPackage
import TabletStore

extension JobRun {
  /// Runs a job into a directory.
  /// - Throws: the reason why it failed; then it left nothing, or after a signal what it can go on with.
  func runDetached(_ job: CompactionJob, _ prepared: any PreparedJob, into directory: FilePath) throws -> Ended {
    let (disk, stop) = (conditions.access.disk, conditions.stop)
    try stop.check()
    guard FileName.isDataFile(job.output) else { throw ReservationError.badName(field: "output", name: job.output) }
    guard FileName.isTemporary(job.tmp) else { throw ReservationError.badName(field: "tmp", name: job.tmp) }
    guard !job.inputs.isEmpty else { throw ReservationError.noInputs }
    let inputs = try job.inputs.map { file in
      MergeInput(file, at: try location(of: file.file, job, directory), rows: job.extent.rows)
    }
    let (temporary, path) = (directory.appending(job.tmp), directory.appending(job.output))
    let isBegun = try isBegun(job, temporary)
    if !isBegun { try removePartial(temporary) }
    if conditions.checksSpace { try NoSpace.check(directory, holds: job.inputs, besides: temporary) }
    do {
      let pulse = Pulse(stop: stop, limit: conditions.limit, now: conditions.clock, meter: meter)
      let output = try prepared.write(
        inputs, to: temporary, pulse: pulse, checkpoints: checkpoints(of: job, isBegun: isBegun))
      try stop.check()
      try disk.removeIfThere(path)
      if output.entries == 0 {
        try removePartial(temporary)
      } else {
        try disk.renameWithoutReplacing(temporary, to: path)
        try Checkpoint.remove(of: temporary, on: disk)
        try disk.syncDirectory(directory)
      }
      let result = CompactionResult(
        ecid: job.ecid, extent: job.extent, directory: directory.string, state: .finished,
        fileSize: output.entries > 0 ? output.size : 0, entries: output.entries, entriesRead: output.entriesRead,
        blocks: Int64(output.blocks), blocksReused: Int64(output.blocksReused),
        output: output.entries > 0 ? job.output : nil, unsound: output.unsound,
        certificate: output.certificate.map { $0.naming(job.inputs.map(\.part.description)) },
        resumed: output.resumed, afresh: output.afresh)
      return Ended(result: result, wroteNothing: output.entries == 0, notes: notes(of: output, job))
    } catch {
      if !(error is Stopped) { try? removePartial(temporary) }
      throw error
    }
  }

  /// Whether a run that died has left something of this job to go on with.
  private func isBegun(_ job: CompactionJob, _ temporary: FilePath) throws -> Bool {
    guard conditions.checkpoints?.resumes == true, let status = try FileStatus.ofLink(temporary), status.kind == .file,
      let checkpoint = try? Checkpoint(of: temporary)
    else { return false }
    return try status.size >= checkpoint.size && checkpoint.isOf(job)
  }

  private func removePartial(_ temporary: FilePath) throws {
    try Checkpoint.remove(of: temporary, on: conditions.access.disk)
    try conditions.access.disk.removeIfThere(temporary)
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
