import ExportedTable
import Files
import Metadata
import Records
import Settings
import SystemPackage
import TabletStore

/// A tablet and where it was found.
struct FoundTablet {
  var tablet: Tablet
  var place: RecordPlace
  /// The `table.properties` beside the tablet's directory, or the properties of the exported table.
  var tableProperties: ConfigurationSource?
  /// The files that dead processes left in its directory.
  var leftovers: Leftovers?
  /// The jobs that dead processes began and that can go on.
  var unfinished: [CompactionJob] = []
  /// The exported table that has it, if one does.
  var export: ExportDirectory?
}

/// Where tablets come from: tablet and table directories, exported tables, records on standard input or in files, or the text of the
/// metadata table. It also collects where they overlap or leave holes.
struct TabletInput {
  private let access: DirectoryAccess
  /// The command that reads, for its messages.
  private let command: String
  private let isWanted: (_ tableId: String) -> Bool
  private var check = ExtentCheck()
  /// What was wrong in the text of the metadata table: a line each.
  private var metadataProblems: [String] = []
  /// What was wrong with the rows of exported tables: a line each.
  private var exportProblems: [String] = []

  /// - Parameters:
  ///   - command: the name of the command that reads, for its messages.
  ///   - isWanted: tablets of other tables are skipped.
  init(
    access: DirectoryAccess, for command: String, isWanted: @escaping (_ tableId: String) -> Bool = { _ in true }
  ) {
    self.access = access
    self.command = command
    self.isWanted = isWanted
  }

  /// Overlaps of the tablets so far, and holes where a whole table was given: a line each.
  var problems: [String] { check.problems + metadataProblems + exportProblems }

  /// Calls `body` for every tablet of the paths in order, reading as it goes, and `other` for every record that is none.
  /// `-`, or no path at all, is standard input.
  mutating func forEach(
    in paths: [String], other: (Record) throws -> Void = { _ in }, _ body: (FoundTablet) throws -> Void
  ) throws {
    for path in paths.isEmpty ? ["-"] : paths {
      if path != "-", try FileStatus.of(FilePath(path))?.kind == .directory {
        try directory(path, body)
      } else {
        try records(path, other, body)
      }
    }
  }

  /// Calls `body` for every tablet in the text of a metadata table, holding one at a time; `-` is standard input.
  mutating func forEach(inMetadata path: String, _ body: (Tablet) throws -> Void) throws {
    let source = path == "-" ? RecordInput.standardInput : path
    var sequence = ExtentSequence()
    try RecordInput.withFile(path) { file in
      func tellGone(_ extent: KeyExtent) {
        guard isWanted(extent.tableId) else { return }
        Messages.write(
          "actool \(command): \(source): \(extent): only compactions are left of a tablet that is gone; left out")
      }
      try MetadataReader.forEachTablet(in: file, named: source, gone: tellGone) { tablet in
        guard isWanted(tablet.extent.tableId) else { return }
        metadataProblems += sequence.problems(before: tablet.extent).map { "\(source): \($0)" }
        try body(tablet)
      }
    }
    metadataProblems += sequence.problems(before: nil).map { "\(source): \($0)" }
  }

  private mutating func records(
    _ path: String, _ other: (Record) throws -> Void, _ body: (FoundTablet) throws -> Void
  ) throws {
    let source = path == "-" ? RecordInput.standardInput : path
    try RecordInput.forEach(in: path) { record, place in
      switch record {
      case .tablet(let tablet):
        guard isWanted(tablet.extent.tableId) else { return }
        check.add(tablet.extent, at: source)
        try body(FoundTablet(tablet: tablet, place: place))
      default: try other(record)
      }
    }
  }

  private mutating func export(_ path: FilePath, _ body: (FoundTablet) throws -> Void) throws {
    let export = try ExportDirectory(path, map: access.map)
    let (properties, directory) = (export.properties, RemotePath.shown(try absolutePath(path).string))
    exportProblems += try ExportInput.forEach(in: export) { tablet in
      guard isWanted(tablet.extent.tableId) else { return }
      var tablet = tablet
      tablet.directory = directory
      try body(
        FoundTablet(
          tablet: tablet, place: RecordPlace(source: path.string), tableProperties: properties, export: export))
    }
  }

  /// A tablet's directory is made absolute, because its jobs can be run from anywhere.
  private mutating func directory(_ path: String, _ body: (FoundTablet) throws -> Void) throws {
    let location = FilePath(path)
    let kind = try DataPath(location)
    if kind == .export { return try export(location, body) }
    let isTablet = kind == .tablet
    let table = TableDirectory(isTablet ? location.removingLastComponent() : location, access: access)
    let properties = try isTablet ? TableDirectory.properties(besideTablet: location) : table.properties()
    let source = try properties.map { try ConfigurationSource(path: $0.string) }
    let directories = try isTablet ? [TabletDirectory(location, access: access)] : table.tabletDirectories()
    let found = try directories.map { directory in
      var tablet = FoundTablet(
        tablet: try directory.tablet(), place: RecordPlace(source: RemotePath.shown(directory.path.string)),
        tableProperties: source, leftovers: try directory.leftovers(), unfinished: try directory.unfinishedJobs())
      let absolute = RemotePath.shown(try absolutePath(directory.path).string)
      tablet.tablet.directory = absolute
      tablet.leftovers?.directory = absolute
      return tablet
    }
    if !isTablet { check.expectWholeTable(at: table.path.string) }
    for tablet in found.sorted(by: { $0.tablet.extent < $1.tablet.extent }) where isWanted(tablet.tablet.extent.tableId)
    {
      check.add(tablet.tablet.extent, at: table.path.string)
      try body(tablet)
    }
  }
}
