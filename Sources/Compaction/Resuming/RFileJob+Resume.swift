import BlockFile
import Digests
import Entries
import Files
import RFile
import Records
import SystemPackage
import TabletStore

// A job that a dead process began. Nothing it left is believed: settings and inputs must be as they were, and every byte
// of the partial output is compared with what this process would have written (RFileWriter+Repeat.swift). If anything is
// different, the job starts afresh, and its result says why.

/// Why a job cannot go on from its checkpoint.
private struct ResumeRefusal: Error, CustomStringConvertible {
  var description: String
}

extension RFileJob {
  /// Merges with checkpoints, from the one that is there if possible.
  func merge(
    _ inputs: [MergeInput], to output: FilePath, pulse: Pulse, _ checkpoints: JobCheckpoints
  ) throws -> JobOutput {
    let statuses = try inputs.map { try FileStatus.of(FilePath($0.path)) }
    let checkpointer = Checkpointer(checkpoints, output: output, disk: disk, pulse: pulse) {
      try self.conditions(inputs, statuses)
    }
    defer { checkpointer.finish() }
    var afresh: String?
    if checkpoints.isBegun {
      var hasBegun = false
      do {
        let conditions = try conditions(inputs, statuses)
        return try resume(inputs, to: output, pulse: pulse, checkpointer, conditions, checkpoints.owner) {
          hasBegun = true
        }
      } catch {
        // The job itself failed, or lost its tablet, or has what it needs at another time.
        if hasBegun || pulse.hasFailed || Self.passes(error) { throw error }
        afresh = "\(error)"
      }
      try pulse.lookAtAll()
      try Checkpoint.remove(of: output, on: disk)
      try disk.removeIfThere(output)
    }
    let sink = try ByteSink(creating: output.string, on: disk, pool: pool)
    var made = try write(inputs, to: output, sink, pulse: pulse, checkpointer, nil)
    made.afresh = afresh
    return made
  }

  /// What says nothing about the partial output: too many open files, no room for its copy, a server that is busy. A part
  /// of the disk that cannot be read any more is lost for good.
  private static func passes(_ error: any Error) -> Bool {
    switch error {
    case let error as SystemError: error.errno != .ioError && CompactionResult.Retry(after: error) != .never
    case is RemoteError: CompactionResult.Retry(after: error) != .never
    default: false
    }
  }

  private func resume(
    _ inputs: [MergeInput], to output: FilePath, pulse: Pulse, _ checkpointer: Checkpointer,
    _ conditions: MergeCheckpoint.Conditions, _ owner: ProcessIdentity, hasBegun: @escaping () -> Void
  ) throws -> JobOutput {
    guard let checkpoint = try Checkpoint(of: output) else {
      throw ResumeRefusal(description: "the checkpoint is gone")
    }
    let saved = try MergeCheckpoint(checkpoint)
    guard saved.conditions.settings == conditions.settings else {
      throw ResumeRefusal(description: "the settings are not those of the checkpoint")
    }
    guard saved.conditions.inputs.count == inputs.count else {
      throw ResumeRefusal(description: "the inputs are not those of the checkpoint")
    }
    for (number, input) in inputs.enumerated() where saved.conditions.inputs[number] != conditions.inputs[number] {
      throw ResumeRefusal(description: "\(input.path) is not the file that it was at the checkpoint")
    }
    guard (saved.state.accounts != nil) == certifies else {
      throw ResumeRefusal(description: "the checkpoint has other books")
    }
    try checkpoint.takeOver(output, by: owner, on: disk) { try pulse.beat(0, .write) }
    let sink = try ByteSink(repeating: output.string, count: checkpoint.size, on: disk)
    let continuation = MergeContinuation(state: saved.state, partial: try ByteSource(path: output.string)) {
      try sink.goOn(pool: pool, digest: saved.digest)
      checkpointer.begin(at: checkpoint.size)
      hasBegun()
    }
    // The files that are open now are not those of another process that has taken the job over meanwhile.
    try pulse.lookAtAll()
    var job = self
    job.context.now = saved.now
    var made = try job.write(inputs, to: output, sink, pulse: pulse, checkpointer, continuation)
    made.resumed = CompactionResult.Resumed(bytes: checkpoint.size, entries: checkpoint.entries)
    return made
  }

  /// All that must stay as it is for the job to go on.
  private func conditions(_ inputs: [MergeInput], _ statuses: [FileStatus?]) throws -> MergeCheckpoint.Conditions {
    let loader = BlockLoader(limit: .none)
    var digest = BytesDigest()
    var text = settingsText
    for input in inputs { text += "\n\(input.rows) \(input.time.map { "\($0)" } ?? "-")" }
    Array(text.utf8).withUnsafeBytes { digest.append($0) }
    return MergeCheckpoint.Conditions(
      settings: digest.digest,
      inputs: try zip(inputs, statuses).map { input, status in
        guard let status else { throw SystemError("look at", input.path, .noSuchFileOrDirectory) }
        return try InputIdentity(input.path, status: status, loader: loader)
      })
  }

  /// Raised whenever the program makes other entries or bytes of the same inputs and settings.
  private static let outputFormat = 1

  /// What decides the bytes of the output, besides the inputs and the time.
  private var settingsText: String {
    let rungs = Ladder(files.output.codec, files.output.level)?.rungs.map { "\($0.encoder) \($0.level)" } ?? []
    return
      (properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + rungs + [
        "codec \(files.output.codec.rawValue)", "level \(files.output.level)", "reuse \(reusesBlocks)",
        "deletes \(context.propagateDeletes)", "stack \(stack != nil)", "books \(certifies)",
        "format \(Self.outputFormat)",
      ]).joined(separator: "\n")
  }
}
