import RFile
import Records

/// What `info` tells of a Bloom filter.
struct BloomReport {
  private let filter: BloomFilter
  private let load: Double
  private let falsePositives: Double

  init(_ filter: BloomFilter) {
    self.filter = filter
    (load, falsePositives) = filter.load()
  }

  /// {"bloom":{"functor":"..RowFunctor","hash":"murmur","rows":1,"bitsPerRow":12321010,"keysPerRow":1048576,"keys":1000,
  ///  "load":0.0004,"falsePositives":0}}
  func write(to line: inout JSONLine) {
    line.object("bloom") { line in
      line.field("functor", filter.functorClass)
      line.field("hash", filter.hash.name)
      line.field("rows", filter.rowCount)
      line.field("bitsPerRow", filter.bitsPerRow)
      line.field("keysPerRow", filter.keysPerRow)
      line.field("keys", filter.keys)
      line.field("load", Self.rounded(load))
      line.field("falsePositives", Self.rounded(falsePositives))
    }
  }

  var text: String {
    let functor = filter.functorClass.split(separator: ".").last.map(String.init) ?? ""
    return "\(functor), \(filter.hash.name), \(filter.rowCount) \(filter.rowCount == 1 ? "row" : "rows") of "
      + "\(filter.bitsPerRow) bits for \(filter.keysPerRow) keys, \(filter.keys) keys, "
      + "\(Self.percent(load)) of the bits set, \(Self.percent(falsePositives)) false positives"
  }

  /// To six digits behind the point.
  private static func rounded(_ share: Double) -> Double { (share * 1_000_000).rounded() / 1_000_000 }
  private static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
}
