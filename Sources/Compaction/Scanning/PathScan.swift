package import BlockFile
package import Entries
package import ExportedTable
internal import Files
internal import RFile
package import Records
package import Settings
internal import SystemPackage
package import TabletStore

/// Opens paths for a scan: one stream of entries for a file, or one for each tablet. Also records tablets that do not
/// fit together.
package struct PathScan {
  /// What is seen of a tablet. Of a file it is every entry.
  package enum View: Sendable {
    /// What a scan in Accumulo sees.
    case scan
    /// Every entry of its rows, delete markers and old versions too.
    case rows
    /// Every entry of every file as it is there, whatever extent, ranges, set times, deletes and iterators do to it.
    case files
  }

  private let scan: FileScan
  private let view: View
  private let pool: CodecPool
  private let limit: BlockLimit
  private let access: DirectoryAccess
  private let configuration: Configuration
  /// The time for iterators that ask for it, the same for all streams.
  private let now: Int64
  private var check = ExtentCheck()
  var exportProblems: [String] = []
  private let unsound = UnsoundInputs()

  /// - Parameters:
  ///   - view: what is seen of tablets.
  ///   - pool: helpers for inflating. The caller must occupy one of its threads.
  ///   - limit: the limit for blocks that are read.
  package init(
    _ scan: FileScan, view: View, pool: CodecPool, limit: BlockLimit, access: DirectoryAccess,
    configuration: Configuration
  ) {
    (self.scan, self.view, self.pool, self.limit, self.access) = (scan, view, pool, limit, access)
    self.configuration = configuration
    now = access.now()
  }

  /// One line for each overlap of tablets so far, whose entries came twice, for each hole between tablets of a table, and
  /// for each group of a file that was read although it is unsound.
  package var problems: [String] {
    (view == .files ? [] : check.problems + exportProblems) + unsound.problems.map(\.description)
  }

  /// What one path names.
  package enum Target {
    case file(String)
    case tablet(KeyExtent, TabletDirectory)
    /// All tablets of an exported table.
    case export(ExportDirectory)
  }

  /// What a path or URI names, in the order of the rows.
  /// - Throws: `FileError`, `SystemError`, `DirectoryError`.
  package mutating func targets(at text: String) throws -> [Target] {
    let path = try access.map.path(of: text)
    switch try DataPath(path) {
    case .file: return [.file(path.string)]
    case .tablet:
      let directory = TabletDirectory(path, access: access)
      let extent = try directory.tablet().extent
      check.add(extent, at: path.removingLastComponent().string)
      return [.tablet(extent, directory)]
    case .export: return [.export(try ExportDirectory(path, map: access.map))]
    case .table:
      let tablets = try TableDirectory(path, access: access).tablets()
      check.expectWholeTable(at: path.string)
      for tablet in tablets { check.add(tablet.extent, at: path.string) }
      return tablets.map {
        .tablet($0.extent, TabletDirectory(FilePath($0.directory ?? path.string), access: access))
      }
    }
  }

  /// Calls `body` for each stream of a path or URI, in row order.
  /// - Throws: `FileError`, `SystemError`, `DirectoryError`, and the errors of iterators and of `body`.
  package mutating func forEachStream(at text: String, _ body: (any EntryCursor) throws -> Void) throws {
    for target in try targets(at: text) {
      switch target {
      case .file(let path): try body(entries(ofFiles: [path]))
      case .tablet(_, let directory): try body(entries(of: directory))
      case .export(let export):
        let tablets = try export.tablets()
        while let tablet = try tablets.next()?.tablet { try body(entries(of: tablet, in: export)) }
        exportProblems += export.problems(of: tablets)
      }
    }
  }

  /// Every entry of some files, merged.
  func entries(ofFiles paths: [String]) throws -> any EntryCursor {
    try scan.entries(of: paths.map { MergeInput($0) }, unsound: unsound, loader: loader())
  }

  /// The entries of a tablet. With `extent` it must have these rows: `DirectoryError`.
  ///
  /// If a compaction is committed between reading the tablet and opening its files, this tries again. Once open, files
  /// can be read even after they are removed.
  func entries(of directory: TabletDirectory, expecting extent: KeyExtent? = nil) throws -> any EntryCursor {
    var attempts = 0
    while true {
      let tablet = try directory.tablet()
      if let extent, tablet.extent != extent {
        throw DirectoryError(
          path: directory.path.string, problem: "was tablet \(extent) and is \(tablet.extent) now: try again")
      }
      do {
        try directory.checkEntries(of: tablet.files)
        return try entries(of: tablet, in: directory)
      } catch let error as SystemError where error.errno == .noSuchFileOrDirectory {
        attempts += 1
        guard attempts < 100, try directory.tablet().files != tablet.files else { throw error }
      }
    }
  }

  private func entries(of tablet: Tablet, in directory: TabletDirectory) throws -> any EntryCursor {
    try entries(of: tablet, at: tablet.files.map { try directory.path(of: $0.file) }) {
      try TableDirectory.properties(besideTablet: directory.path).map { try ConfigurationSource(path: $0.string) }
    }
  }

  /// The entries of a tablet of an exported table.
  func entries(of tablet: Tablet, in export: ExportDirectory) throws -> any EntryCursor {
    try entries(of: tablet, at: tablet.files.map { try export.location(of: $0.file) }) { export.properties }
  }

  private func entries(
    of tablet: Tablet, at paths: [FilePath], properties: () throws -> ConfigurationSource?
  ) throws -> any EntryCursor {
    let files = zip(tablet.files, paths).map { MergeInput($0, at: $1, rows: .all) }
    switch view {
    case .files: return try entries(ofFiles: paths.map(\.string))
    case .rows:
      var within = scan
      within.rows = scan.rows.intersection(tablet.extent.rows)
      return try within.entries(of: files, unsound: unsound, loader: loader())
    case .scan:
      let settings = configuration.settings(forTable: tablet.extent.tableId, tableProperties: try properties())
      return try scan.entries(
        of: files, in: tablet.extent.rows, settings: settings, now: now, unsound: unsound, loader: loader())
    }
  }

  private func loader() -> BlockLoader { BlockLoader(pool: pool, limit: limit) }
}
