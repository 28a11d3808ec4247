import BlockFile
import Files
import RFile
import SystemPackage
import TabletStore

extension DirectoryAccess {
  /// As this process works on tablet directories: with its identity, its clock, and RFiles to count entries in.
  /// - Parameter limit: of the blocks of their indexes.
  /// - Throws: `SystemError` when this process cannot find out who it is.
  static func ofThisProcess(
    map: FileMap, limit: BlockLimit = .smallestDefault, disk: Disk = Disk()
  ) throws -> DirectoryAccess {
    DirectoryAccess(disk: disk, owner: try .current(), now: SystemClock.milliseconds, map: map) { path in
      let loader = BlockLoader(limit: limit)
      return try RFileReader(path: path.string, loader: loader).countEntries(loader: loader)
    }
  }
}
