import BlockFile
import Files
import RFile
import SystemPackage
import TabletStore

extension DirectoryAccess {
  /// How this process accesses tablet directories: with its identity, its clock, and a way to count the entries of an
  /// RFile.
  /// - Parameter limit: how large a block of an RFile's index can be.
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
