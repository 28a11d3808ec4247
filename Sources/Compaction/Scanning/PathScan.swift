package import BlockFile
package import Entries
internal import Files
internal import RFile
internal import Records
package import Settings
internal import SystemPackage
package import TabletStore

/// Opens paths for a scan: one stream of entries for a file, or one for each tablet. Also records tablets that do not
/// fit together.
package struct PathScan {
  private let scan: FileScan
  private let isRaw: Bool
  private let pool: CodecPool
  private let limit: BlockLimit
  private let access: DirectoryAccess
  private let configuration: Configuration
  private var check = ExtentCheck()
  private let unsound = UnsoundInputs()

  /// - Parameters:
  ///   - isRaw: for tablets, too, return every entry of every file, ignoring extents, deletes and iterators.
  ///   - pool: helpers for inflating. The caller must occupy one of its threads.
  ///   - limit: the limit for blocks that are read.
  package init(
    _ scan: FileScan, isRaw: Bool, pool: CodecPool, limit: BlockLimit, access: DirectoryAccess,
    configuration: Configuration
  ) {
    (self.scan, self.isRaw, self.pool, self.limit, self.access) = (scan, isRaw, pool, limit, access)
    self.configuration = configuration
  }

  /// Tablets so far that overlap, so that entries came twice, holes between those of a table, and files that were read
  /// although they are not sound: a line each.
  package var problems: [String] { (isRaw ? [] : check.problems) + unsound.problems.map(\.description) }

  /// Calls `body` for each stream of a path or URI, in row order.
  /// - Throws: `FileError`, `SystemError`, `DirectoryError`, and the errors of iterators and of `body`.
  package mutating func forEachStream(at text: String, _ body: (any EntryCursor) throws -> Void) throws {
    let path = try access.map.path(of: text)
    switch try DataPath(path) {
    case .file: try body(try scan.entries(of: [path.string], unsound: unsound, loader: loader()))
    case .tablet:
      let directory = TabletDirectory(path, access: access)
      check.add(try directory.tablet().extent, at: path.removingLastComponent().string)
      try body(try stream(of: directory))
    case .table:
      let tablets = try TableDirectory(path, access: access).tablets()
      check.expectWholeTable(at: path.string)
      for tablet in tablets { check.add(tablet.extent, at: path.string) }
      for tablet in tablets {
        try body(try stream(of: TabletDirectory(FilePath(tablet.directory ?? path.string), access: access)))
      }
    }
  }

  /// If a compaction is committed between reading the tablet and opening its files, this tries again. Once open, files
  /// can be read even after they are removed.
  private func stream(of directory: TabletDirectory) throws -> any EntryCursor {
    var attempts = 0
    while true {
      let tablet = try directory.tablet()
      do {
        try directory.checkEntries(of: tablet.files)
        return try stream(of: tablet, in: directory)
      } catch let error as SystemError where error.errno == .noSuchFileOrDirectory {
        attempts += 1
        guard attempts < 100, try directory.tablet().files != tablet.files else { throw error }
      }
    }
  }

  private func stream(of tablet: Tablet, in directory: TabletDirectory) throws -> any EntryCursor {
    let files = try tablet.files.map { try directory.path(of: $0.file).string }
    if isRaw { return try scan.entries(of: files, unsound: unsound, loader: loader()) }
    let properties = try TableDirectory.properties(besideTablet: directory.path)
    let settings = configuration.settings(
      forTable: tablet.extent.tableId, tableProperties: try properties.map { try ConfigurationSource(path: $0.string) })
    return try scan.entries(
      of: files, in: tablet.extent.rows, settings: settings, now: access.now(), unsound: unsound,
      loader: loader())
  }

  private func loader() -> BlockLoader { BlockLoader(pool: pool, limit: limit) }
}
