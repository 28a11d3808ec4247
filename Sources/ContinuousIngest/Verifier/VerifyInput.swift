internal import Compaction
import Entries
internal import ExportedTable
internal import Files
import RFile
package import Records
internal import SystemPackage
package import TabletStore

/// Files that are read together: those of a tablet, a single file, or files given as those of one tablet.
struct VerifyUnit: Sendable {
  /// `2;m;a`, or the path of a file.
  var name: String
  /// The paths of its files.
  var files: [String]
  var rows: RowRange
  /// The tablet when the run began, to check at the end that it has not changed.
  var directory: TabletDirectory?
  var tablet: Tablet?
  var statuses: [FileStatus]

  /// Its files as a scan of these rows reads them: with the ranges and set times of the tablet.
  func inputs(in rows: RowRange) -> [MergeInput] {
    guard let tablet else { return files.map { MergeInput($0, rows: rows) } }
    return zip(tablet.files, files).map { MergeInput($0, at: FilePath($1), rows: rows) }
  }

  /// A message about what changed since the run began; nil if nothing did.
  func change() -> String? {
    if let directory, let tablet {
      guard let now = try? directory.tablet(), now.extent == tablet.extent, now.files == tablet.files else {
        return "tablet \(name) changed while it was verified: run again"
      }
    }
    for (file, status) in zip(files, statuses) {
      guard let now = try? FileStatus.of(FilePath(file)), now == status else {
        return "\(file) changed while it was verified: run again"
      }
    }
    return nil
  }
}

/// The inputs of a run, and why others cannot be read.
package struct VerifyInput: Sendable {
  var units: [VerifyUnit] = []
  /// Each names an input that could not be read. With any problem, holes cannot be determined.
  package private(set) var problems: [String] = []

  package var fileCount: Int { units.reduce(0) { $0 + $1.files.count } }
  /// The extents of the tablets, to find the tablet of a row.
  package var extents: [KeyExtent] { units.compactMap { $0.tablet?.extent } }

  /// Drops tablets whose files have other counts of entries than they list. This reads the indexes of the files, which
  /// nothing else here does.
  /// - Returns: a message about each of them.
  mutating func dropMiscounted() -> [String] {
    var sound: [VerifyUnit] = []
    var miscounts: [String] = []
    for unit in units {
      do {
        if let tablet = unit.tablet { try unit.directory?.checkEntries(of: tablet.files) }
        sound.append(unit)
      } catch { miscounts.append("\(error)") }
    }
    units = sound
    return miscounts
  }

  /// A message about each unit that has changed since the run began.
  var changes: [String] { Self.changes(of: units) }
  static func changes(of units: [VerifyUnit]) -> [String] { units.compactMap { $0.change() } }

  /// A report with nothing but the numbers of inputs.
  var report: VerifyReport { VerifyReport(tablets: units.count, files: fileCount) }

  /// Lists RFiles, tablet directories, table directories and exported tables. Reads no file of a tablet that has a
  /// `tablet.json`.
  ///
  /// - Parameter isOffline: whether the paths are files that together form one tablet.
  package init(_ paths: [String], isOffline: Bool = false, access: DirectoryAccess) {
    if isOffline {
      addFiles(paths, named: "the given files", access)
      return
    }
    for path in paths {
      do { try add(path, access) } catch { problems.append("\(error)") }
    }
  }

  private mutating func add(_ text: String, _ access: DirectoryAccess) throws {
    let path = try access.map.path(of: text)
    switch try DataPath(path) {
    case .file: addFiles([text], named: text, access)
    case .tablet: try add(TabletDirectory(path, access: access))
    case .export: try addExport(path, access)
    case .table:
      var extents: [KeyExtent] = []
      let before = problems.count
      for directory in try TableDirectory(path, access: access).tabletDirectories() {
        do { extents.append(try add(directory)) } catch { problems.append("\(error)") }
      }
      // An unreadable tablet also leaves a hole, but its own problem already says so.
      if problems.count == before { problems += ExtentProblem.all(in: extents).map { "\(path): \($0)" } }
    }
  }

  @discardableResult private mutating func add(_ directory: TabletDirectory) throws -> KeyExtent {
    let tablet = try directory.tablet()
    let files = try tablet.files.map { try directory.path(of: $0.file) }
    let statuses = try files.map { try Self.status(of: $0) }
    units.append(
      VerifyUnit(
        name: "\(tablet.extent)", files: files.map(\.string), rows: tablet.extent.rows, directory: directory,
        tablet: tablet, statuses: statuses))
    return tablet.extent
  }

  /// The sizes and counts that an export tells of its files are estimates, so they are not compared.
  private mutating func addExport(_ path: FilePath, _ access: DirectoryAccess) throws {
    let export = try ExportDirectory(path, map: access.map)
    let tablets = try export.tablets()
    while let tablet = try tablets.next()?.tablet {
      let files = try tablet.files.map { try export.location(of: $0.file) }
      units.append(
        VerifyUnit(
          name: "\(tablet.extent)", files: files.map(\.string), rows: tablet.extent.rows, directory: nil,
          tablet: tablet, statuses: try files.map { try Self.status(of: $0) }))
    }
    problems += export.problems(of: tablets)
  }

  private mutating func addFiles(_ texts: [String], named name: String, _ access: DirectoryAccess) {
    var files: [FilePath] = []
    var statuses: [FileStatus] = []
    for text in texts {
      do {
        let path = try access.map.path(of: text)
        let status = try Self.status(of: path)
        guard status.kind == .file else {
          throw DirectoryError(path: text, problem: "is not a file; --offline expects the files of one tablet")
        }
        statuses.append(status)
        files.append(path)
      } catch { problems.append("\(error)") }
    }
    guard !files.isEmpty else { return }
    units.append(VerifyUnit(name: name, files: files.map(\.string), rows: .all, statuses: statuses))
  }

  private static func status(of path: FilePath) throws -> FileStatus {
    guard let status = try FileStatus.of(path) else { throw SystemError("open", path.string, .noSuchFileOrDirectory) }
    return status
  }

  /// Distinguishes inputs by the tablets' extents and the files' names and sizes. It is the same for the same table on
  /// every machine, wherever it is mounted.
  var digest: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
      hash = (hash ^ 0xff) &* 0x0000_0100_0000_01b3
    }
    for unit in units.sorted(by: { $0.name < $1.name }) {
      add(unit.tablet == nil ? "" : unit.name)
      for (file, status) in zip(unit.files, unit.statuses) {
        add(FilePath(file).lastComponent?.string ?? file)
        add("\(status.size)")
      }
    }
    return hash
  }
}
