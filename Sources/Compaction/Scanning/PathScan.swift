package import BlockFile
package import Entries
internal import Files
package import Records
package import Settings
internal import SystemPackage
package import TabletStore

/// Opens what paths name: one stream of entries for a file, one for each tablet. Notes on the way which tablets do not fit
/// together.
package struct PathScan {
  /// What is seen of a tablet. Of a file it is every entry.
  package enum View: Sendable {
    /// What a scan in Accumulo sees.
    case scan
    /// Every entry of its rows, delete markers and old versions too.
    case rows
    /// Every entry of every file, whatever extent, deletes and iterators hide.
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

  /// - Parameters:
  ///   - pool: helpers for inflating; the caller occupies one of its threads.
  ///   - limit: of the blocks that are read.
  package init(
    _ scan: FileScan, view: View, pool: CodecPool, limit: BlockLimit, access: DirectoryAccess,
    configuration: Configuration
  ) {
    (self.scan, self.view, self.pool, self.limit, self.access) = (scan, view, pool, limit, access)
    self.configuration = configuration
    now = access.now()
  }

  /// Tablets so far that overlap, so that entries came twice, and holes between those of a table: a line each.
  package var problems: [String] { view == .files ? [] : check.problems }

  /// What one path names.
  package enum Target {
    case file(String)
    case tablet(KeyExtent, TabletDirectory)
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
    case .table:
      let tablets = try TableDirectory(path, access: access).tablets()
      check.expectWholeTable(at: path.string)
      for tablet in tablets { check.add(tablet.extent, at: path.string) }
      return tablets.map {
        .tablet($0.extent, TabletDirectory(FilePath($0.directory ?? path.string), access: access))
      }
    }
  }

  /// Calls for each stream of a path or URI, in the order of the rows.
  /// - Throws: `FileError`, `SystemError`, `DirectoryError`, what the iterators throw, and what `body` throws.
  package mutating func forEachStream(at text: String, _ body: (any EntryCursor) throws -> Void) throws {
    for target in try targets(at: text) {
      switch target {
      case .file(let path): try body(entries(ofFiles: [path]))
      case .tablet(_, let directory): try body(entries(of: directory))
      }
    }
  }

  /// Every entry of some files, merged.
  func entries(ofFiles paths: [String]) throws -> any EntryCursor { try scan.entries(of: paths, loader: loader()) }

  /// The entries of a tablet. With `extent` it must have these rows: `DirectoryError`.
  ///
  /// A compaction may be committed between the look at the tablet and the opening of its files: then it looks again. Once
  /// open, files that are removed can still be read.
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
    let files = try tablet.files.map { try directory.path(of: $0.file).string }
    switch view {
    case .files: return try entries(ofFiles: files)
    case .rows:
      var within = scan
      within.rows = scan.rows.intersection(tablet.extent.rows)
      return try within.entries(of: files, loader: loader())
    case .scan:
      let properties = try TableDirectory.properties(besideTablet: directory.path)
      let settings = configuration.settings(
        forTable: tablet.extent.tableId,
        tableProperties: try properties.map { try ConfigurationSource(path: $0.string) })
      return try scan.entries(of: files, in: tablet.extent.rows, settings: settings, now: now, loader: loader())
    }
  }

  private func loader() -> BlockLoader { BlockLoader(pool: pool, limit: limit) }
}
