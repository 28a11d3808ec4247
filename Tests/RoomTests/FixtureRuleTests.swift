import FoundationEssentials
import TestSupport
import Testing

@Suite("The fixtures")
struct FixtureRuleTests {
  /// All files below `Fixtures`, as paths from there.
  private static func files() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: Fixtures.root + "/Fixtures").filter {
      var isDirectory = false
      return FileManager.default.fileExists(atPath: Fixtures.root + "/Fixtures/" + $0, isDirectory: &isDirectory)
        && !isDirectory
    }
  }

  @Test("golden text is compressed when it is large, and only then")
  func compression() throws {
    var counts = (plain: 0, compressed: 0)
    for file in try Self.files() where !file.hasSuffix(".rf") {
      let size = try Fixtures.bytes(Fixtures.root + "/Fixtures/" + file).count
      if file.hasSuffix(".gz") {
        #expect(size >= Fixtures.compressedSize, "\(file): gunzip it")
        counts.compressed += 1
      } else {
        #expect(size < Fixtures.compressedSize, "\(file): gzip -n9 it")
        counts.plain += 1
      }
    }
    #expect(counts.plain > 100 && counts.compressed > 10)
  }

  @Test("those of Accumulo stay below 24 MB")
  func size() throws {
    var sum = 0
    for file in try Self.files() where file.hasPrefix("accumulo/") {
      sum += try Data(contentsOf: URL(filePath: Fixtures.root + "/Fixtures/" + file)).count
    }
    #expect(sum > 10 << 20 && sum < 24_000_000, "\(sum)")
  }
}
