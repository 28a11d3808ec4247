package import Entries
package import Records
package import SystemPackage

/// Knows how to turn a job's inputs into its output. The running of jobs around it knows no bytes.
package protocol JobExecution: Sendable {
  /// Looks at what a job asks for. Throws when it cannot be run at all, with the reason.
  func prepare(_ job: CompactionJob) throws -> any PreparedJob
}

/// A job that can be run.
package protocol PreparedJob: Sendable {
  /// Bytes of memory it will take at most.
  var memory: Int64 { get }

  /// Merges the rows of the inputs into a new file, syncs it, reads it back and checks it.
  ///
  /// Beats `pulse` for every block. When it throws, the file may be there in part; the caller removes it.
  func write(_ inputs: [FilePath], rows: RowRange, to output: FilePath, pulse: Pulse) throws -> JobOutput
}

/// What a job wrote.
package struct JobOutput: Hashable, Sendable {
  /// Bytes of the file.
  package var size: Int64
  /// Entries in it, and entries read from the inputs.
  package var entries: Int64
  package var entriesRead: Int64
  /// Data blocks of the file, and how many of them were taken over from inputs.
  package var blocks: Int
  package var blocksReused: Int
  /// What the output has not although an input or the table's settings ask for it; one sentence each.
  package var warnings: [String]
  /// What became of every entry; nil when it was not asked for. Inputs are named by their paths.
  package var certificate: Certificate?

  init(
    size: Int64, entries: Int64, entriesRead: Int64, blocks: Int = 0, blocksReused: Int = 0, warnings: [String] = [],
    certificate: Certificate? = nil
  ) {
    self.certificate = certificate
    self.size = size
    self.entries = entries
    self.entriesRead = entriesRead
    self.blocks = blocks
    self.blocksReused = blocksReused
    self.warnings = warnings
  }
}
