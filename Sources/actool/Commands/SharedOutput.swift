import Records

/// Two jobs that would write one file of the same directory: each would destroy what the other wrote.
struct SharedOutput: Error, Equatable, CustomStringConvertible {
  var name: String

  var description: String { "two jobs write \(name): plan with another --seed" }
}

extension [CompactionJob] {
  /// The jobs, each once, in their order.
  /// - Throws: `SharedOutput`
  func withOwnOutputs() throws(SharedOutput) -> [CompactionJob] {
    var found: Set<CompactionJob> = []
    var names: Set<String> = []
    var kept: [CompactionJob] = []
    for job in self where found.insert(job).inserted {
      for name in [job.output, job.tmp] where !names.insert(name).inserted { throw SharedOutput(name: name) }
      kept.append(job)
    }
    return kept
  }
}
