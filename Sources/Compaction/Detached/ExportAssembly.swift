import Digests
package import ExportedTable
package import Files
import Records
import SystemPackage
import TabletStore

/// Makes an exported table of another one and of what detached jobs wrote.
///
///     tablet of IN        F1 F2 F3        jobs of the tablet        F1 F2 -> C4
///     tablet of OUT       F3 C4           F3 is linked into OUT
package struct ExportAssembly {
  private let export: ExportDirectory
  private let journal: JobJournal
  private let config: [UInt8]
  private let disk: Disk

  /// What was made.
  package struct Report: Hashable, Sendable {
    package var tablets: Int64 = 0
    /// The files of the new table, and how many of them are files of the old one.
    package var files: Int64 = 0
    package var kept: Int64 = 0
  }

  /// - Parameters:
  ///   - export: the table that the jobs were about.
  ///   - changes: how the properties of the new table differ; none: they are copied byte for byte.
  /// - Throws: `PropertyChangeError`.
  package init(_ export: ExportDirectory, _ journal: JobJournal, changes: PropertyChanges, disk: Disk) throws {
    (self.export, self.journal, self.disk) = (export, journal, disk)
    config = changes.isEmpty ? export.configText : try export.config.changed(by: changes).text
  }

  /// Writes the table; the archive comes last.
  /// - Parameters:
  ///   - tablets: gives the old tablets, or others of the same rows whose jobs were run.
  ///   - now: ms since 1970.
  /// - Throws: `ExportError`, `DirectoryError`, `SystemError`; then there is no archive, and another call goes on.
  package func write(_ tablets: () throws -> ExportedTablet?, now: Int64) throws -> Report {
    let writer = try ExportWriter(into: journal.directory, as: export, disk: disk)
    var report = Report()
    var used = 0
    while var tablet = try tablets() {
      let done = journal.jobs(of: tablet.tablet.extent)
      used += done.count
      for job in done { try replace(job, in: &tablet.tablet) }
      for file in tablet.tablet.files where !writer.names.contains(String(file.file.lastPart)) {
        report.files += 1
        if try keep(file.file) { report.kept += 1 }
      }
      try writer.append(tablet)
      report.tablets += 1
    }
    guard used == journal.count else {
      throw ExportError(
        place: "\(journal.directory.appending(DataPath.jobJournal))",
        problem: "\(journal.count - used) jobs were about tablets that \(export.path) does not have")
    }
    try removeIntermediates(except: writer.names)
    try disk.syncDirectory(journal.directory)
    try journal.sync()
    try writer.finish(info: export.infoText, config: config, now: now)
    try journal.finish()
    return report
  }

  /// The inputs of a job leave the tablet, and its output joins it, in the directory of the first.
  private func replace(_ job: JobJournal.Done, in tablet: inout Tablet) throws {
    let inputs = Set(job.inputs)
    let taken = tablet.files.filter { inputs.contains(JobJournal.digest($0.part)) }
    guard taken.count == inputs.count, let first = taken.first else {
      throw ExportError(
        place: "\(journal.directory.appending(DataPath.jobJournal))",
        problem: "a job of \(tablet.extent) took files that it does not have, or that another job took")
    }
    tablet.files.removeAll { inputs.contains(JobJournal.digest($0.part)) }
    guard let output = job.output else { return }
    let parent = first.file.dropLast(first.file.lastPart.count)
    tablet.files.append(TabletFile(file: parent + output, size: job.size, entries: job.entries))
  }

  /// Links a file of the old table into the new directory. False for an output, which is there.
  private func keep(_ file: String) throws -> Bool {
    let name = String(file.lastPart)
    let target = journal.directory.appending(name)
    if journal.outputs.contains(name) { return false }
    let source = try export.location(of: file)
    if let there = try FileStatus.of(target) {
      guard there.size == (try FileStatus.of(source)?.size) else {
        throw DirectoryError(path: target.string, problem: "is in the way: it is not \(source)")
      }
      return true
    }
    try disk.link(source, to: target, temporary: journal.directory.appending(name + "_tmp"))
    return true
  }

  /// Outputs that later jobs took go. Any other file that no tablet names would be moved into the imported table.
  private func removeIntermediates(except names: Set<String>) throws {
    let outputs = journal.outputs
    for name in try listDirectory(journal.directory) where name.hasSuffix(".rf") && !names.contains(name) {
      guard outputs.contains(name) else {
        throw DirectoryError(
          path: "\(journal.directory.appending(name))",
          problem: "is in no tablet of the new table, and an importer would take it: remove it and run again")
      }
      try disk.remove(journal.directory.appending(name))
    }
  }
}
