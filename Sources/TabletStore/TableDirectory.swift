internal import Files
package import Records
package import SystemPackage

/// The kind of data at a PATH of the command line.
package enum DataPath: Hashable, Sendable {
  case file
  case tablet
  /// A directory with tablet directories.
  case table
  /// What `exporttable` makes: a directory with `exportMetadata.zip`.
  case export

  package static let exportArchive = "exportMetadata.zip"
  /// The list of finished jobs in a directory that is to become an exported table.
  package static let jobJournal = "jobs-done.json"

  /// Throws `DirectoryError` for anything else.
  package init(_ path: FilePath) throws {
    switch try FileStatus.of(path)?.kind {
    case .file: self = .file
    case .directory:
      let names = try listDirectory(path)
      if names.contains(Self.exportArchive) {
        guard !names.contains(TabletManifest.fileName) else {
          throw DirectoryError(
            path: path.string,
            problem:
              "has both \(Self.exportArchive) and \(TabletManifest.fileName): is it an exported table or a tablet? "
              + "Remove the file that is not true")
        }
        self = .export
      } else if names.contains(Self.jobJournal), !names.contains(TabletManifest.fileName) {
        throw DirectoryError(
          path: path.string,
          problem:
            "holds what detached jobs wrote, and no table yet: run them to their end, then tablets --write-export")
      } else if Self.isTablet(names) {
        self = .tablet
      } else if try !TableDirectory.tabletNames(in: path, names).isEmpty {
        self = .table
      } else {
        throw DirectoryError(
          path: path.string,
          problem:
            "has neither .rf files nor tablet.json nor \(Self.exportArchive), nor directories with files or tablet.json"
        )
      }
    case .other: throw DirectoryError(path: path.string, problem: "is neither a file nor a directory")
    case nil: throw SystemError("open", path.string, .noSuchFileOrDirectory)
    }
  }

  static func isTablet(_ names: [String]) -> Bool {
    names.contains(TabletManifest.fileName) || names.contains(where: FileName.isDataFile)
  }
}

/// A directory with the tablets of a table (`t-0000001`, `default_tablet`) and optionally its `table.properties`.
package struct TableDirectory: Sendable {
  static let propertiesName = "table.properties"

  package let path: FilePath
  let access: DirectoryAccess

  package init(_ path: FilePath, access: DirectoryAccess) {
    self.path = path
    self.access = access
  }

  /// The directories of the table's tablets, sorted by name.
  package func tabletDirectories() throws -> [TabletDirectory] {
    try Self.tabletNames(in: path, listDirectory(path, refusesForeign: true)).map {
      TabletDirectory(path.appending($0), access: access)
    }
  }

  /// The tablets, sorted by extent. Changes nothing on disk.
  package func tablets() throws -> [Tablet] {
    try tabletDirectories().map { try $0.tablet() }.sorted { $0.extent < $1.extent }
  }

  /// The path of `table.properties`, if it exists.
  package func properties() throws -> FilePath? {
    let file = path.appending(Self.propertiesName)
    return try FileStatus.of(file)?.kind == .file ? file : nil
  }

  /// The path of `table.properties` next to a tablet directory, if it exists: the settings of the tablet's table.
  package static func properties(besideTablet directory: FilePath) throws -> FilePath? {
    let file = try realPath(directory).removingLastComponent().appending(propertiesName)
    return try FileStatus.of(file)?.kind == .file ? file : nil
  }

  static func tabletNames(in path: FilePath, _ names: [String]) throws -> [String] {
    names.filter { name in
      let directory = path.appending(name)
      guard (try? FileStatus.of(directory))??.kind == .directory, let inside = try? listDirectory(directory) else {
        return false
      }
      return inside.contains(TabletManifest.fileName) || TabletDirectory.claimsWholeTable(directory)
    }
  }
}
