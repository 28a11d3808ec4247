// One table in, another one out. Every tablet is compacted fully, as by `compact -t TABLE` in Accumulo's shell: one job with
// all its files, which drops delete markers. Ids and output names are digests of what a job reads and of its settings, so an
// interrupted run finds what it has done, and one with other settings does not.
//
//     1. every tablet is read, every file must be there, nothing may be wrong       nothing is written before
//     2. jobs, as far as they are not done                                          OUT/A....rf, OUT/jobs-done.json
//     3. the tablets once more, with their new files                                OUT/exportMetadata.zip, the last

package import BlockFile
internal import Digests
package import ExportedTable
import Files
import Records
import Settings
internal import SystemPackage
internal import TabletStore

/// A full compaction of an exported table into another directory.
package struct ExportCompaction {
  private let export: ExportDirectory
  private let changes: PropertyChanges
  private let splits: [[UInt8]]?
  private let properties: [String: String]
  /// What else decides about an output, such as the level of compression.
  private let variant: String

  /// The jobs that are held at a time.
  private static let batchSize = 8192

  /// - Parameters:
  ///   - changes: how the properties of the new table differ.
  ///   - splits: the end rows of the new tablets but the last; nil: those of the old ones.
  ///   - level: the level of compression, which is no property.
  /// - Throws: `PropertyChangeError`.
  package init(_ export: ExportDirectory, changes: PropertyChanges, splits: [[UInt8]]? = nil, level: CompressionLevel)
    throws
  {
    (self.export, self.changes, self.splits) = (export, changes, splits)
    let source = export.properties(try export.config.changed(by: changes))
    properties = Configuration().settings(tableProperties: source).tableProperties
    variant = level == .auto ? "" : "level \(level)"
  }

  /// Does all of it, or goes on with it.
  /// - Parameters:
  ///   - directory: for the new table: one that is not there, empty, or of an interrupted run.
  ///   - report: gets what happens, as from `JobRunner`.
  /// - Returns: nil when a job failed or a signal came; then there is no new table yet.
  /// - Throws: `ExportError`, `DirectoryError`, `SystemError`, and what `report` throws.
  package func run(
    into journal: JobJournal, _ runner: JobRunner, with execution: any JobExecution, now: Int64,
    report: (JobRunner.Event) throws -> Void
  ) throws -> ExportAssembly.Report? {
    let detached = DetachedRun(runner, journal)
    var isWhole = true
    try forEachBatch { jobs in
      // After a failure the other tablets are still compacted; the next run has less to do then.
      guard runner.conditions.stop.signal == nil else {
        isWhole = false
        return
      }
      if try !detached.run(jobs, with: execution, report: report) { isWhole = false }
    }
    guard isWhole else { return nil }
    return try ExportAssembly(export, journal, changes: changes, disk: runner.conditions.access.disk)
      .write(tablets(), now: now)
  }

  /// Reads the whole table without changing anything.
  /// - Returns: the number of jobs.
  /// - Throws: `ExportError` for a table that is broken, or for a directory with jobs that this run does not have;
  ///   `DirectoryError` for files that are missing.
  package func check(with execution: any JobExecution) throws -> Int {
    let old = try export.tablets()
    // Digests, since there can be millions.
    var (paths, jobs): ([Digest: Digest], Int) = ([:], 0)
    while let tablet = try old.next()?.tablet {
      for file in tablet.files {
        let path = XXH3.digest(Array(file.file.utf8))
        guard let other = paths.updateValue(path, forKey: XXH3.digest(Array(file.file.lastPart.utf8))) else {
          _ = try export.location(of: file.file)
          continue
        }
        guard other == path else {
          throw ExportError(
            place: "\(export.archive)",
            problem: "another file has the same name as \(file.file), and an importer takes one for both")
        }
      }
      if jobs == 0, let job = job(of: tablet) { _ = try execution.prepare(job) }
      jobs += tablet.files.isEmpty ? 0 : 1
    }
    if let problem = export.problems(of: old).first {
      throw ExportError(place: "\(export.archive)", problem: "\(problem): no table is made of it")
    }
    return jobs
  }

  /// Whether the directory was begun with the same table and the same settings.
  package func check(_ journal: JobJournal) throws {
    guard journal.count > 0 else { return }
    var found = 0
    try forEachBatch { jobs in found += jobs.count(where: journal.knows) }
    guard found == journal.count else {
      throw DirectoryError(
        path: journal.directory.string,
        problem: "was begun with another table or other settings: choose another directory, or remove this one")
    }
  }

  private func forEachBatch(_ body: ([CompactionJob]) throws -> Void) throws {
    let next = try tablets()
    var jobs: [CompactionJob] = []
    while let tablet = try next()?.tablet {
      if let job = job(of: tablet) { jobs.append(job) }
      guard jobs.count == Self.batchSize else { continue }
      try body(jobs)
      jobs.removeAll(keepingCapacity: true)
    }
    if !jobs.isEmpty { try body(jobs) }
  }

  private func tablets() throws -> () throws -> ExportedTablet? {
    let old = try export.tablets()
    guard let splits else { return old.next }
    var new = NewSplits(splits, of: old.next)
    return { try new.nextTablet() }
  }

  /// Nil for a tablet without files.
  private func job(of tablet: Tablet) -> CompactionJob? {
    guard !tablet.files.isEmpty else { return nil }
    let digest = digest(tablet)
    let digits = String(digest.bits, radix: 36)
    let output = "A" + String(repeating: "0", count: 25 - digits.count) + digits + ".rf"
    return CompactionJob(
      ecid: ExternalCompactionId(randomBits: (digest.high, digest.low)).description, extent: tablet.extent,
      directory: export.path.string, kind: .user, service: "export", executor: "i.export.all", pass: 1, priority: 0,
      inputs: tablet.files, nextFiles: [], output: output, tmp: output + "_tmp", propagateDeletes: false,
      selectedAll: true, bytes: tablet.files.reduce(0) { $0 &+ $1.size }, properties: properties)
  }

  private func digest(_ tablet: Tablet) -> Digest {
    var line = JSONLine()
    line.object { line in
      tablet.extent.write(to: &line)
      TabletFile.write(tablet.files, as: "files", to: &line)
      line.field("properties", properties)
      line.field("variant", variant)
    }
    return XXH3.digest(Array(line.bytes))
  }
}
