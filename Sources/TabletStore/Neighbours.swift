// Tablets of one table may share files: after a split in Accumulo both halves list the same one, each for its rows. A
// file is removed only when no other tablet lists it.

internal import Files
internal import Records
internal import Synchronization
internal import SystemPackage

/// What the `tablet.json` files of a table say about files in other directories.
///
/// A run with many jobs asks after each of them. So each file is parsed once for as long as it stays the same, and the
/// table is looked through anew only when the last look is more than `memory` old: nothing here makes a tablet list a
/// file of another, and splitting tables by hand while they are compacted takes longer.
final class Neighbours: Sendable {
  private struct Table {
    /// ms since 1970
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

  /// Names of files in a tablet's directory that another tablet of the table lists as its own or as an input.
  ///
  /// Throws when a `tablet.json` of the table cannot be read: then nobody knows what may be removed.
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
    let files = manifest.files.map(\.file) + manifest.reservations.flatMap(\.inputs)
    let references = files.filter(FileName.isURI).map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
    seen.withLock { $0[path.string] = Seen(status: status, references: references) }
    return references
  }
}
