import BlockFile
import Files
import FoundationEssentials
import RFile
import SystemPackage
import TabletStore

extension DirectoryAccess {
  /// As this process works on tablet directories: with its identity, its clock, and RFiles to count entries in.
  /// `limit`: of the blocks of their indexes.
  static func ofThisProcess(map: FileMap, limit: BlockLimit = .smallestDefault) throws -> DirectoryAccess {
    DirectoryAccess(owner: try .current(), now: currentMilliseconds, map: map) { path in
      let loader = BlockLoader(limit: limit)
      return try RFileReader(path: path.string, loader: loader).countEntries(loader: loader)
    }
  }
}

/// The clock: ms since 1970.
@Sendable func currentMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
