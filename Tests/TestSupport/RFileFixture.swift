#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file that Accumulo wrote, with the dump of its entries beside it.
public struct RFileFixture: Sendable, CustomStringConvertible {
  /// `codec/multi_gz`
  public var name: String
  public var path: String { "\(Fixtures.accumulo)/rfiles/\(name).rf" }
  public var dump: String { "\(Fixtures.accumulo)/rfiles/\(name).dump.gz" }
  public var description: String { name }

  /// As the file names it.
  public var codec: String

  /// All under `Fixtures/accumulo/rfiles`, by name.
  public static let all: [RFileFixture] = {
    let top = Fixtures.accumulo + "/rfiles"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
    return folders.sorted().flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(top)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".rf") }.sorted().map { RFileFixture(name: "\(folder)/\($0.dropLast(3))") }
    }
  }()

  /// Those of codec none, gz or zstd.
  public static let readable = all.filter { ["none", "gz", "zstd"].contains($0.codec) }

  /// Those of codecs that need other libraries.
  public static let unreadable = all.filter { !["none", "gz", "zstd"].contains($0.codec) }

  private init(name: String) {
    self.name = name
    codec = ""
    let blocks = (try? Fixtures.bytes(path)).flatMap { try? ReferenceBlockFile.metaIndex($0).blocks }
    codec = blocks?.first { $0.name == "RFile.index" }?.codec ?? "unreadable"
  }
}
