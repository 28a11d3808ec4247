import FoundationEssentials

/// A file that Accumulo wrote, with the dump of its entries beside it.
package struct RFileFixture: Sendable, CustomStringConvertible {
  /// `codec/multi_gz`
  package var name: String
  package var path: String { "\(Fixtures.accumulo)/rfiles/\(name).rf" }
  package var dump: String { "\(Fixtures.accumulo)/rfiles/\(name).dump" }
  package var description: String { name }

  /// As the file names it.
  package var codec: String

  /// All under `Fixtures/accumulo/rfiles`, by name.
  package static let all: [RFileFixture] = {
    let top = Fixtures.accumulo + "/rfiles"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
    return folders.sorted().flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(top)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".rf") }.sorted().map { RFileFixture(name: "\(folder)/\($0.dropLast(3))") }
    }
  }()

  /// Those of codec none, gz or zstd.
  package static let readable = all.filter { ["none", "gz", "zstd"].contains($0.codec) }

  /// Those of codecs that need other libraries.
  package static let unreadable = all.filter { !["none", "gz", "zstd"].contains($0.codec) }

  private init(name: String) {
    self.name = name
    codec = ""
    let blocks = (try? Fixtures.bytes(path)).flatMap { try? ReferenceBlockFile.metaIndex($0).blocks }
    codec = blocks?.first { $0.name == "RFile.index" }?.codec ?? "unreadable"
  }
}
