// A directory as `exporttable` and distcp leave it:
//
//     exportMetadata.zip ─┬ accumulo_export_info.txt    versions, names                     ExportInfo
//                         ├ table_config.txt            the table's properties              TableConfigText
//                         └ metadata.bin                its tablets: files, times, rows     ExportedTablets
//     distcp.txt                                        what to copy; nobody reads it here
//     F0001.rf  C0002.rf  A0003.rf                      the files, whatever tablet they are of
//
// A file is found by the last component of its name in the metadata. Files shared by tablets lie there once, and each
// tablet reads its own rows of them. A file that is not in the directory may still be where it was: under `--map`.

internal import Files
internal import Records
package import Settings
package import SystemPackage
package import TabletStore

/// An exported table.
package struct ExportDirectory: Sendable {
  package let path: FilePath
  package let info: ExportInfo
  package let config: TableConfigText
  /// The two texts as they are.
  package let infoText: [UInt8]
  package let configText: [UInt8]
  private let map: FileMap

  /// The path of the archive, for messages.
  package var archive: FilePath { path.appending(DataPath.exportArchive) }

  /// Opens the archive and reads all but its tablets.
  /// - Parameter map: where files are that are not in the directory.
  /// - Throws: `ExportError`, `SystemError`.
  package init(_ path: FilePath, map: FileMap) throws {
    let reader = try ZipReader(path.appending(DataPath.exportArchive))
    guard let index = reader.index(of: ExportInfo.fileName) else {
      throw ExportError(
        place: reader.path.string, problem: "has no \(ExportInfo.fileName), so the importer fails")
    }
    infoText = try reader.contents(index, limit: 1 << 20)
    info = try ExportInfo(infoText, place: "\(reader.path), \(ExportInfo.fileName)")
    configText =
      try reader.index(of: TableConfigText.fileName).map {
        try reader.contents($0, limit: TableConfigText.limit)
      } ?? []
    config = try TableConfigText(configText, place: "\(reader.path), \(TableConfigText.fileName)")
    self.path = path
    self.map = map
  }

  /// The tablets from the first on.
  /// - Throws: `ExportError`, `SystemError`; for tablets that no importer takes, or that would be broken, when they come.
  package func tablets() throws -> ExportedTablets {
    try tablets { finding in
      if finding.kind != .odd { throw ExportError(place: finding.place, problem: finding.problem) }
    }
  }

  /// - Parameter find: gets what is wrong with them, and throws where they are not to be read any further.
  func tablets(find: @escaping (ImportFinding) throws -> Void) throws -> ExportedTablets {
    let reader = try ZipReader(archive)
    guard let index = reader.index(of: ExportedTablets.fileName) else {
      throw ExportError(
        place: archive.string,
        problem: "has no \(ExportedTablets.fileName): the importer would not notice, and make a table without tablets")
    }
    return ExportedTablets(
      try reader.open(index), place: "\(archive), \(ExportedTablets.fileName)", exportVersion: info.exportVersion,
      find: find)
  }

  /// The properties of the table, beneath all that are given otherwise.
  package var properties: ConfigurationSource { properties(config) }

  /// The properties of another table made of this one.
  package func properties(_ config: TableConfigText) -> ConfigurationSource {
    ConfigurationSource(ofExport: "\(archive), \(TableConfigText.fileName)", config.properties)
  }

  /// Where a file of a tablet lies: in the directory, or else where the map has it.
  /// - Throws: `DirectoryError` when it is in neither place; `SystemError`.
  package func location(of file: String) throws -> FilePath { try Self.location(of: file, in: path, map) }

  /// The same for a file of a job, whose directory may be any flat one.
  package static func location(of file: String, in directory: FilePath, _ map: FileMap) throws -> FilePath {
    let flat = directory.appending(String(file.lastPart))
    if try FileStatus.of(flat) != nil { return flat }
    if FileName.isURI(file), let mapped = try? map.path(of: file), try FileStatus.of(mapped) != nil { return mapped }
    throw DirectoryError(
      path: directory.string,
      problem: "\(file) is not here: copy what distcp.txt names, or say with --map where it is")
  }
}

extension ExportDirectory {
  /// What is wrong with the rows of the tablets read so far, for people.
  package func problems(of tablets: ExportedTablets) -> [String] {
    tablets.extentProblems.map { "\(path): \($0)" }
      + (tablets.hasRest
        ? ["\(archive), \(ExportedTablets.fileName): goes on behind the last tablet; no importer reads that"] : [])
  }
}
