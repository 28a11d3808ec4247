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

  /// All files under `Fixtures/accumulo/rfiles`, by name.
  package static let all: [RFileFixture] = {
    let top = Fixtures.accumulo + "/rfiles"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
    return folders.sorted().flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(top)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".rf") }.sorted().map { RFileFixture(name: "\(folder)/\($0.dropLast(3))") }
    }
  }()

  /// The codecs that were built in.
  package static let codecs: Set<String> = {
    var codecs: Set = ["none", "gz", "zstd"]
    #if Snappy
      codecs.insert("snappy")
    #endif
    #if LZ4
      codecs.insert("lz4")
    #endif
    #if Bzip2
      codecs.insert("bzip2")
    #endif
    return codecs
  }()

  /// The files whose codecs were built in.
  package static let readable = all.filter { codecs.contains($0.codec) }

  /// The files of other codecs.
  package static let unreadable = all.filter { !codecs.contains($0.codec) }

  private init(name: String) {
    self.name = name
    codec = ""
    let blocks = (try? Fixtures.bytes(path)).flatMap { try? ReferenceBlockFile.metaIndex($0).blocks }
    codec = blocks?.first { $0.name == "RFile.index" }?.codec ?? "unreadable"
  }
}
