import Files
import FoundationEssentials
import RFile
import SystemPackage
import TabletStore

extension DirectoryAccess {
  /// As this process works on tablet directories: with its identity, its clock, and RFiles to count entries in.
  static func ofThisProcess(map: FileMap) throws -> DirectoryAccess {
    DirectoryAccess(owner: try .current(), now: currentMilliseconds, map: map) { path in
      try RFileReader(path: path.string).countEntries()
    }
  }
}

/// The clock: ms since 1970.
@Sendable func currentMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
