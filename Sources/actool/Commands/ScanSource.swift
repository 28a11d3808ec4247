import BlockFile
import Compaction
import Entries
import Files
import Records
import Settings
import SystemPackage
import TabletStore

/// Opens what a PATH of `scan` names: one stream for a file, one for each tablet.
struct ScanSource {
  var scan: FileScan
  var isRaw: Bool
  var pool: CodecPool
  var limit: BlockLimit
  var access: DirectoryAccess
  var configuration: Configuration

  func forEachStream(at text: String, _ body: (any EntryCursor) throws -> Void) throws {
    let path = try access.map.path(of: text)
    let directories: [TabletDirectory]
    switch try DataPath(path) {
    case .file:
      try body(try scan.entries(of: [path.string], loader: loader()))
      return
    case .tablet: directories = [TabletDirectory(path, access: access)]
    case .table:
      let table = TableDirectory(path, access: access)
      directories = try table.tablets().map { TabletDirectory(FilePath($0.directory ?? path.string), access: access) }
    }
    for directory in directories { try body(try stream(of: directory)) }
  }

  /// A compaction may be committed between the look at the tablet and the opening of its files: then it looks again. Once open,
  /// files that are removed can still be read.
  private func stream(of directory: TabletDirectory) throws -> any EntryCursor {
    var attempts = 0
    while true {
      let tablet = try directory.tablet()
      do {
        return try stream(of: tablet, in: directory)
      } catch let error as SystemError where error.errno == .noSuchFileOrDirectory {
        attempts += 1
        guard attempts < 100, try directory.tablet().files != tablet.files else { throw error }
      }
    }
  }

  private func stream(of tablet: Tablet, in directory: TabletDirectory) throws -> any EntryCursor {
    let files = try tablet.files.map { try directory.path(of: $0.file).string }
    if isRaw { return try scan.entries(of: files, loader: loader()) }
    let properties = try TableDirectory.properties(besideTablet: directory.path)
    let settings = configuration.settings(
      forTable: tablet.extent.tableId, tableProperties: try properties.map { try ConfigurationSource(path: $0.string) })
    return try scan.entries(
      of: files, in: tablet.extent.rows, settings: settings, now: access.now(), loader: loader())
  }

  private func loader() -> BlockLoader { BlockLoader(pool: pool, limit: limit) }
}
