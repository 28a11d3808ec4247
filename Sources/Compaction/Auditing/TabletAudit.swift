package import BlockFile
import Digests
import Entries
import Files
import RFile
import Records
import SystemPackage
package import TabletStore

/// Checks the history of a tablet against its files.
package struct TabletAudit {
  private var history: TabletHistory
  private let directory: TabletDirectory
  private let evidence: FileEvidence
  private var report: AuditReport

  /// - Parameters:
  ///   - pool: helpers for inflating; the caller occupies one of its threads.
  ///   - limit: the largest block to read.
  package init(_ history: TabletHistory, in directory: TabletDirectory, pool: CodecPool, limit: BlockLimit) {
    self.history = history
    self.directory = directory
    evidence = FileEvidence(rows: history.extent.rows, pool: pool, limit: limit)
    report = AuditReport(extent: history.extent, directory: directory.path.string)
  }

  /// Reads every file of the tablet, and the inputs of jobs that still exist.
  ///
  /// Findings are in the report. Throws only if it cannot look: `SystemError`, `ManifestError`, `DirectoryError`,
  /// `UnmappedURI`, and `FileError` for files in a format that it cannot read.
  package consuming func run() throws -> AuditReport {
    let contents = try directory.contents()
    let files = contents.files
    let live = Set(files.map(\.part.description))
    for file in files { if let certificate = contents.certificates[file.file] { history.add(certificate, of: file) } }
    report.problems = history.problems + history.brokenLinks
    if let circle = history.circle { report.problems.append(circle) }
    report.jobs = history.jobs.count
    for file in files {
      let known = report.problems.count
      try look(atLive: file)
      if report.problems.count == known { try compare(file, with: "tablet.json") }
    }
    for trace in history.traces where !live.contains(trace.name) { try look(atGone: trace) }
    try lookAtFirstState(live)
    if files.isEmpty, history.jobs.isEmpty, history.firstState == nil, report.problems.isEmpty {
      report.problems.append("nothing is known: no files and no results")
    }
    addFates()
    return report
  }

  private mutating func look(atLive file: TabletFile) throws {
    guard let trace = history.trace(of: file.part.description) else { return try look(atUntouched: file.part) }
    if let reader = trace.reader {
      report.problems.append(
        "\(trace.name): is still a file of the tablet, although \(history.name(reader)) replaced it")
    }
    guard let written = trace.written else { return report.first.add(trace.read) }
    report.now.add(written.sum)
    try expect(written.sum, written.digest, written.size, in: trace.name)
  }

  /// Compares a live file with the size and the number of entries that a record gives.
  private mutating func compare(_ file: TabletFile, with record: String) throws {
    guard file.range == nil, !FileName.isURI(file.file) else { return }
    if let problem = try evidence.problem(of: directory.path(of: file.file), listedAs: file, in: record) {
      report.problems.append("\(file.file): \(problem)")
    }
  }

  private mutating func look(atUntouched part: FilePart) throws {
    let name = part.description
    if let objection = history.objection(toFirst: name) { report.problems.append("\(name): \(objection)") }
    switch try evidence.sum(of: directory.path(of: part.file), part.range) {
    case .failure(let problem): report.problems.append("\(name): \(problem)")
    case .success(let sum):
      report.untouched.append(name)
      report.first.add(sum)
      report.now.add(sum)
    }
  }

  /// Checks a file that is no longer part of the tablet.
  private mutating func look(atGone trace: TabletHistory.Trace) throws {
    if let writer = trace.writer, trace.reader == nil {
      report.problems.append(
        "\(trace.name): was written by \(history.name(writer)) and is not a file of the tablet: the result of the job that "
          + "read it is missing")
    }
    if trace.writer == nil {
      report.first.add(trace.read)
      if let objection = history.objection(toFirst: trace.name) {
        report.problems.append("\(trace.name): \(objection)")
      }
    }
    let isThere =
      try path(ofGone: FilePart(text: trace.name).file).map { try FileStatus.of($0)?.kind == .file } ?? false
    if isThere {
      try expect(trace.written?.sum ?? trace.read, trace.written?.digest, trace.written?.size, in: trace.name)
    } else if trace.writer != nil, trace.reader != nil {
      report.chained += 1
    }
  }

  /// Nil for a URI that is not mapped: a file that is no longer part of the tablet does not need to be reachable.
  private func path(ofGone file: String) throws -> FilePath? {
    do { return try directory.path(of: file) } catch is UnmappedURI { return nil }
  }

  private mutating func expect(_ sum: EntrySum, _ digest: Digest?, _ size: Int64?, in name: String) throws {
    let part = FilePart(text: name)
    let path = try directory.path(of: part.file)
    if let problem = try evidence.problem(of: path, part.range, expecting: sum, digest, size) {
      report.problems.append("\(name): \(problem)")
    } else {
      report.checked.append(name)
    }
  }

  /// Finds files of the first state that disappeared without a result, or that had other counts.
  private mutating func lookAtFirstState(_ live: Set<String>) throws {
    for (name, file) in (history.firstState ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let trace = history.trace(of: name) else {
        if live.contains(name) {
          try compare(file, with: "the first state")
        } else {
          report.problems.append(
            "\(name): was in the first state and is gone: the result of the job that read it is missing")
        }
        continue
      }
      // The counts of other files are estimates: see `TabletDirectory.checkEntries`. Rows of other tablets were not read.
      guard trace.reader != nil, file.range == nil, !FileName.isURI(name), file.entries > 0 else { continue }
      let isWhole = history.extent.rows == .all
      if trace.read.count > file.entries || isWhole && trace.read.count < file.entries {
        report.problems.append(
          "\(name): had \(file.entries) entries in the first state, and \(trace.read.count) were read of it")
      }
    }
  }

  private mutating func addFates() {
    func accounts(_ sums: [String: EntrySum]) -> [Certificate.Account] {
      sums.sorted { $0.key < $1.key }.map { Certificate.Account(name: $0.key, sum: $0.value) }
    }
    report.dropped = accounts(history.dropped)
    report.made = accounts(history.made)
    guard report.problems.isEmpty else { return }
    let before = report.made.reduce(report.first.sum) { $0 + $1.sum }
    let after = report.dropped.reduce(report.now.sum) { $0 + $1.sum }
    if before != after {
      report.problems.append(
        "first state and made entries: \(TabletHistory.text(before)); present state and dropped entries: "
          + TabletHistory.text(after))
    }
  }
}
