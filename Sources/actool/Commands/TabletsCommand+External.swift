import ArgumentParser
import Files
import Metadata
import Records
import SystemPackage

extension TabletsCommand {
  /// `--external`: the compactions that run on a live cluster, those that ended without their tablet knowing, and with
  /// `--files` the temporary files of none of them. The text is read twice: final states stand behind all tablets, and are
  /// few, while tablets are many.
  func runExternal(_ metadata: String) throws {
    guard try FileStatus.of(FilePath(metadata)).map({ $0.kind == .file }) ?? true else {
      throw ValidationError("--external reads the metadata twice: it takes a file, and \(metadata) is none")
    }
    let wanted = Set(tables)
    func isWanted(_ id: String) -> Bool { wanted.isEmpty || wanted.contains(id) }
    var finals: [FinalState] = []
    try RecordInput.withFile(metadata) { file in
      finals = try MetadataReader.finalStates(in: file, named: metadata).filter { isWanted($0.state.extent.tableId) }
    }
    var ended = FinalStateCheck(finals)
    var temporary = TemporaryFiles()
    var problems: [String] = []
    var places: [String: KeyExtent] = [:]
    let output = RecordOutput()
    try output.flushing {
      try RecordInput.withFile(metadata) { file in
        try MetadataReader.forEachRow(in: file, named: metadata) { row in
          ended.pass(row)
          for job in row.jobs { temporary.add(job) }
          guard isWanted(row.tablet.extent.tableId) else { return }
          for (job, found) in zip(row.jobs, ExternalCheck.problems(of: row)) {
            var found = found
            if let other = places.updateValue(job.extent, forKey: job.ecid) {
              found.append("the tablet \(other) has a compaction of this id, too")
            }
            try output.write { job.write(problems: found, to: &$0) }
            problems += found.map { "\(job.ecid) on \(job.extent): \($0)" }
          }
        }
      }
      for (final, found) in ended.results {
        try output.write { final.write(problems: found, to: &$0) }
        problems += found.map { "\(final.ecid) on \(final.state.extent), \(final.state.state.rawValue): \($0)" }
      }
      guard let files else { return }
      try RecordInput.withFile(files) { file in
        let source = files == "-" ? RecordInput.standardInput : files
        try temporary.forEachUnowned(in: file, named: source, isWanted: isWanted) { path in
          try output.write { $0.record("unowned") { $0.field("file", path) } }
          problems.append("\(path): no compaction of the metadata writes it")
        }
      }
    }
    try ExitStatus.end(withProblems: problems, of: "tablets")
  }
}
