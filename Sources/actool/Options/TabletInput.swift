import Files
import Records
import Settings
import SystemPackage
import TabletStore

/// A tablet and where it was found.
struct FoundTablet {
  var tablet: Tablet
  /// For errors: `standard input, line 12`, or the directory.
  var place: String
  /// The `table.properties` beside the tablet's directory.
  var tableProperties: ConfigurationSource?
  /// What dead processes left in its directory.
  var leftovers: Leftovers?
}

/// Where tablets come from: tablet and table directories, or records on standard input or in files.
struct TabletInput {
  let access: DirectoryAccess

  /// Calls for every tablet of the paths in order, reading as it goes, and `servers` for every server that a record
  /// names; `-` and no path at all are standard input.
  func forEach(
    in paths: [String], servers: (String) throws -> Void = { _ in }, _ body: (FoundTablet) throws -> Void
  ) throws {
    for path in paths.isEmpty ? ["-"] : paths { try tablets(at: path, servers, body) }
  }

  /// Calls for every tablet that one path names.
  private func tablets(
    at path: String, _ servers: (String) throws -> Void, _ body: (FoundTablet) throws -> Void
  ) throws {
    if path != "-", try FileStatus.of(FilePath(path))?.kind == .directory { return try directory(path, body) }
    try RecordInput.forEach(in: path) { record, place in
      switch record {
      case .tablet(let tablet): try body(FoundTablet(tablet: tablet, place: place()))
      case .tserver(let server): try servers(server)
      default: break
      }
    }
  }

  private func directory(_ path: String, _ body: (FoundTablet) throws -> Void) throws {
    let location = FilePath(path)
    let isTablet = try DataPath(location) == .tablet
    let properties: FilePath? =
      if isTablet {
        try TableDirectory.properties(besideTablet: location)
      } else {
        try TableDirectory(location, access: access).properties()
      }
    let source = try properties.map { try ConfigurationSource(path: $0.string) }
    let directories =
      isTablet
      ? [TabletDirectory(location, access: access)]
      : try TableDirectory(location, access: access).tabletDirectories()
    let found = try directories.map { directory in
      FoundTablet(
        tablet: try directory.tablet(), place: directory.path.string, tableProperties: source,
        leftovers: try directory.leftovers())
    }
    for tablet in found.sorted(by: { $0.tablet.extent < $1.tablet.extent }) { try body(tablet) }
  }
}
