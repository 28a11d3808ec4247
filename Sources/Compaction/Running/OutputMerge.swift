package import Entries
internal import Files
internal import RFile
package import SystemPackage
internal import TabletStore

// Makes one new file, without a tablet: the inputs need no reservation, and nothing is removed. The output is written
// next to its final place under a name unique to this process, and renamed when it is whole:
//
//     out.rf.<mark of the process>.tmp  ->  out.rf
//
// Whatever else has to lie on the disk meanwhile is called `out.rf.<mark of the process>.<something>.tmp`. A killed
// process leaves these files. The next run with the same output removes them once the process is gone.

/// Makes a new file or directory, by merging files or otherwise.
package struct OutputMerge {
  package var conditions: RunConditions

  package init(conditions: RunConditions) { self.conditions = conditions }

  /// Runs the job on the inputs. On return, the output is whole, checked and on the disk. On an error, no output is
  /// left.
  ///
  /// Throws `DirectoryError` if a file of that name exists: nothing is ever replaced.
  package func run(
    _ job: any PreparedJob, inputs: [FilePath], rows: RowRange, to output: FilePath
  ) throws -> JobOutput {
    try make(output) { temporary, pulse in
      try job.write(inputs.map { MergeInput($0.string, rows: rows) }, to: temporary, pulse: pulse)
    }
  }

  /// Runs `write`, which writes a file or a directory of files to a temporary path and syncs it; then gives it its name.
  /// On an error, no output is left.
  ///
  /// Throws `DirectoryError` if a file of that name exists: nothing is ever replaced.
  package func make<Result>(
    _ output: FilePath, _ write: (_ temporary: FilePath, _ pulse: Pulse) throws -> Result
  ) throws -> Result {
    guard try FileStatus.ofLink(output) == nil else {
      throw DirectoryError(
        path: output.string, problem: "already exists and is not replaced; remove it, or choose another name")
    }
    try removeLeftovers(of: output)
    let temporary = FilePath("\(output.string).\(conditions.access.owner.mark).tmp")
    let disk = conditions.access.disk
    do {
      let pulse = Pulse(stop: conditions.stop, limit: conditions.limit, now: conditions.clock)
      let result = try write(temporary, pulse)
      try conditions.stop.check()
      try disk.renameWithoutReplacing(temporary, to: output)
      try disk.syncDirectory(output.removingLastComponent())
      return result
    } catch {
      try? disk.removeTree(temporary)
      throw error
    }
  }

  private func removeLeftovers(of output: FilePath) throws {
    guard let name = output.lastComponent?.string else { return }
    let directory = output.removingLastComponent()
    for file in try listDirectory(directory.isEmpty ? "." : directory)
    where file.hasPrefix(name + ".") && file.hasSuffix(".tmp") {
      let mark = file.dropFirst(name.count + 1).prefix { $0 != "." }
      if try conditions.access.owner.seesDeadProcess(behindMark: mark) {
        try conditions.access.disk.removeTree(directory.appending(file))
      }
    }
  }
}
