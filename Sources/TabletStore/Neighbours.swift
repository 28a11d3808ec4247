// Tablets of one table can share files: after a split in Accumulo, both halves list the same file, each for its rows. A
// file is removed only when no other tablet lists it.

internal import Files
internal import Records
internal import Synchronization
internal import SystemPackage

/// The references to files of other directories in the `tablet.json` files of a table.
///
/// A run with many jobs needs this after each job. So each file is parsed again only when it changed, and the table is
/// searched again only when the last search is older than `memory`: no job makes a tablet list another tablet's file,
/// and splitting tablets by hand during a compaction takes longer than that.
final class Neighbours: Sendable {
  private struct Table {
    /// ms since 1970.
    var lookedAt: Int64
    /// `<directory>/<file>` of every URI, by the directory whose `tablet.json` lists it.
    var references: [String: [String]]
  }

  private struct Seen {
    var status: FileStatus
    var references: [String]
  }

  private let tables = Mutex<[String: Table]>([:])
  private let seen = Mutex<[String: Seen]>([:])
  private static let memory: Int64 = 5000

  /// The names of files in a tablet's directory that another tablet of the table lists as a file or as an input.
  ///
  /// Throws when a `tablet.json` of the table cannot be read, because then it is unknown what can be removed.
  func filesListedElsewhere(of tablet: TabletDirectory) throws -> Set<String> {
    let real = try realPath(tablet.path)
    guard let own = real.lastComponent?.string else { return [] }
    let table = try table(at: real.removingLastComponent(), tablet.access)
    var names: Set<String> = []
    for (directory, references) in table.references where directory != own {
      for reference in references where reference.hasPrefix(own + "/") {
        names.insert(String(reference.dropFirst(own.utf8.count + 1)))
      }
    }
    return names
  }

  private func table(at path: FilePath, _ access: DirectoryAccess) throws -> Table {
    let now = access.now()
    if let known = tables.withLock({ $0[path.string] }), (0..<Self.memory).contains(now &- known.lookedAt) {
      return known
    }
    var table = Table(lookedAt: now, references: [:])
    for name in try listDirectory(path) {
      let references = try references(in: path.appending(name), access)
      if !references.isEmpty { table.references[name] = references }
    }
    tables.withLock { $0[path.string] = table }
    return table
  }

  private func references(in directory: FilePath, _ access: DirectoryAccess) throws -> [String] {
    let path = directory.appending(TabletManifest.fileName)
    guard let status = try? FileStatus.of(path), status.kind == .file else { return [] }
    if let known = seen.withLock({ $0[path.string] }), known.status == status { return known.references }
    guard let manifest = try TabletDirectory(directory, access: access).manifest() else { return [] }
    let files = manifest.allFiles
    let references = files.filter(FileName.isURI).map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
    seen.withLock { $0[path.string] = Seen(status: status, references: references) }
    return references
  }
}
