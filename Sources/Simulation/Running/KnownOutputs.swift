package import Records

/// The outputs of jobs that were executed: a simulation that is told of them knows what each set of files became.
package struct KnownOutputs: Sendable {
  private struct Inputs: Hashable {
    var extent: KeyExtent
    /// Sorted.
    var files: [String]
  }

  private var jobs: [String: (inputs: Inputs, output: String)] = [:]
  private var results: [Inputs: (file: String, size: Int64, entries: Int64)] = [:]
  /// Results without their job: what they compacted is not known.
  package private(set) var orphans = 0

  package init() {}

  var isEmpty: Bool { results.isEmpty }

  package mutating func add(_ job: CompactionJob) {
    jobs[job.ecid] = (Inputs(extent: job.extent, files: job.inputs.map(\.file).sorted()), job.output)
  }

  /// - Parameter result: of a job that was added before.
  package mutating func add(_ result: CompactionResult) {
    guard result.state == .finished else { return }
    guard let job = jobs[result.ecid] else {
      orphans += 1
      return
    }
    results[job.inputs] = (result.output ?? job.output, result.fileSize, result.entries)
  }

  func output(of files: [String], in extent: KeyExtent) -> (file: String, size: Int64, entries: Int64)? {
    results.isEmpty ? nil : results[Inputs(extent: extent, files: files.sorted())]
  }
}
