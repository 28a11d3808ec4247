import TestSupport

/// The settings with which Accumulo wrote a fixture: a line of `SETTINGS.tsv`.
struct WriterSettings {
  var name: String
  var blockSize: Int
  var indexBlockSize: Int
  var groups: [(name: String, families: Set<[UInt8]>)]

  var fixture: RFileFixture { RFileFixture.all.first { $0.name == name }! }

  /// The settings of all files whose codec is in this build.
  static func all() throws -> [WriterSettings] {
    let known = Set(RFileFixture.readable.map(\.name))
    return try Fixtures.text(Fixtures.accumulo + "/rfiles/SETTINGS.tsv").split(separator: "\n").dropFirst().map {
      line in
      let f = line.split(separator: "\t", omittingEmptySubsequences: false)
      let groups = f[3].split(separator: " ").map { group in
        let parts = group.split(separator: "=")
        return (String(parts[0]), Set(parts[1].split(separator: ",").map { Array($0.utf8) }))
      }
      return WriterSettings(
        name: String(f[0]), blockSize: size(f[1]), indexBlockSize: size(f[2]), groups: groups)
    }.filter { known.contains($0.name) }
  }

  private static func size(_ text: Substring) -> Int {
    let unit = text.last == "K" ? 1024 : 1
    return Int(text.prefix { $0.isNumber })! * unit
  }
}
