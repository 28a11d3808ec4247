package import RFile
package import Records
package import SystemPackage

/// Turns the inputs of jobs into outputs. The code that runs jobs around it never sees their bytes.
package protocol JobExecution: Sendable {
  /// Prepares a job without running it. Throws the reason when the job cannot run at all.
  func prepare(_ job: CompactionJob) throws -> any PreparedJob
}

/// A job that is ready to run.
package protocol PreparedJob: Sendable {
  /// The most memory that it will need, in bytes.
  var memory: Int64 { get }

  /// Merges the inputs into a new file, then syncs it, reads it back and checks it.
  ///
  /// Beats `pulse` for every block. When it throws, a partial file can be left, which the caller removes, or keeps if
  /// there is a checkpoint of it.
  ///
  /// - Parameter checkpoints: nil: none are made.
  func write(
    _ inputs: [MergeInput], to output: FilePath, pulse: Pulse, checkpoints: JobCheckpoints?
  ) throws -> JobOutput
}

extension PreparedJob {
  /// Writes without checkpoints.
  package func write(_ inputs: [MergeInput], to output: FilePath, pulse: Pulse) throws -> JobOutput {
    try write(inputs, to: output, pulse: pulse, checkpoints: nil)
  }
}

/// The output of a job.
package struct JobOutput: Hashable, Sendable {
  /// Bytes of the file.
  package var size: Int64
  /// Entries in the output, and entries read from the inputs.
  package var entries: Int64
  package var entriesRead: Int64
  /// The number of data blocks of the file, and how many of them were taken over from inputs.
  package var blocks: Int
  package var blocksReused: Int
  /// What the others were compressed with.
  package var rungs: [CompressionRung]
  /// What the output lacks although an input has it or the table's settings ask for it; one sentence each.
  package var warnings: [String]
  /// What was wrong with inputs that were merged all the same.
  package var unsound: [String]
  /// What became of every entry; nil if it was not requested. Inputs are named by their paths.
  package var certificate: Certificate?
  /// What was taken over from a process that died; nil: nothing.
  package var resumed: CompactionResult.Resumed?
  /// Why nothing was taken over, although there was a checkpoint.
  package var afresh: String?
  /// Why checkpoints could not be made.
  var problem: String?

  init(
    size: Int64, entries: Int64, entriesRead: Int64, blocks: Int = 0, blocksReused: Int = 0,
    rungs: [CompressionRung] = [], warnings: [String] = [], unsound: [String] = [], certificate: Certificate? = nil,
    problem: String? = nil
  ) {
    self.problem = problem
    self.unsound = unsound
    self.certificate = certificate
    self.size = size
    self.entries = entries
    self.entriesRead = entriesRead
    self.blocks = blocks
    self.blocksReused = blocksReused
    self.rungs = rungs
    self.warnings = warnings
  }

  /// All that people should know about it, one sentence each.
  package var notes: [String] {
    warnings + unsound.map { "\($0); it was merged all the same" } + (problem.map { [$0] } ?? [])
  }
}
