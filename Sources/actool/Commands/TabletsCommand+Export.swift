import ArgumentParser
import Compaction
import ExportedTable
import Files
import SystemPackage
import TabletStore

extension TabletsCommand {
  func validateExport() throws {
    if writeExport == nil { try OptionConflict.require("--write-export", for: changes.given) }
    if checkExport.isEmpty { try OptionConflict.require("--check-export", for: [("--importer", importer != nil)]) }
    let others = [
      ("--metadata", metadata != nil), ("--table", !tables.isEmpty), ("--tservers", servers.file != nil),
      ("--lease", directories.lease != nil),
    ]
    if !checkExport.isEmpty {
      let more = [
        ("paths", !paths.isEmpty), ("--write-export", writeExport != nil),
      ]
      try OptionConflict.refuse(others + more + directories.files.given, beside: "--check-export")
    }
    if writeExport != nil {
      try OptionConflict.refuse(others, beside: "--write-export")
      guard paths.count == 1 else { throw ValidationError("--write-export goes with the path of one exported table") }
    }
  }

  /// `--check-export`
  func runCheck() throws {
    var check = ImportCheck(checkExport.map { FilePath($0) }, importer: importer ?? .v2)
    var isSound = true
    try check.run { finding in
      isSound = false
      Messages.write("actool tablets: \(finding)".inOneLine)
    }
    if !isSound { throw ExitStatus.found }
  }

  /// `--write-export`
  func runWriting(into path: String) throws {
    let access = try directories.access(disk: TestFault.disk())
    let export = try ExportDirectory(absolutePath(FilePath(paths[0])), map: access.map)
    let journal = try JobJournal(in: absolutePath(FilePath(path)), access: access)
    let assembly = try ExportAssembly(export, journal, changes: changes.changes, disk: access.disk)
    let made = try assembly.write(export.tablets().next, now: SystemClock.milliseconds())
    Messages.write("\(path): \(made.tablets) tablets, \(made.files) files, \(made.kept) of them as they were")
  }
}

extension Importer: ExpressibleByArgument {}
