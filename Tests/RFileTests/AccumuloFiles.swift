import BlockFile
import Entries
import RFile
import TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The RFiles of real Accumulo among the fixtures.
enum AccumuloFiles {
  /// Paths without `.rf`, relative to `rfiles`, of all files whose codec we read; sorted.
  static func readable() throws -> [String] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: Fixtures.accumulo + "/rfiles")
    let names = all.filter { $0.hasSuffix(".rf") }.map { String($0.dropLast(3)) }.sorted()
    return try names.filter { name in
      do {
        _ = try RFileReader(path: path(name))
        return true
      } catch let error as FileError where error.kind == .unsupported {
        return false
      }
    }
  }

  static func path(_ name: String) -> String { "\(Fixtures.accumulo)/rfiles/\(name).rf" }
  static func dump(_ name: String) throws -> [Entry] { try Fixtures.dump("\(Fixtures.accumulo)/rfiles/\(name).dump.gz") }

  struct Settings {
    var name: String
    var blockSize: Int
    var indexBlockSize: Int
    var groups: [(name: String, families: Set<[UInt8]>)]
  }

  /// How the files were written, from `SETTINGS.tsv`.
  static func settings() throws -> [Settings] {
    try Fixtures.text(Fixtures.accumulo + "/rfiles/SETTINGS.tsv").split(separator: "\n").dropFirst().map { line in
      let f = line.split(separator: "\t", omittingEmptySubsequences: false)
      let groups = f[3].split(separator: " ").map { group in
        let parts = group.split(separator: "=")
        return (String(parts[0]), Set(parts[1].split(separator: ",").map { Array($0.utf8) }))
      }
      return Settings(name: String(f[0]), blockSize: size(f[1]), indexBlockSize: size(f[2]), groups: groups)
    }
  }

  private static func size(_ text: Substring) -> Int {
    let unit = text.last == "K" ? 1024 : 1
    return Int(text.prefix { $0.isNumber })! * unit
  }
}
