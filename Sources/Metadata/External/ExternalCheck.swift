// What Accumulo will find out about the compactions that run on a tablet.
//
// 2.1: a tablet server that loads the tablet drops a compaction with an input that is no file of the tablet, and all
// compactions when two have an input in common. Those of USER and SELECTOR are parts of one selection, so they must agree
// about it; when two do not, all of these are dropped. 4.0: a compaction whose inputs are gone, or that is part of a
// user compaction whose selection is gone, cannot be committed. In both, the work was for nothing.
//
// Accumulo: `CompactableImpl.processExternalMetadata` of 2.1, `CommitCompaction` of 4.0.

internal import Records

package enum ExternalCheck {
  /// For each compaction of the tablet what is wrong with it; nothing for one that will be committed.
  package static func problems(of row: MetadataRow) -> [[String]] {
    guard row.isTablet else { return row.jobs.map { _ in ["the tablet is gone: its row has no ~tab:~pr"] } }
    let files = Set(row.tablet.files.map(\.part))
    var takers: [FilePart: [Int]] = [:]
    for (place, job) in row.jobs.enumerated() {
      for input in Set(job.inputs) { takers[input, default: []].append(place) }
    }
    let breach = breach(among: row.jobs.filter { $0.group == nil && isSelected($0) })
    // In 2.1, two that overlap are the reason to drop all.
    let overlaps = takers.values.contains { $0.count > 1 }
    let writers = Dictionary(grouping: row.jobs, by: \.tmp)
    return row.jobs.enumerated().map { place, job in
      var problems = misplacement(of: job, on: row.tablet)
      for input in job.inputs {
        if !files.contains(input) { problems.append("\(input) is no file of the tablet") }
        for other in takers[input] ?? [] where other != place {
          problems.append("\(input) is an input of \(row.jobs[other].ecid), too")
        }
      }
      if job.group == nil {
        for other in writers[job.tmp] ?? [] where other.ecid != job.ecid {
          problems.append("its temporary file is that of \(other.ecid), too")
        }
        if overlaps, !job.inputs.contains(where: { takers[$0]?.count != 1 }) {
          problems.append("the tablet drops all its compactions: two of them have an input in common")
        }
      }
      if job.group != nil {
        problems += selectionProblems(of: job, on: row)
      } else if isSelected(job), let breach {
        problems.append(breach)
      }
      return problems
    }
  }

  private static func isSelected(_ job: ExternalJob) -> Bool { job.kind == .user || job.kind == .selector }

  /// The output belongs into the directory of the tablet, in 4.0 under a name that ends in the id.
  private static func misplacement(of job: ExternalJob, on tablet: Tablet) -> [String] {
    var problems: [String] = []
    if let path = try? TabletFilePath(job.tmp), let name = tablet.directory?.lastPart {
      if path.tableId != tablet.extent.tableId {
        problems.append("its output goes to the table \(path.tableId)")
      } else if path.directory != name {
        problems.append("its output goes to \(path.directory), the tablet has \(name): it was split or merged since")
      }
    }
    if job.group == nil, !job.tmp.hasSuffix(".rf_tmp") {
      problems.append("its temporary file does not end in .rf_tmp: \(job.tmp)")
    }
    if job.group != nil, !job.tmp.hasSuffix("_tmp_" + job.ecid) {
      problems.append("its temporary file is that of another compaction: \(job.tmp)")
    }
    return problems
  }

  /// Why compactions of 2.1 are not parts of one selection; nil when they may be.
  private static func breach(among jobs: [ExternalJob]) -> String? {
    guard let first = jobs.first else { return nil }
    func differ<Part: Equatable>(_ part: (ExternalJob) -> Part) -> Bool { jobs.contains { part($0) != part(first) } }
    let reason: String? =
      if differ(\.kind) {
        "they are of two kinds, USER and SELECTOR"
      } else if differ({ Set($0.inputs).union($0.nextFiles) }) {
        "their selected files (inputs and nextFiles) differ"
      } else if differ(\.selectedAll) {
        "one has all files of the tablet selected, another has not"
      } else if first.kind == .user, jobs.contains(where: { $0.operation == nil }) {
        "one is part of no user compaction: it has no compactionId"
      } else if first.kind == .selector, jobs.contains(where: { $0.operation != nil }) {
        "one of kind SELECTOR is part of a user compaction"
      } else if differ(\.operation) {
        "they are parts of two user compactions"
      } else if differ(\.propagateDeletes) {
        "one drops deletes, another keeps them"
      } else if jobs.count > 1, !first.propagateDeletes {
        "one drops deletes, though there are others"
      } else {
        nil
      }
    return reason.map { "the tablet drops all its compactions of USER and SELECTOR: \($0)" }
  }

  /// A user compaction of 4.0 is committed into the selection of its operation.
  private static func selectionProblems(of job: ExternalJob, on row: MetadataRow) -> [String] {
    guard job.kind == .user, let operation = job.operation else { return [] }
    guard let selected = row.tablet.selected, let owner = row.selectedBy else {
      return ["the tablet has no files selected for \(operation)"]
    }
    guard owner == operation else { return ["the tablet's files are selected for \(owner), not for \(operation)"] }
    return job.inputs.filter { !selected.files.contains($0) }.map { "\($0) is not selected (any more)" }
  }
}
