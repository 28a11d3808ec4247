internal import Files
package import Records
package import SystemPackage

/// What a PATH of the command line is.
package enum DataPath: Hashable, Sendable {
  case file
  case tablet
  /// Holds tablet directories.
  case table

  /// Throws `DirectoryError` when it is none of them.
  package init(_ path: FilePath) throws {
    switch try FileStatus.of(path)?.kind {
    case .file: self = .file
    case .directory:
      let names = try listDirectory(path)
      if Self.isTablet(names) {
        self = .tablet
      } else if try !TableDirectory.tabletNames(in: path, names).isEmpty {
        self = .table
      } else {
        throw DirectoryError(
          path: path.string, problem: "holds neither .rf files nor tablet.json nor directories with them")
      }
    case .other: throw DirectoryError(path: path.string, problem: "is neither a file nor a directory")
    case nil: throw SystemError("open", path.string, .noSuchFileOrDirectory)
    }
  }

  static func isTablet(_ names: [String]) -> Bool {
    names.contains(TabletManifest.fileName) || names.contains(where: FileName.isDataFile)
  }
}

/// A directory with the tablets of a table, `t-0000001`, `default_tablet`, and perhaps its `table.properties`.
package struct TableDirectory: Sendable {
  static let propertiesName = "table.properties"

  package let path: FilePath
  let access: DirectoryAccess

  package init(_ path: FilePath, access: DirectoryAccess) {
    self.path = path
    self.access = access
  }

  /// The directories of its tablets, sorted by name.
  package func tabletDirectories() throws -> [TabletDirectory] {
    try Self.tabletNames(in: path, listDirectory(path, refusesForeign: true)).map {
      TabletDirectory(path.appending($0), access: access)
    }
  }

  /// Its tablets in the order of their extents. Only reads.
  package func tablets() throws -> [Tablet] {
    try tabletDirectories().map { try $0.tablet() }.sorted { $0.extent < $1.extent }
  }

  /// Its `table.properties`, where it exists.
  package func properties() throws -> FilePath? {
    let file = path.appending(Self.propertiesName)
    return try FileStatus.of(file)?.kind == .file ? file : nil
  }

  /// `table.properties` beside the tablets, where it exists: the settings of the table that a tablet directory is in.
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
