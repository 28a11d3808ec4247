// Tablets of one table may share files: after a split in Accumulo both halves list the same one, each for its rows. A
// file is removed only when no other tablet lists it.

internal import Files
internal import Synchronization
internal import SystemPackage

/// What the `tablet.json` files of a table say about files in other directories. Each is parsed once for as long as it
/// stays the same: a run with many jobs asks after each of them.
final class Neighbours: Sendable {
  private struct Seen {
    var status: FileStatus
    /// `<directory>/<file>` of every URI.
    var references: [String]
  }

  private let seen = Mutex<[String: Seen]>([:])

  /// Names of files in a tablet's directory that another tablet of the table lists as its own or as an input.
  ///
  /// Throws when a `tablet.json` of the table cannot be read: then nobody knows what may be removed.
  func filesListedElsewhere(of tablet: TabletDirectory) throws -> Set<String> {
    let real = try realPath(tablet.path)
    guard let own = real.lastComponent?.string else { return [] }
    let table = real.removingLastComponent()
    var names: Set<String> = []
    for name in try listDirectory(table) where name != own {
      for reference in try references(in: table.appending(name), tablet.access)
      where reference.hasPrefix(own + "/") {
        names.insert(String(reference.dropFirst(own.utf8.count + 1)))
      }
    }
    return names
  }

  private func references(in directory: FilePath, _ access: DirectoryAccess) throws -> [String] {
    let path = directory.appending(TabletManifest.fileName)
    guard let status = try? FileStatus.of(path), status.kind == .file else { return [] }
    if let known = seen.withLock({ $0[path.string] }), known.status == status { return known.references }
    guard let manifest = try TabletDirectory(directory, access: access).manifest() else { return [] }
    let files = manifest.files.map(\.file) + manifest.reservations.flatMap(\.inputs)
    let references = files.filter(FileName.isURI).map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
    seen.withLock { $0[path.string] = Seen(status: status, references: references) }
    return references
  }
}
