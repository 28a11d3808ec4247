// What `importtable` does with directories, step by step, without doing it:
//
//   1. exactly one of them holds exportMetadata.zip
//   2. the properties are cut into lines; each key must be one that Accumulo knows
//   3. the export is not newer than the importer
//   4. every file of every directory whose name ends in .rf is mapped to a new name (2.1 also maps .map, and whatever has no
//      extension, subdirectories too); a name that two directories have is an error
//   5. every entry of metadata.bin up to the `~tab:~pr` of the last tablet is written down; each file must be mapped
//
// The importer opens no data file, and does not look whether tablets fit together. Accumulo: `ImportTable` and the steps
// after it in `tableOps/tableImport`; `MetadataConstraints`.

import Files
import Records
import Settings
package import SystemPackage
import TabletStore

/// A version of Accumulo, as far as its importer differs from others.
package enum Importer: String, CaseIterable, Sendable {
  case v2 = "2.1"
  case v3 = "3.0"
  case v4 = "4.0"

  var exportVersion: Int32 { self == .v4 ? 2 : 1 }
  var dataVersion: Int32 { self == .v2 ? 10 : self == .v3 ? 11 : 12 }

  /// Whether it moves a file of this name into the new table. As in Java's `split`, empty parts at the end do not count.
  func takes(_ name: String) -> Bool {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    while parts.last?.isEmpty == true { parts.removeLast() }
    guard parts.count > 1, let suffix = parts.last else { return self == .v2 }
    return suffix == "rf" || (self == .v2 && suffix == "map")
  }
}

/// What an importer would say to directories.
package struct ImportCheck {
  private let directories: [FilePath]
  private let importer: Importer
  /// The directory of each file that would be mapped.
  private var mapped: [String: FilePath] = [:]
  /// The path in the metadata of each file that a tablet names.
  private var named: [String: String] = [:]

  package init(_ directories: [FilePath], importer: Importer) {
    (self.directories, self.importer) = (directories, importer)
  }

  /// Calls `report` for everything that is wrong, as it is found. Holds the names of all files, and one tablet at a time.
  /// - Throws: `SystemError` for a directory that cannot be read, `ForeignName`, and what `report` throws.
  package mutating func run(report: @escaping (ImportFinding) throws -> Void) throws {
    do {
      guard let export = try directoryOfExport(report) else { return }
      try checkVersions(of: export, report)
      for (key, _) in export.config.lines where !Settings.isKnown(key) {
        try report(ImportFinding(.refused, at: "\(export.archive)", "Accumulo has no property \"\(key.prefix(80))\""))
      }
      try mapFiles(report)
      try checkTablets(of: export, report)
    } catch let error as ExportError {
      try report(ImportFinding(.refused, at: error.place, error.problem))
    }
  }

  private func directoryOfExport(_ report: (ImportFinding) throws -> Void) throws -> ExportDirectory? {
    let holders = try directories.filter { try FileStatus.of($0.appending(DataPath.exportArchive)) != nil }
    guard let holder = holders.first, holders.count == 1 else {
      let problem = holders.isEmpty ? "no directory has \(DataPath.exportArchive)" : "more than one directory has it"
      let place = holders.last?.appending(DataPath.exportArchive) ?? directories[0]
      try report(ImportFinding(.refused, at: place.string, problem))
      return nil
    }
    return try ExportDirectory(holder, map: FileMap())
  }

  private func checkVersions(of export: ExportDirectory, _ report: (ImportFinding) throws -> Void) throws {
    for (name, found, newest) in [
      ("exportVersion", export.info.exportVersion, importer.exportVersion),
      ("srcDataVersion", export.info.dataVersion, importer.dataVersion),
    ] where found > newest {
      try report(
        ImportFinding(
          .refused, at: "\(export.archive)",
          "\(name) is \(found), and Accumulo \(importer.rawValue) takes up to \(newest)"))
    }
  }

  private mutating func mapFiles(_ report: (ImportFinding) throws -> Void) throws {
    for directory in directories {
      for name in try listDirectory(directory, refusesForeign: true) where importer.takes(name) {
        let path = directory.appending(name)
        if name.contains(":") || name.contains("\n") {
          try report(ImportFinding(.refused, at: "\(path)", "a name with a colon or a line feed"))
        }
        if let other = mapped.updateValue(directory, forKey: name) {
          try report(ImportFinding(.refused, at: "\(path)", "\(other) has a file of that name, too"))
        }
        if !name.hasSuffix(".rf") {
          try report(
            ImportFinding(
              .odd, at: "\(path)", "\(importer.rawValue) takes it for a map file and moves it into the table"))
        }
      }
    }
  }

  private mutating func checkTablets(
    of export: ExportDirectory, _ report: @escaping (ImportFinding) throws -> Void
  ) throws {
    let place = "\(export.archive), \(ExportedTablets.fileName)"
    let tablets = try export.tablets(find: report)
    while let tablet = try tablets.next()?.tablet {
      for file in tablet.files { try checkFile(file, of: tablet, place, report) }
    }
    for problem in tablets.extentProblems { try report(ImportFinding(.broken, at: place, "\(problem)")) }
    if tablets.hasRest { try report(ImportFinding(.odd, at: place, "what stands behind the last tablet is not read")) }
    for (name, directory) in mapped.sorted(by: { $0.key < $1.key }) where named[name] == nil && name.hasSuffix(".rf") {
      try report(
        ImportFinding(
          .odd, at: "\(directory.appending(name))", "no tablet names it; it is moved into the table, unused"))
    }
  }

  private mutating func checkFile(
    _ file: TabletFile, of tablet: Tablet, _ place: String, _ report: (ImportFinding) throws -> Void
  ) throws {
    let name = String(file.file.lastPart)
    if importer == .v4, (try? TabletFilePath(file.file)) == nil {
      try report(
        ImportFinding(
          .refused, at: place,
          "\(tablet.extent) has \(file.file), and Accumulo 4.0 expects VOLUME/tables/ID/DIRECTORY/FILE"))
    }
    if let other = named.updateValue(file.file, forKey: name), other != file.file {
      try report(ImportFinding(.broken, at: place, "\(other) and \(file.file) become one file"))
    } else if mapped[name] == nil {
      try report(ImportFinding(.refused, at: place, "\(tablet.extent) has \(file.file), which is in no directory"))
    }
  }
}
